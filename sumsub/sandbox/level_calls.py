"""Levels listed, made and changed (Sumsub: levels). What callers make is kept in the store."""

from __future__ import annotations

from typing import Any

from sumsub.sandbox.audit_trail import Activity, note
from sumsub.sandbox.clock import plain
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.level_reading import level_from
from sumsub.sandbox.levels import Level, letters, level_body
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.wire import Answer, json_answer
from sumsub.sandbox.workspaces import Workspace

_FIXED = ("id", "clientId", "key", "createdAt", "createdBy", "modifiedAt")


def levels(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/applicants/-/levels``."""
    workspace = incoming.workspace
    items = [level_body(level, workspace.client_id) for level in workspace.levels]
    return _json(engine, {"items": items, "totalItems": len(items)})


def one_level(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/applicants/-/levels/{id}``."""
    level = _of_id(incoming.workspace, incoming.args[0])
    return _json(engine, level_body(level, incoming.workspace.client_id))


def create_level(engine: Engine, incoming: Incoming) -> Answer:
    """``POST /resources/applicants/-/levels``: answers the level; a name in use is a 400."""
    now = plain(engine.clock.now_ms())
    level_id = engine.world.new_id()
    stamps = {
        "key": letters(level_id.encode()[-14:], 14),
        "createdAt": now,
        "createdBy": "service",
        "modifiedAt": now,
    }
    given = {"type": "standalone", "applicantType": "individual", **_own_fields(incoming)}
    return _keep(engine, incoming, level_from({**given, **stamps}, level_id))


def change_level(engine: Engine, incoming: Incoming) -> Answer:
    """``PATCH /resources/applicants/-/levels``: the level of the body's ``id``, merged.

    Of the top level each field given takes the place of the old one, ``requiredIdDocs`` whole.
    """
    wanted = incoming.request.json_object()
    level_id = wanted.get("id")
    if not isinstance(level_id, str) or not level_id:
        raise Problem(400, "id is required and must be a string")
    workspace = incoming.workspace
    before = level_body(_of_id(workspace, level_id), workspace.client_id)
    kept = {key: value for key, value in before.items() if key not in ("id", "clientId")}
    merged = {**kept, **_own_fields(incoming), "modifiedAt": plain(engine.clock.now_ms())}
    return _keep(engine, incoming, level_from(merged, level_id))


def _own_fields(incoming: Incoming) -> dict[str, Any]:
    """The body without what Sumsub itself writes."""
    body = incoming.request.json_object()
    return {key: value for key, value in body.items() if key not in _FIXED}


def _keep(engine: Engine, incoming: Incoming, level: Level) -> Answer:
    workspace = incoming.workspace
    same_name = workspace.level(level.name)
    if same_name is not None and same_name.id_in(workspace.client_id) != level.id:
        raise Problem(400, f"Level with name '{level.name}' already exists")
    engine.store.execute(
        "INSERT INTO level (id, client_id, body) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        (level.id, workspace.client_id, level.given),
    )
    workspace.put_level(level)
    note(engine, incoming, Activity.LEVEL_CHANGED)
    return _json(engine, level_body(level, workspace.client_id))


def _of_id(workspace: Workspace, level_id: str) -> Level:
    for level in workspace.levels:
        if level.id_in(workspace.client_id) == level_id:
            return level
    raise Problem(404, f"Level with id {level_id} not found")


def _json(engine: Engine, value: object) -> Answer:
    return json_answer(200, value, pretty=engine.switches.pretty_json)
