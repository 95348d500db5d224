"""What happened to one import, from the audit trail: people's deeds, and what held it back."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from accounts.compiled import Compiled
from accounts.look.figures import thousands
from accounts.models import AuditEvent
from customers import gates
from customers.history import RETRIED_TOGETHER
from customers.models import GateReason, Import, ImportState, LookKind, Outlook
from customers.models.imports import DEAD_TOKENS
from customers.models.looks import NO_ANSWER
from customers.moments import Moment

# What people do about single rows; a row's own events are its story, not the import's.
ROW_DEEDS = ("row.retried", "row.asked_again", "row.closed")
REPORTED = "import.reported"
HOLDS = ("gate.closed", "gate.opened", "breaker.opened", "breaker.closed")
MOST = 60


def happenings(imported: Import, *, leaving_out: Collection[str] = ()) -> list[Moment]:
    """The import's story, newest first, at most MOST moments of it.

    The trail's events about the import and people's deeds on its rows; gates and breaker as far
    as they fell into its time. `leaving_out` are deeds that are not told.
    """
    told = [
        _told(event, imported)
        for event in events_about(imported)
        if event.deed not in leaving_out and not event.deed.startswith("work.")
    ]
    if imported.state == ImportState.FINISHED and imported.finished_at:
        told.append(Moment(imported.finished_at, _ended(imported), "imported", "ok"))
    told.sort(key=lambda one: one.at, reverse=True)
    return told[:MOST]


def events_about(imported: Import) -> list[AuditEvent]:
    """The latest of the trail's events that this story is made of."""
    rows = AuditEvent.objects.of_deeds(*ROW_DEEDS).in_import(imported.pk).order_by("-pk")[:MOST]
    scopes = [f"gate:{scope}" for scope in sorted(gates.scopes_over(imported))]
    # The question has room for the most gates that there are over an import.
    held = dict(enumerate([*scopes, *scopes[:1] * (gates.MOST_SCOPES - len(scopes))]))
    first, last = _its_time(imported)
    return [
        *_OWN(subject=f"import:{imported.pk}"),
        *rows,
        *_HOLDS(first=first, last=last, **{f"scope_{number}": one for number, one in held.items()}),
    ]


_OWN = Compiled(
    lambda subject: AuditEvent.objects.about(subject)[:MOST],
    subject=str,
)
_HOLDS = Compiled(
    lambda first, last, **scopes: (
        AuditEvent.objects.about_any(["connection", *scopes.values()])
        .of_deeds(*HOLDS)
        .within(first, last)[:MOST]
    ),
    first=datetime,
    last=datetime,
    **{f"scope_{number}": str for number in range(gates.MOST_SCOPES)},
)


def _its_time(imported: Import) -> tuple[datetime, datetime]:
    over = imported.state in (ImportState.FINISHED, ImportState.CANCELLED)
    end = imported.finished_at if over and not imported.undecided_count else None
    return imported.started_at or imported.created_at, end or timezone.now()


def _ended(imported: Import) -> str:
    return (
        f"Finished: {thousands(imported.imported_count)} of {_rows(imported.total_count)} imported"
    )


def _told(event: AuditEvent, imported: Import) -> Moment:
    icon, tone, words = _WORDS.get(event.deed, ("info", "", _plain))
    by = event.actor_label if event.actor_id or event.source == "command line" else ""
    if event.deed == "import.created":
        what = _created(event, imported.unused_columns or ())
    else:
        what = words if isinstance(words, str) else words(event)
    return Moment(event.at, what, icon, tone, by)


def _plain(event: AuditEvent) -> str:
    return event.deed.replace(".", " ").replace("_", " ").capitalize()


def _created(event: AuditEvent, unused_columns: Sequence[str]) -> str:
    told = event.details
    left = []
    if same := told.get("duplicates"):
        left.append(f"{thousands(same)} duplicate{'' if same == 1 else 's'}")
    if faulty := told.get("faulty"):
        left.append(f"{thousands(faulty)} faulty")
    if unused := told.get("unused_columns"):
        left.append(_unused(unused, unused_columns))
    level = f", level {told['level']}" if told.get("level") else ""
    skipped = f" ({', '.join(left)})" if left else ""
    return f"Stored with {_rows(told.get('rows'))}{skipped}{level}"


def _unused(count: int, names: Sequence[str]) -> str:
    """The trail counts the columns; their names are somebody's words, and stand with the import."""
    more = f" and {thousands(count - len(names))} more" if count > len(names) else ""
    return f"column{'' if count == 1 else 's'} not used: {', '.join(names)}{more}"


def _started(event: AuditEvent) -> str:
    told = event.details
    if told.get("kind") == LookKind.EACH:
        return f"Started: {_rows(told.get('rows'))}, each looked at just before it is sent"
    left = told.get("not_sent")
    given_up = f", {thousands(left)} given up unsent for what the preview said" if left else ""
    return f"Started: {_rows(told.get('rows'))} to send{given_up}"


def _look_started(event: AuditEvent) -> str:
    sample = "a sample of " if event.details.get("kind") == LookKind.SAMPLE else ""
    return f"Look begun: Sumsub is asked about {sample}{_rows(event.details.get('rows'))}"


def _looked(event: AuditEvent) -> str:
    return f"Looked: {_foretold(event)}"


def _look_stopped(event: AuditEvent) -> str:
    told = event.details
    reason = told.get("reason", "")
    words = "Sumsub does not answer" if reason == NO_ANSWER else _gate_reason(reason)
    return f"Look stopped: {words}{_code(event)}; {_foretold(event)} so far"


def _foretold(event: AuditEvent) -> str:
    """What the preview said: "20 would be imported, 3 with documents requested, 7 refused"."""
    told = event.details
    passing = (told.get(Outlook.PASSES) or 0) + (told.get(Outlook.DOCUMENTS) or 0)
    rest = [f"{thousands(told[name])} {words}" for name, words in _BESIDE if told.get(name)]
    return ", ".join([f"{thousands(passing)} would be imported", *rest])


_BESIDE = (
    (Outlook.DOCUMENTS, "of them with documents requested"),
    (Outlook.REFUSED, "refused"),
    (Outlook.UNANSWERED, "without an answer"),
)


def _look_ended(event: AuditEvent) -> str:
    return f"Look ended: {_rows(event.details.get('rows'))} to send without being asked about"


def _level_changed(event: AuditEvent) -> str:
    told = event.details
    return f"{_rows(told.get('rows'))} to be looked at again at level {told.get('level')}"


def _paused(event: AuditEvent) -> str:
    if event.details.get("reason") == DEAD_TOKENS:
        return "Paused by itself: too many refused share tokens in a row"
    return f"Paused{_in_flight(event)}"


def _cancelled(event: AuditEvent) -> str:
    return f"Cancelled: {_rows(event.details.get('given_up'))} given up unsent{_in_flight(event)}"


def _in_flight(event: AuditEvent) -> str:
    flying = event.details.get("in_flight")
    return f", {thousands(flying)} in flight" if flying else ""


def _retried_together(event: AuditEvent) -> str:
    return f"{_rows(event.details.get('rows'))} sent again at {_level(event)}"


def _retried(event: AuditEvent) -> str:
    return f"{_line(event)} sent again at {_level(event)}"


def _level(event: AuditEvent) -> str:
    told = event.details
    changed = ", which was changed at Sumsub" if told.get("level_changed") else ""
    return f"level {told.get('level')}{changed}"


def _asked_again(event: AuditEvent) -> str:
    return f"{_line(event)}: somebody found something, Sumsub is asked again"


def _closed(event: AuditEvent) -> str:
    return f"{_line(event)} closed by a person: no applicant exists"


def _line(event: AuditEvent) -> str:
    return f"Line {thousands(event.details.get('line'))}"


def _tokens_asked(event: AuditEvent) -> str:
    return f"New share tokens asked for {_rows(event.details.get('rows'))}"


def _renewed(event: AuditEvent) -> str:
    told = event.details
    return f"New share tokens for {_rows(told.get('rows'))} came in import {told.get('by_import')}"


def _exported(event: AuditEvent) -> str:
    return f"Taken as a file: {event.details.get('what')}"


def _gate_closed(event: AuditEvent) -> str:
    return f"Gate closed: {_gate_reason(event.details.get('reason', ''))}{_code(event)}"


def _gate_reason(reason: str) -> str:
    return str(GateReason(reason).label) if reason in GateReason.values else reason


def _code(event: AuditEvent) -> str:
    code = event.details.get("error_code")
    return f" ({code})" if code else ""


def _gate_opened(event: AuditEvent) -> str:
    return "Gate opened" if event.actor_id else "Gate opened: the cause is gone"


def _rows(count: int | None) -> str:
    return f"{thousands(count or 0)} row{'' if count == 1 else 's'}"


# Deed: symbol, tone, words, or what says them; `_created` has those of the first.
_WORDS: Mapping[str, tuple[str, str, str | Callable[[AuditEvent], str]]] = {
    "import.created": ("file", "", ""),
    "import.started": ("play", "", _started),
    "import.look_started": ("search", "", _look_started),
    "import.looked": ("search", "", _looked),
    "import.look_stopped": ("warn", "bad", _look_stopped),
    "import.look_ended": ("play", "", _look_ended),
    "import.level_changed": ("refresh", "", _level_changed),
    "import.paused": ("pause", "", _paused),
    "import.resumed": ("play", "", "Resumed"),
    "import.cancelled": ("stop", "bad", _cancelled),
    RETRIED_TOGETHER: ("refresh", "", _retried_together),
    "import.new_tokens_asked": ("tokens", "", _tokens_asked),
    "import.renewed": ("tokens", "", _renewed),
    "import.exported": ("download", "", _exported),
    REPORTED: ("file", "", "Report opened"),
    "row.retried": ("refresh", "", _retried),
    "row.asked_again": ("search", "", _asked_again),
    "row.closed": ("cancelled", "", _closed),
    "gate.closed": ("lock", "bad", _gate_closed),
    "gate.opened": ("key", "ok", _gate_opened),
    "breaker.opened": ("warn", "bad", "Sending stopped: Sumsub did not answer"),
    "breaker.closed": ("check", "ok", "Sumsub answered again: sending went on"),
}
