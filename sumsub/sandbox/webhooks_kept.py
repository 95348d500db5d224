"""The webhooks of every workspace: kept in the store, and at hand in memory (Sumsub: webhooks)."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache

from sumsub.sandbox.clock import Clock
from sumsub.sandbox.store import Store
from sumsub.sandbox.workspaces import Directory, Workspace
from sumsub.webhooks import DigestAlgorithm

MOST_ACTIVE = 50


@dataclass(frozen=True, slots=True)
class Webhook:
    """One subscription. No ``types`` means all of them; ``applicant_type`` likewise.

    ``disabled`` says why and when nothing is sent to it any more; empty while it is active.
    """

    id: str
    client_id: str
    target: str
    secret_key: str = field(repr=False)
    name: str = ""
    description: str = ""
    target_type: str = "http"
    types: tuple[str, ...] = ()
    applicant_type: str = ""
    source_keys: tuple[str, ...] = ()
    algorithm: str = DigestAlgorithm.SHA256.value
    headers: tuple[tuple[str, str], ...] = ()
    no_retries: bool = False
    created_ms: int = 0
    disabled: bool = False

    def wants(self, kind: str, applicant_type: str, source_key: str) -> bool:
        """Whether an event of this kind about such an applicant goes to this webhook."""
        if self.disabled or self.target_type != "http":
            return False
        return (
            (not self.types or kind in self.types)
            and self.applicant_type in ("", applicant_type)
            and (not self.source_keys or source_key in self.source_keys)
        )


class TooMany(ValueError):
    """A workspace has as many active webhooks as Sumsub allows."""


class WebhookBook:
    """Finds and keeps webhooks. Changes belong inside a store transaction.

    Beside those made by the API a workspace has one more when its setting ``webhook_url`` is
    given: signed with the workspace's webhook secret, for all types, never disabled.
    """

    def __init__(self, store: Store, directory: Directory, clock: Clock) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._made: dict[str, list[Webhook]] = {}
        self._by_id: dict[str, Webhook] = {}
        self._of_settings = {_id_of_settings(one.client_id): one for one in directory.all}
        for (value,) in store.all("SELECT value FROM webhook ORDER BY number", ()):
            self._hold(_read(value))

    def sandbox(self, client_id: str) -> bool:
        """Whether a workspace lives in the sandbox environment."""
        return self._directory.by_client_id[client_id].sandbox

    def any(self, client_id: str) -> bool:
        """Whether a workspace has a webhook at all; cheap, for it is asked at every reuse."""
        settings = self._directory.by_client_id[client_id].settings
        return bool(settings.webhook_url) or client_id in self._made

    def of(self, client_id: str) -> list[Webhook]:
        """Every webhook of a workspace, the one of its settings first."""
        workspace = self._directory.by_client_id[client_id]
        of_settings = [_of_settings(workspace)] if workspace.settings.webhook_url else []
        return of_settings + self._made.get(client_id, [])

    def made(self, client_id: str) -> list[Webhook]:
        """The webhooks made by the API, oldest first."""
        return self._made.get(client_id, [])

    def everywhere(self) -> Iterator[Webhook]:
        """Every webhook of every workspace."""
        for workspace in self._directory.all:
            yield from self.of(workspace.client_id)

    def find(self, webhook_id: str) -> Webhook | None:
        """The webhook of that id, in whatever workspace, or None."""
        workspace = self._of_settings.get(webhook_id)
        if workspace is None:
            return self._by_id.get(webhook_id)
        return _of_settings(workspace) if workspace.settings.webhook_url else None

    def add(self, webhook: Webhook) -> Webhook:
        """Keep a new webhook, with an id and a secret of its own; raises TooMany."""
        self._refuse_too_many(webhook)
        new = replace(
            webhook,
            id=f"{self._clock.now():08x}{os.urandom(8).hex()}",
            created_ms=self._clock.now_ms(),
            secret_key=webhook.secret_key or os.urandom(16).hex(),
        )
        self._store.execute(
            "INSERT INTO webhook (id, client_id, value) VALUES (?, ?, ?)",
            (new.id, new.client_id, json.dumps(asdict(new))),
        )
        self._hold(new)
        return new

    def change(self, webhook: Webhook) -> None:
        """Keep a changed webhook; raises TooMany when that would make it active again."""
        self._refuse_too_many(webhook)
        self._store.execute(
            "UPDATE webhook SET value = ? WHERE id = ?", (json.dumps(asdict(webhook)), webhook.id)
        )
        self._by_id[webhook.id] = webhook
        ours = self._made[webhook.client_id]
        ours[:] = [webhook if one.id == webhook.id else one for one in ours]

    def disable(self, webhook: Webhook) -> bool:
        """Send nothing to it any more; False for the one of the settings, which stays active."""
        if webhook.id not in self._by_id:
            return False
        self.change(replace(webhook, disabled=True))
        return True

    def _hold(self, webhook: Webhook) -> None:
        self._made.setdefault(webhook.client_id, []).append(webhook)
        self._by_id[webhook.id] = webhook

    def _refuse_too_many(self, webhook: Webhook) -> None:
        others = [one for one in self.made(webhook.client_id) if one.id != webhook.id]
        if not webhook.disabled and sum(not one.disabled for one in others) >= MOST_ACTIVE:
            raise TooMany("The maximum number of webhooks has been reached")


@lru_cache(maxsize=64)
def _id_of_settings(client_id: str) -> str:
    return hashlib.sha256(f"webhook/{client_id}".encode()).hexdigest()[:24]


def _of_settings(workspace: Workspace) -> Webhook:
    return Webhook(
        id=_id_of_settings(workspace.client_id),
        client_id=workspace.client_id,
        target=workspace.settings.webhook_url,
        secret_key=workspace.webhook_secret,
        name="settings",
    )


def _read(text: str) -> Webhook:
    kept = json.loads(text)
    for name in ("types", "source_keys"):
        kept[name] = tuple(kept[name])
    kept["headers"] = tuple((key, value) for key, value in kept["headers"])
    return Webhook(**kept)
