"""The sandbox's workspaces: credentials, permissions, partners, features, levels."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import string
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from sumsub.sandbox.levels import ADDRESS_ONLY, SHARED_LEVELS, Level
from sumsub.sandbox.store import Store
from sumsub.sandbox.targets import deliverable

_ALPHABET = string.ascii_letters + string.digits


class Permission(StrEnum):
    """What an app token may do (Sumsub: app tokens)."""

    SHARE = "share_applicants"
    CREATE = "create_applicants"
    VIEW = "view_applicants"
    MANAGE = "manage_client_settings"


class Environment(StrEnum):
    """The two worlds that never meet, by the prefix of their app tokens."""

    SANDBOX = "sbx"
    PRODUCTION = "prd"


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``PUT /_sandbox/workspaces/{name}`` may change.

    ``partners`` are client ids; sharing needs the entry on both sides. ``partner_id_known`` off
    means that the client id inside this workspace's share tokens is no longer known to Sumsub.

    The app token's own limits (Sumsub: app tokens), each without effect while empty:
    ``source_keys`` it may touch, ``allowed_ips`` it may be used from (addresses or networks), and
    ``token_expires_at``, an RFC 3339 moment.
    """

    permissions: tuple[str, ...] = tuple(Permission)
    partners: tuple[str, ...] = ()
    reuse_enabled: bool = True
    copy_enabled: bool = True
    partner_id_known: bool = True
    webhook_url: str = ""
    source_keys: tuple[str, ...] = ()
    allowed_ips: tuple[str, ...] = ()
    token_expires_at: str = ""


@dataclass
class Workspace:
    """One Sumsub client. The secrets are demo secrets of this sandbox, yet never in a repr."""

    name: str
    client_id: str
    app_token: str = field(repr=False)
    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    levels: tuple[Level, ...] = field(repr=False)
    settings: Settings = field(repr=False)

    def __post_init__(self) -> None:
        self._by_name = {level.name: level for level in self.levels}
        self.sandbox = not self.app_token.startswith(f"{Environment.PRODUCTION}:")
        """Whether it lives in Sumsub's sandbox environment, and not in production."""

    def put_level(self, level: Level) -> None:
        """Add a level, or let it take the place of the one with its id."""
        wanted = level.id_in(self.client_id)
        places = [place for place, one in enumerate(self.levels)
                  if one.id_in(self.client_id) == wanted]  # fmt: skip
        levels = list(self.levels)
        if places:
            levels[places[0]] = level
        else:
            levels.append(level)
        self.levels = tuple(levels)
        self._by_name = {one.name: one for one in levels}

    def level(self, name: str) -> Level | None:
        """The level of that exact name."""
        return self._by_name.get(name)

    def may(self, permission: Permission) -> bool:
        """Whether the app token carries the permission."""
        return permission in self.settings.permissions

    def token_expired(self, now: int) -> bool:
        """Whether the app token's expiry date has passed; ``now`` is Unix seconds."""
        limit = self.settings.token_expires_at
        return bool(limit) and _moment(limit).timestamp() <= now

    def admits(self, address: str) -> bool:
        """Whether the app token may be used from this IP address."""
        allowed = self.settings.allowed_ips
        if not allowed:
            return True
        caller = ipaddress.ip_address(address)
        return any(caller in ipaddress.ip_network(one, strict=False) for one in allowed)


class UnknownSetting(ValueError):
    """A change of settings that makes no sense; the text says which."""


class Directory:
    """All workspaces of one sandbox, found by name, client id or app token."""

    def __init__(self, store: Store, seed: str) -> None:
        self._store = store
        self.all: tuple[Workspace, ...] = tuple(
            self._restored(workspace) for workspace in _fresh(seed)
        )
        self.donor, self.recipient = self.all[0], self.all[1]
        self.by_client_id = {workspace.client_id: workspace for workspace in self.all}
        self.by_name = {workspace.name: workspace for workspace in self.all}
        self.by_public_half = {
            workspace.app_token.partition(".")[0]: workspace for workspace in self.all
        }

    def change(self, workspace: Workspace, wanted: dict[str, object]) -> None:
        """Change settings and remember them; raises UnknownSetting."""
        workspace.settings = _changed(workspace.settings, wanted)
        with self._store.transaction():
            kept = json.dumps(asdict(workspace.settings))
            self._store.remember(f"workspace:{workspace.name}", kept)

    def partners(self, one: Workspace, other: Workspace) -> bool:
        """Whether both sides list each other, or both are the same (same-key sharing)."""
        if one is other:
            return True
        return other.client_id in one.settings.partners and one.client_id in other.settings.partners

    def _restored(self, workspace: Workspace) -> Workspace:
        kept = self._store.setting(f"workspace:{workspace.name}")
        if kept is not None:
            workspace.settings = _changed(workspace.settings, json.loads(kept))
        return workspace


def _fresh(seed: str) -> list[Workspace]:
    """The six workspaces; the last four exist so that every refusal can be met."""
    donor, recipient = "donor.example_100001", "recipient.example_200002"
    stranger, dormant = "stranger.example_300003", "dormant.example_400004"
    renamed, production = "renamed.example_500005", "production.example_600006"
    wanting = (donor, dormant, renamed, production)
    return [
        _workspace(seed, "donor", donor, Settings(partners=(recipient, production))),
        _workspace(seed, "recipient", recipient, Settings(partners=wanting)),
        _workspace(seed, "stranger", stranger, Settings()),
        _workspace(
            seed,
            "dormant",
            dormant,
            Settings(partners=(recipient,), reuse_enabled=False, copy_enabled=False),
        ),
        _workspace(
            seed, "renamed", renamed, Settings(partners=(recipient,), partner_id_known=False)
        ),
        _workspace(
            seed,
            "production",
            production,
            Settings(partners=(donor, recipient)),
            Environment.PRODUCTION,
        ),
    ]


def _workspace(
    seed: str,
    name: str,
    client_id: str,
    settings: Settings,
    environment: Environment = Environment.SANDBOX,
) -> Workspace:
    public, private = _derive(seed, name, "public", 24), _derive(seed, name, "private", 32)
    return Workspace(
        name=name,
        client_id=client_id,
        app_token=f"{environment}:{public}.{private}",
        secret_key=_derive(seed, name, "secret", 32),
        webhook_secret=_derive(seed, name, "webhook", 32),
        levels=SHARED_LEVELS if name == "recipient" else (*SHARED_LEVELS, ADDRESS_ONLY),
        settings=settings,
    )


def _derive(seed: str, name: str, purpose: str, length: int) -> str:
    """Letters and digits that the same seed always yields again."""
    digest = hmac.new(seed.encode(), f"{name}/{purpose}".encode(), hashlib.sha512).digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:length])


def _changed(settings: Settings, wanted: dict[str, object]) -> Settings:
    known = asdict(settings)
    changes: dict[str, object] = {}
    for key, value in wanted.items():
        if key not in known:
            raise UnknownSetting(f"There is no setting {key!r}; known: {', '.join(known)}.")
        changes[key] = _checked(key, value, known[key])
    return replace(settings, **changes)  # type: ignore[arg-type]


def _checked(key: str, value: object, present: object) -> object:
    if isinstance(present, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UnknownSetting(f"{key} must be a list of strings.")
        for item in value:
            _check_text(key, item)
        return tuple(value)
    if type(value) is not type(present):
        raise UnknownSetting(f"{key} must be a {type(present).__name__}.")
    if isinstance(value, str) and value:
        _check_text(key, value)
    return value


def _check_text(key: str, text: str) -> None:
    check, wanted = _FORMS.get(key, (str, ""))
    try:
        check(text)
    except ValueError:
        raise UnknownSetting(f"{key} must hold {wanted}; {text!r} is none.") from None


def _moment(text: str) -> datetime:
    """An RFC 3339 moment; without an offset it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_FORMS: dict[str, tuple[Callable[[str], object], str]] = {
    "permissions": (Permission, f"words among {', '.join(Permission)}"),
    "allowed_ips": (lambda text: ipaddress.ip_network(text, strict=False), "IP addresses"),
    "webhook_url": (deliverable, "an https address, or an http address on this machine"),
    "token_expires_at": (_moment, "a moment like 2026-12-31T12:00:00Z"),
}
