"""The sandbox's own addresses under ``/_sandbox/``: no signature, made for this machine only."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from http import HTTPStatus
from urllib.parse import parse_qs

from sumsub.sandbox import guard, listing, webhook_control
from sumsub.sandbox.engine import Engine
from sumsub.sandbox.listing import Seen
from sumsub.sandbox.page import shell, static
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.scenario import ScenarioError
from sumsub.sandbox.token_file import one_token, token_file
from sumsub.sandbox.wire import Answer, Request, json_answer
from sumsub.sandbox.workspaces import UnknownSetting, Workspace

PREFIX = "/_sandbox/"
AT_ONCE = 200
SEARCHED_AT_MOST = 20_000


def is_control(path: str) -> bool:
    """Whether a path is the sandbox's own and not Sumsub's."""
    return path == "/" or path.startswith(PREFIX)


def answer(engine: Engine, request: Request) -> Answer:
    """Answer a control request; raises Problem."""
    guard.admit(request, engine.host)
    if webhook_control.is_ours(request.path):
        return webhook_control.answer(engine, request)
    if request.path.startswith(f"{PREFIX}workspaces/"):
        return _put_workspace(engine, request)
    handlers = _HANDLERS.get(request.path)
    if handlers is None:
        raise Problem(404, "The local sandbox has no such address")
    handler = handlers.get(request.method)
    if handler is None:
        raise Problem(405, f"Use {' or '.join(handlers)} here")
    return handler(engine, request)


def _page(engine: Engine, request: Request) -> Answer:
    html = shell.render(engine, request.params, request.headers.get("host", ""))
    headers = (("Cache-Control", "no-store"), *static.HEADERS)
    return Answer(HTTPStatus.OK, html.encode(), "text/html; charset=utf-8", headers=headers)


def _file(engine: Engine, request: Request) -> Answer:
    return static.answer(request.path.rpartition("/")[2])


def _ledger(engine: Engine, request: Request) -> Answer:
    after = whole_number(request, "after", 0)
    newest = whole_number(request, "newest", 0)
    if newest:
        after = max(after, engine.ledger.last_seq() - newest)
    return Answer(HTTPStatus.OK, engine.ledger.lines(after), "application/x-ndjson")


def _applicants(engine: Engine, request: Request) -> Answer:
    wish = listing.wanted(engine, request.params)
    passing = listing.passing(engine, wish)
    limit = whole_number(request, "limit", AT_ONCE)
    most = SEARCHED_AT_MOST if wish.filtered else limit
    return Answer(HTTPStatus.OK, _items(passing, limit, most))


def _items(passing: Iterator[Seen], limit: int, most: int) -> Iterator[bytes]:
    """The list in pieces; ``next`` is the ``after`` that goes on, null when nobody is left."""
    yield b'{"items": ['
    shown, searched, lead = 0, 0, ""
    last: str | None = None
    while shown < limit and searched < most:
        some = list(itertools.islice(passing, min(AT_ONCE, limit - shown, most - searched)))
        if not some:
            break
        last, searched = some[-1].applicant.id, searched + len(some)
        if fitting := [_item(seen) for seen in some if seen.fits]:
            shown += len(fitting)
            yield (lead + ", ".join(fitting)).encode()
            lead = ", "
        else:
            yield b""
    more = json.dumps(None if next(passing, None) is None else last)
    yield f'], "next": {more}}}\n'.encode()


def _item(seen: Seen) -> str:
    item = {
        "applicant_id": seen.applicant.id,
        "client_id": seen.applicant.client_id,
        "external_user_id": seen.applicant.external_user_id,
        "name": seen.applicant.profile.name,
        "outcome": seen.verdict.outcome,
    }
    return json.dumps(item, ensure_ascii=False)


def _mint(engine: Engine, request: Request) -> Answer:
    return json_answer(HTTPStatus.OK, one_token(engine, request.json_object()), pretty=True)


def _tokens(engine: Engine, request: Request) -> Answer:
    columns = parse_qs(request.target.partition(b"?")[2].decode("utf-8", "replace")).get("columns")
    params = {**request.params, "columns": ",".join(columns or ())}
    pieces = token_file(engine, params, whole_number(request, "n", 20))
    disposition = ("Content-Disposition", 'attachment; filename="sandbox-tokens.csv"')
    no_store = ("Cache-Control", "no-store")
    return Answer(HTTPStatus.OK, pieces, "text/csv; charset=utf-8", headers=(disposition, no_store))


def _get_faults(engine: Engine, request: Request) -> Answer:
    return json_answer(HTTPStatus.OK, engine.scenario.body(), pretty=True)


def _put_faults(engine: Engine, request: Request) -> Answer:
    try:
        engine.replace_scenario(request.body)
    except ScenarioError as error:
        raise Problem(400, str(error)) from None
    return _get_faults(engine, request)


def _get_workspaces(engine: Engine, request: Request) -> Answer:
    items = [_workspace(workspace) for workspace in engine.directory.all]
    return json_answer(HTTPStatus.OK, {"items": items}, pretty=True)


def _put_workspace(engine: Engine, request: Request) -> Answer:
    workspace = engine.directory.by_name.get(request.path.removeprefix(f"{PREFIX}workspaces/"))
    if workspace is None:
        raise Problem(404, "The local sandbox has no such workspace")
    if request.method != "PUT":
        raise Problem(405, "Use PUT here")
    try:
        engine.directory.change(workspace, request.json_object())
    except UnknownSetting as error:
        raise Problem(400, str(error)) from None
    return json_answer(HTTPStatus.OK, _workspace(workspace), pretty=True)


def _workspace(workspace: Workspace) -> dict[str, object]:
    """A workspace without its secrets."""
    return {
        "name": workspace.name,
        "client_id": workspace.client_id,
        "levels": [level.name for level in workspace.levels],
        **asdict(workspace.settings),
    }


def whole_number(request: Request, name: str, otherwise: int) -> int:
    """A parameter of the query as a number from 0 on; raises Problem 400."""
    text = request.params.get(name, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise Problem(400, f"{name} must be a whole number")
    return int(text)


_HANDLERS: dict[str, dict[str, Callable[[Engine, Request], Answer]]] = {
    "/": {"GET": _page},
    **{f"{PREFIX}{name}": {"GET": _file} for name in static.FILES},
    f"{PREFIX}ledger.jsonl": {"GET": _ledger},
    f"{PREFIX}applicants": {"GET": _applicants},
    f"{PREFIX}tokens.csv": {"GET": _tokens},
    f"{PREFIX}mint": {"POST": _mint},
    f"{PREFIX}faults": {"GET": _get_faults, "PUT": _put_faults},
    f"{PREFIX}workspaces": {"GET": _get_workspaces},
}
