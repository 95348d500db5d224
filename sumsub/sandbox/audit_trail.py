"""The audit trail: who did what in a workspace (Sumsub: audit trail events).

Share tokens and what came of them are told from the ledger, everything else from notes of its own.
Sumsub documents the call's parameters, not its answer: the shape is our guess. Every deed here is
an API caller's, and so every ``subjectName`` is ``service``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sumsub.sandbox.clock import plain
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.records import Applicant
from sumsub.sandbox.wire import Answer, json_answer

SUBJECT = "service"
DEFAULT_LIMIT = 10
MAX_LIMIT = 20_000


class Activity(StrEnum):
    """What may have been done; the words are ours, in Sumsub's manner."""

    CREATED = "applicantCreated"
    INFO_CHANGED = "applicantPersonalInfoChanged"
    TAGS_CHANGED = "applicantTagsChanged"
    DOCUMENT_ADDED = "applicantDocumentAdded"
    RESET = "applicantReset"
    STEPS_RESET = "applicantStepsReset"
    CHECK_REQUESTED = "applicantCheckRequested"
    REVIEWED = "applicantReviewed"
    APPLICANT_LEVEL_CHANGED = "applicantLevelChanged"
    ACTIVATED = "applicantActivated"
    DEACTIVATED = "applicantDeactivated"
    LEVEL_CHANGED = "levelChanged"
    SHARE_TOKEN_CREATED = "shareTokenCreated"
    APPLICANT_REUSED = "applicantReused"
    APPLICANT_COPIED = "applicantCopied"
    SHARE_TOKEN_REFUSED = "shareTokenRefused"


_OF_LEDGER = {
    "minted": Activity.SHARE_TOKEN_CREATED,
    "redeemed": Activity.APPLICANT_REUSED,
    "copied": Activity.APPLICANT_COPIED,
    "refused": Activity.SHARE_TOKEN_REFUSED,
}
_WORDS = " ".join(f"WHEN '{event}' THEN '{activity}'" for event, activity in _OF_LEDGER.items())
_EVENTS = ", ".join(f"'{event}'" for event in _OF_LEDGER)
# Both halves are read from the newest backwards and stop early, however long they are.
_WHERE = "client_id = ? AND at_ms BETWEEN ? AND ? AND (? = '' OR activity = ?)"
_PAGE = (
    "SELECT at_ms, activity, applicant_id, id FROM ("
    " SELECT * FROM (SELECT at_ms, activity, applicant_id, 'a' || seq AS id FROM audit"
    f" WHERE {_WHERE} ORDER BY seq DESC LIMIT ?)"
    " UNION ALL SELECT * FROM (SELECT at_ms, activity, applicant_id, 'l' || seq FROM"
    f" (SELECT seq, at_ms, client_id, applicant_id, CASE event {_WORDS} END AS activity"
    f" FROM ledger WHERE event IN ({_EVENTS}))"
    f" WHERE {_WHERE} ORDER BY seq DESC LIMIT ?)"
    ") ORDER BY at_ms DESC, id DESC LIMIT ? OFFSET ?"
)


def note(
    engine: Engine, incoming: Incoming, activity: Activity, applicant: Applicant | None = None
) -> None:
    """Write down a deed of a caller, beside the ledger."""
    engine.store.execute(
        "INSERT INTO audit (at_ms, client_id, activity, applicant_id) VALUES (?, ?, ?, ?)",
        (
            engine.clock.now_ms(),
            incoming.workspace.client_id,
            activity.value,
            applicant.id if applicant else None,
        ),
    )


def audit_trail(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/auditTrailEvents``: the newest first; raises Problem 400."""
    params = incoming.request.params
    limit = _whole(params, "limit", DEFAULT_LIMIT, MAX_LIMIT)
    offset = _whole(params, "offset", 0, 10**9)
    activity = params.get("activity", "")
    half = (
        incoming.workspace.client_id,
        _moment_ms(params, "from", 0),
        _moment_ms(params, "to", 2**62),
        activity,
        activity,
        limit + offset,
    )
    subject = params.get("subjectName", "")
    known = subject in ("", SUBJECT)
    rows = engine.store.all(_PAGE, (*half, *half, limit, offset)) if known else []
    items = [_item(*row) for row in rows]
    return json_answer(200, {"items": items, "totalItems": len(items)})


def _item(at_ms: int, activity: str, applicant_id: str | None, event_id: str) -> dict[str, object]:
    item = {
        "id": event_id,
        "ts": plain(at_ms),
        "subjectName": SUBJECT,
        "activity": activity,
        "applicantId": applicant_id,
    }
    return {key: value for key, value in item.items() if value is not None}


def _whole(params: dict[str, str], name: str, otherwise: int, most: int) -> int:
    text = params.get(name, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) <= most):
        raise Problem(400, f"{name} must be a whole number from 0 to {most}")
    return int(text)


def _moment_ms(params: dict[str, str], name: str, otherwise: int) -> int:
    """A moment of the query; ``to`` includes its whole second."""
    text = params.get(name, "")
    if not text:
        return otherwise
    try:
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        raise Problem(400, f"{name} is not valid, must be like yyyy-MM-dd HH:mm:ss") from None
    return int(moment.timestamp()) * 1000 + (999 if name == "to" else 0)
