"""Which path means which call, who may make it, and who answers it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from sumsub.sandbox import (
    access_tokens,
    audit_trail,
    changing,
    copying,
    creating,
    documents,
    level_calls,
    reading,
    resetting,
    sharing,
    tagging,
    webhook_calls,
)
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.scenario import Call
from sumsub.sandbox.wire import Answer
from sumsub.sandbox.workspaces import Permission

Handler = Callable[[Engine, Incoming], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the API. ``signed`` off: answered without credentials."""

    methods: tuple[str, ...]
    pattern: re.Pattern[str]
    call: Call
    permission: Permission | None
    handler: Handler
    signed: bool = True


def _route(
    methods: str,
    pattern: str,
    call: Call,
    permission: Permission | None,
    handler: Handler,
    *,
    signed: bool = True,
) -> Route:
    return Route(tuple(methods.split()), re.compile(pattern), call, permission, handler, signed)


_APPLICANTS = "/resources/applicants"
_ONE = f"{_APPLICANTS}/([^/;%-][^/]*)"
_EXTERNAL = f"{_APPLICANTS}/-(?:;|%3[Bb])externalUserId(?:=|%3[Dd])(.+)"
_MODERATION = "/resources/moderationStates/-(?:;|%3[Bb])applicantId(?:=|%3[Dd])"
_TOKENS = "/resources/accessTokens"
_LEVELS = f"{_APPLICANTS}/-/levels"
_REUSE = "/resources/api/reusableIdentity/reuse"
_WEBHOOKS = "/resources/api/clientWebhooks"
_WEBHOOK = "/resources/api/agent/clientWebhooks"

ROUTES = (
    _route("POST", _REUSE, Call.REUSE, Permission.CREATE, sharing.reuse),
    _route("GET POST", f"{_REUSE}/preview", Call.PREVIEW, Permission.CREATE, sharing.preview),
    _route(
        "POST",
        "/resources/accessTokens/shareToken",
        Call.SHARE_TOKEN,
        Permission.SHARE,
        sharing.mint_from_body,
    ),
    _route(
        "POST",
        "/resources/accessTokens/-/shareToken",
        Call.SHARE_TOKEN,
        Permission.SHARE,
        sharing.mint_from_query,
    ),
    _route("POST", f"{_APPLICANTS}/-/import", Call.COPY, Permission.CREATE, copying.copy),
    _route(
        "GET POST",
        f"{_APPLICANTS}/-/import/preview",
        Call.PREVIEW,
        Permission.CREATE,
        copying.preview_copy,
    ),
    _route("POST", f"{_TOKENS}/sdk", Call.SDK_TOKEN, None, access_tokens.sdk_token),
    _route("POST", _TOKENS, Call.SDK_TOKEN, None, access_tokens.sdk_token_from_query),
    _route(
        "POST",
        f"{_TOKENS}/sumsubIdShareToken",
        Call.SUMSUB_ID_TOKEN,
        Permission.SHARE,
        access_tokens.sumsub_id_share_token,
    ),
    _route("GET", _LEVELS, Call.LEVELS, None, level_calls.levels),
    _route("GET", f"{_LEVELS}/([^/]+)", Call.LEVELS, None, level_calls.one_level),
    _route("POST", _LEVELS, Call.CHANGE_LEVELS, Permission.MANAGE, level_calls.create_level),
    _route("PATCH", _LEVELS, Call.CHANGE_LEVELS, Permission.MANAGE, level_calls.change_level),
    _route("GET", f"{_APPLICANTS}/-/count", Call.COUNT, Permission.VIEW, reading.count),
    _route(
        "GET",
        "/resources/status/api",
        Call.API_STATUS,
        None,
        reading.api_status,
        signed=False,
    ),
    _route(
        "GET",
        f"{_APPLICANTS}/-/byExternalUserId/(.+)",
        Call.LOOKUP,
        Permission.VIEW,
        reading.lookup,
    ),
    _route("GET", f"{_EXTERNAL}/one", Call.ONE, Permission.VIEW, reading.one_by_external_id),
    _route("GET", f"{_ONE}/one", Call.ONE, Permission.VIEW, reading.one),
    _route("GET", f"{_ONE}/status", Call.STATUS, Permission.VIEW, reading.status),
    _route("GET", f"{_ONE}/requiredIdDocsStatus", Call.STEPS, Permission.VIEW, reading.steps),
    _route("GET", f"{_ONE}/metadata/resources", Call.IMAGES, Permission.VIEW, reading.images),
    _route(
        "GET",
        f"{_MODERATION}([^/]+)",
        Call.MODERATION_STATES,
        Permission.VIEW,
        reading.moderation_states,
    ),
    _route(
        "GET",
        "/resources/auditTrailEvents",
        Call.AUDIT_TRAIL,
        Permission.VIEW,
        audit_trail.audit_trail,
    ),
    _route("POST", _APPLICANTS, Call.CREATE, Permission.CREATE, creating.create),
    _route("PATCH", _APPLICANTS, Call.PATCH, Permission.CREATE, creating.patch),
    _route(
        "POST",
        f"{_APPLICANTS}/-/ingestCompleted",
        Call.INGEST,
        Permission.CREATE,
        creating.ingest,
    ),
    _route("POST", f"{_ONE}/info/idDoc", Call.UPLOAD, Permission.CREATE, documents.upload),
    _route("POST", f"{_ONE}/tags", Call.TAGS, None, tagging.set_tags),
    _route("POST", f"{_ONE}/tags/add", Call.TAGS, None, tagging.add_tags),
    _route("DELETE", f"{_ONE}/tags", Call.TAGS, None, tagging.remove_tags),
    _route("POST", f"{_ONE}/reset", Call.RESET, None, resetting.reset),
    _route("POST", f"{_ONE}/resetStep/([^/]+)", Call.RESET, None, resetting.reset_step),
    _route("POST", f"{_ONE}/-/init", Call.RESET, None, resetting.back_to_init),
    _route("POST", f"{_ONE}/-/reject", Call.CHANGE, None, changing.reject),
    _route("POST", f"{_ONE}/moveToLevel", Call.MOVE_TO_LEVEL, None, changing.move_to_level),
    _route("POST", f"{_ONE}/status/pending", Call.CHANGE, None, changing.make_pending),
    _route("POST", f"{_ONE}/status/testCompleted", Call.CHANGE, None, changing.complete),
    _route("PATCH", f"{_ONE}/presence/activated", Call.CHANGE, None, changing.activate),
    _route("PATCH", f"{_ONE}/presence/deactivated", Call.CHANGE, None, changing.deactivate),
    _route("GET", _WEBHOOKS, Call.WEBHOOKS, Permission.MANAGE, webhook_calls.list_webhooks),
    _route(
        "GET", f"{_WEBHOOKS}/([^/]+)", Call.WEBHOOKS, Permission.MANAGE, webhook_calls.one_webhook
    ),
    _route("POST", _WEBHOOK, Call.WEBHOOKS, Permission.MANAGE, webhook_calls.create_webhook),
    _route("PATCH", _WEBHOOK, Call.WEBHOOKS, Permission.MANAGE, webhook_calls.update_webhook),
    _route(
        "POST",
        "/resources/inspectionCallbacks/testDigest",
        Call.WEBHOOKS,
        None,
        webhook_calls.test_digest,
    ),
)


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """The route of a request and the decoded parts of its path; raises Problem 404 or 405.

    HEAD is answered as GET, OPTIONS by the first route of the path.
    """
    wanted = "GET" if method == "HEAD" else method
    known_path = False
    for route in ROUTES:
        match = route.pattern.fullmatch(path)
        if match is None:
            continue
        known_path = True
        if wanted in route.methods or wanted == "OPTIONS":
            return route, tuple(unquote(part) for part in match.groups())
    if known_path:
        text = f"Request method '{method}' is not supported"
        raise Problem(405, text, headers=(("Allow", allowed(path)),))
    raise Problem(404, "HTTP 404 Not Found")


def allowed(path: str) -> str:
    """The methods that a path knows, as the Allow header lists them."""
    known = {m for route in ROUTES if route.pattern.fullmatch(path) for m in route.methods}
    reads = ("HEAD",) if "GET" in known else ()
    return ", ".join((*sorted(known), *reads, "OPTIONS"))
