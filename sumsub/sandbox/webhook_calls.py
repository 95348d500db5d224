"""The calls that manage webhooks (Sumsub: webhook management; webhook manager)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from sumsub.sandbox.clock import plain
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.targets import unfit
from sumsub.sandbox.webhooks_kept import TooMany, Webhook
from sumsub.sandbox.wire import Answer, json_answer
from sumsub.webhooks import DigestAlgorithm, digest

LISTED = 50
# Headers that say how a request is framed or signed: ours to write.
_OURS = frozenset(
    ("host", "content-length", "transfer-encoding", "connection", "expect", "upgrade",
     "x-payload-digest", "x-payload-digest-alg")
)  # fmt: skip
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class TargetType(StrEnum):
    """Where Sumsub can send webhooks; this sandbox delivers ``http`` alone."""

    HTTP = "http"
    SLACK = "slack"
    TELEGRAM = "telegram"
    EMAIL = "email"


class ApplicantType(StrEnum):
    """Whom a webhook is about."""

    INDIVIDUAL = "individual"
    COMPANY = "company"


def list_webhooks(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/api/clientWebhooks``: the fifty oldest, no paging."""
    made = engine.webhooks.made(incoming.workspace.client_id)[:LISTED]
    return json_answer(200, {"list": {"items": [webhook_body(webhook) for webhook in made]}})


def one_webhook(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/api/clientWebhooks/{id}``."""
    return json_answer(200, webhook_body(_own(engine, incoming, incoming.args[0])))


def create_webhook(engine: Engine, incoming: Incoming) -> Answer:
    """``POST /resources/api/agent/clientWebhooks``."""
    body = incoming.request.json_object()
    if not body.get("target"):
        raise Problem(400, "target is required")
    fresh = Webhook(id="", client_id=incoming.workspace.client_id, target="", secret_key="")
    wanted = _changed(fresh, body)
    try:
        made = engine.webhooks.add(wanted)
    except TooMany as error:
        raise Problem(400, str(error)) from None
    return json_answer(200, webhook_body(made))


def update_webhook(engine: Engine, incoming: Incoming) -> Answer:
    """``PATCH /resources/api/agent/clientWebhooks``: by the id in the body; the rest stays."""
    body = incoming.request.json_object()
    changed = _changed(_own(engine, incoming, _text("id", body.get("id"))), body)
    try:
        engine.webhooks.change(changed)
    except TooMany as error:
        raise Problem(400, str(error)) from None
    return json_answer(200, webhook_body(changed))


def test_digest(engine: Engine, incoming: Incoming) -> Answer:
    """``POST /resources/inspectionCallbacks/testDigest?secretKey=…``: the digest of the body.

    Ours to choose: SHA-256 as in today's webhooks, another by ``digestAlg``.
    """
    params = incoming.request.params
    secret = params.get("secretKey", "")
    if not secret:
        raise Problem(400, "secretKey is required")
    algorithm = _one_of(DigestAlgorithm, params.get("digestAlg") or DigestAlgorithm.SHA256.value)
    made = digest(secret, incoming.request.body, DigestAlgorithm(algorithm))
    return json_answer(200, {"digest": made})


def webhook_body(webhook: Webhook) -> dict[str, object]:
    """A webhook as Sumsub shows it, its secret in clear; ``disabled`` is our name."""
    return {
        "id": webhook.id,
        "name": webhook.name,
        "description": webhook.description,
        "target": webhook.target,
        "targetType": webhook.target_type,
        "types": list(webhook.types),
        "applicantType": webhook.applicant_type or None,
        "sourceKeys": list(webhook.source_keys),
        "secretKey": webhook.secret_key,
        "signatureAlgorithm": webhook.algorithm,
        "headers": [{"key": key, "value": value} for key, value in webhook.headers],
        "notResendFailedWebhooks": webhook.no_retries,
        "disabled": webhook.disabled,
        "clientId": webhook.client_id,
        "createdAt": plain(webhook.created_ms),
        "createdBy": "service",
    }


def _own(engine: Engine, incoming: Incoming, webhook_id: str) -> Webhook:
    for webhook in engine.webhooks.made(incoming.workspace.client_id):
        if webhook.id == webhook_id:
            return webhook
    raise Problem(404, "Webhook not found")


def _changed(webhook: Webhook, body: dict[str, object]) -> Webhook:
    """The webhook with what the body names; raises Problem 400."""
    changes: dict[str, object] = {}
    for key, (name, read) in _FIELDS.items():
        # A webhook is never without a secret: an empty one leaves the present one.
        if key in body and (key != "secretKey" or body[key]):
            changes[name] = read(key, body[key])
    changed = replace(webhook, **changes)  # type: ignore[arg-type]
    why = unfit(changed.target) if changed.target_type == TargetType.HTTP else ""
    if why:
        raise Problem(400, why)
    return changed


def _text(key: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Problem(400, f"{key} must be a string")
    return value


def _texts(key: str, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Problem(400, f"{key} must be a list of strings")
    return tuple(value)


def _flag(key: str, value: object) -> bool:
    if value is not None and not isinstance(value, bool):
        raise Problem(400, f"{key} must be a boolean")
    return bool(value)


def _headers(key: str, value: object) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Problem(400, f"{key} must be a list")
    return tuple(_header(item) for item in value)


def _header(item: object) -> tuple[str, str]:
    name = item.get("key") if isinstance(item, dict) else None
    value = item.get("value") if isinstance(item, dict) else None
    if not isinstance(name, str) or not isinstance(value, str):
        raise Problem(400, "headers must be a list of objects with key and value")
    if not _HEADER_NAME.fullmatch(name) or not value.isprintable() or not value.isascii():
        raise Problem(400, f"{name} is not a valid header")
    if name.lower() in _OURS:
        raise Problem(400, f"The header {name} cannot be set")
    return name, value


def _one_of(words: type[StrEnum], value: str) -> str:
    if value not in set(words):
        raise Problem(400, f"{value} is not valid, must be one of: [{', '.join(words)}]")
    return value


def _word(words: type[StrEnum], otherwise: str) -> Callable[[str, object], str]:
    def read(key: str, value: object) -> str:
        text = _text(key, value)
        return _one_of(words, text) if text else otherwise

    return read


# Sumsub's name of a field, ours, and how it is read; what is null is as it was at the beginning.
_FIELDS: dict[str, tuple[str, Callable[[str, object], object]]] = {
    "name": ("name", _text),
    "description": ("description", _text),
    "target": ("target", _text),
    "targetType": ("target_type", _word(TargetType, TargetType.HTTP.value)),
    "types": ("types", _texts),
    "applicantType": ("applicant_type", _word(ApplicantType, "")),
    "sourceKeys": ("source_keys", _texts),
    "secretKey": ("secret_key", _text),
    "signatureAlgorithm": ("algorithm", _word(DigestAlgorithm, DigestAlgorithm.SHA256.value)),
    "headers": ("headers", _headers),
    "notResendFailedWebhooks": ("no_retries", _flag),
    "disabled": ("disabled", _flag),
}
