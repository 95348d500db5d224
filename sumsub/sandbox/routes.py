"""Which path means which call, who may make it, and who answers it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from sumsub.sandbox import changing, copying, reading, sharing
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
_REUSE = "/resources/api/reusableIdentity/reuse"

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
    _route("GET", f"{_APPLICANTS}/-/levels", Call.LEVELS, None, reading.levels),
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
    _route("POST", _APPLICANTS, Call.CREATE, Permission.CREATE, changing.create),
    _route("POST", f"{_ONE}/status/pending", Call.CHANGE, None, changing.make_pending),
    _route("POST", f"{_ONE}/status/testCompleted", Call.CHANGE, None, changing.complete),
    _route("PATCH", f"{_ONE}/presence/activated", Call.CHANGE, None, changing.activate),
    _route("PATCH", f"{_ONE}/presence/deactivated", Call.CHANGE, None, changing.deactivate),
)


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """The route of a request and the decoded parts of its path; raises Problem 404 or 405."""
    known_path = False
    for route in ROUTES:
        match = route.pattern.fullmatch(path)
        if match is None:
            continue
        known_path = True
        if method in route.methods:
            return route, tuple(unquote(part) for part in match.groups())
    if known_path:
        raise Problem(405, f"Request method '{method}' is not supported")
    raise Problem(404, "HTTP 404 Not Found")
