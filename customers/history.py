"""The story of one row from its line in the file to its end, moment by moment."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import AuditEvent, AuditEventQuerySet
from customers.models import Row, RowState
from customers.moments import Moment
from customers.wording.outlooks import outlook_sentence
from customers.wording.owners import where
from customers.wording.telling import loaded

RETRIED_TOGETHER = "import.rows_retried"


def events_about(row: Row) -> AuditEventQuerySet:
    """The trail's events about this row, and those about its import that moved rows together."""
    about = AuditEvent.objects.about(f"row:{row.pk}")
    together = AuditEvent.objects.about(f"import:{row.import_ref_id}").of_deed(RETRIED_TOGETHER)
    return about | together


def history(row: Row, events: Iterable[AuditEvent], *, now: datetime) -> list[Moment]:
    """What happened to the row, earliest first; what is still to come stands at the end.

    Reads `import_ref`, `forecast`, `replaced_by` and `renewed_by` where they are loaded.
    """
    told = [one for event in events if (one := _told(row, event))]
    ends = {event.deed for event in events}
    past = [*_before_sending(row), *_looked(row), *_sent(row), *_asked(row), *_followed(row), *told]
    if f"row.{row.state}" not in ends and row.settled_at and "row.closed" not in ends:
        icon, tone, what = _ENDS[RowState(row.state)]
        past.append(Moment(row.settled_at, what, icon, tone))
    past.sort(key=lambda one: one.at)
    return [*past, *_coming(row, now)]


def _before_sending(row: Row) -> list[Moment]:
    imported = loaded(row, "import_ref")
    source = imported.file_name or imported.get_source_display() if imported else "the file"
    stored = [Moment(row.created_at, f"Stored from line {row.line} of {source}", "file")]
    if row.issued_at:
        stored.append(Moment(row.issued_at, "Share token issued, says the file", "tokens"))
    if imported and imported.started_at:
        stored.append(Moment(imported.started_at, "Import started", "play"))
    return stored


def _looked(row: Row) -> list[Moment]:
    forecast = loaded(row, "forecast")
    if forecast is None or forecast.asked_at is None:
        return []
    return [Moment(forecast.asked_at, outlook_sentence(forecast).rstrip("."), "search")]


def _sent(row: Row) -> list[Moment]:
    if row.sent_at is None:
        return []
    first = row.first_sent_at or row.sent_at
    moments = [Moment(first, "Sent to Sumsub", "sending")]
    if row.sent_at > first:
        what = "Sent once more under the same id" if row.resends else "Sent to Sumsub again"
        moments.append(Moment(row.sent_at, what, "sending"))
    return moments


def _asked(row: Row) -> list[Moment]:
    moments = []
    if row.checking_since:
        what = "No certain outcome: Sumsub is asked what became of it"
        moments.append(Moment(row.checking_since, what, "checking"))
    if row.first_absent_at:
        moments.append(Moment(row.first_absent_at, "Sumsub: nobody has our id", "search"))
    if row.last_absent_at and row.absents > 1:
        what = f"Sumsub, {row.absents} times by now: nobody has our id"
        moments.append(Moment(row.last_absent_at, what, "search"))
    return moments


def _followed(row: Row) -> list[Moment]:
    heirs = (
        ("replaced_by", "The same share token came again in"),
        ("renewed_by", "A new share token came in"),
    )
    return [
        Moment(heir.created_at, f"{begins} {where(heir)}", "tokens")
        for link, begins in heirs
        if (heir := loaded(row, link))
    ]


def _told(row: Row, event: AuditEvent) -> Moment | None:
    if event.deed == RETRIED_TOGETHER:
        return _retried_together(row, event)
    if not event.deed.startswith("row."):
        return None  # who has it, and notes: not what became of the share token
    deed = event.deed.removeprefix("row.")
    by = event.actor_label if event.actor_id else ""
    words = str(event.details.get("words", ""))
    if deed in RowState.values:
        icon, tone, what = _ENDS[RowState(deed)]
        code = event.details.get("error_code")
        what = f"{what}{f' ({code})' if code else ''}"
        return Moment(event.at, what, icon, tone, by, words, person=event.actor_id)
    icon, what = _DEEDS.get(deed, ("info", deed.replace("_", " ").capitalize()))
    level = event.details.get("level")
    what = f"{what}{f' {level}' if level else ''}"
    return Moment(event.at, what, icon, "", by, words, person=event.actor_id)


def _retried_together(row: Row, event: AuditEvent) -> Moment | None:
    """The deed on many rows, where it can have moved this one."""
    said: dict[str, Any] = event.details
    inside = said.get("first_line", 0) <= row.line <= said.get("last_line", 0)
    if not inside or said.get("level") != row.level_name or event.at < row.created_at:
        return None
    what = f"Sent again at level {said['level']}, with the rows refused for the same reason"
    return Moment(event.at, what, "refresh", "", event.actor_label, person=event.actor_id)


def _coming(row: Row, now: datetime) -> list[Moment]:
    if row.next_lookup_at is None or row.state not in (RowState.CHECKING, RowState.PENDING):
        return []
    what = "Next look at Sumsub" if row.next_lookup_at > now else "Sumsub is asked at any moment"
    return [Moment(row.next_lookup_at, what, "timer", "now")]


_ENDS: dict[RowState, tuple[str, str, str]] = {
    RowState.IMPORTED: ("imported", "ok", "Imported: customer and application created"),
    RowState.REFUSED: ("refused", "bad", "Refused by Sumsub"),
    RowState.NOT_IMPORTED: ("not_imported", "bad", "Not imported: no applicant exists"),
    RowState.EXPIRED: ("expired", "bad", "Too late: its declared deadline passed first"),
    RowState.CANCELLED: ("cancelled", "", "Cancelled before it was sent"),
    RowState.NEEDS_PERSON: ("needs_person", "now", "Waits for a person: nothing more is sent"),
    RowState.DUPLICATE: ("duplicate", "", "Skipped"),
    RowState.INVALID: ("duplicate", "", "Skipped"),
    RowState.STAGED: ("staged", "", "Stored"),
    RowState.PENDING: ("pending", "", "Waiting"),
    RowState.SENDING: ("sending", "", "Sending"),
    RowState.CHECKING: ("checking", "", "Checking"),
}
_DEEDS = {
    "retried": ("refresh", "Sent again at level"),
    "asked_again": ("search", "A person found something: Sumsub is asked again"),
    "closed": ("imported", "Closed by a person: no applicant exists"),
}
