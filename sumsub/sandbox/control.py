"""The sandbox's own addresses under ``/_sandbox/``: no signature, made for this machine only."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from http import HTTPStatus

from sumsub.sandbox import page
from sumsub.sandbox.engine import Engine
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.records import Applicant
from sumsub.sandbox.scenario import ScenarioError
from sumsub.sandbox.sharing import forecast
from sumsub.sandbox.token_file import token_file
from sumsub.sandbox.wire import Answer, Request, json_answer
from sumsub.sandbox.workspaces import UnknownSetting, Workspace

PREFIX = "/_sandbox/"
AT_ONCE = 200


def is_control(path: str) -> bool:
    """Whether a path is the sandbox's own and not Sumsub's."""
    return path == "/" or path.startswith(PREFIX)


def answer(engine: Engine, request: Request) -> Answer:
    """Answer a control request; raises Problem."""
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
    return Answer(HTTPStatus.OK, page.render(engine).encode(), "text/html; charset=utf-8")


def _ledger(engine: Engine, request: Request) -> Answer:
    lines = engine.ledger.lines(whole_number(request, "after", 0))
    return Answer(HTTPStatus.OK, lines, "application/x-ndjson")


def _applicants(engine: Engine, request: Request) -> Answer:
    return Answer(HTTPStatus.OK, _listing(engine, whole_number(request, "limit", AT_ONCE)))


def _listing(engine: Engine, limit: int) -> Iterator[bytes]:
    everyone = itertools.islice(engine.world.everyone_generated(), limit)
    yield b'{"items": ['
    lead = ""
    while some := list(itertools.islice(everyone, AT_ONCE)):
        yield (lead + ", ".join(_item(engine, applicant) for applicant in some)).encode()
        lead = ", "
    yield b"]}\n"


def _item(engine: Engine, applicant: Applicant) -> str:
    recipient = engine.directory.recipient
    item = {
        "applicant_id": applicant.id,
        "client_id": applicant.client_id,
        "external_user_id": applicant.external_user_id,
        "name": applicant.profile.name,
        "outcome": forecast(engine, applicant, recipient, recipient.levels[0]).outcome,
    }
    return json.dumps(item, ensure_ascii=False)


def _tokens(engine: Engine, request: Request) -> Answer:
    pieces = token_file(engine, request.params, whole_number(request, "n", 20))
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
    f"{PREFIX}ledger.jsonl": {"GET": _ledger},
    f"{PREFIX}applicants": {"GET": _applicants},
    f"{PREFIX}tokens.csv": {"GET": _tokens},
    f"{PREFIX}faults": {"GET": _get_faults, "PUT": _put_faults},
    f"{PREFIX}workspaces": {"GET": _get_workspaces},
}
