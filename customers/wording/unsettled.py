"""Rows whose outcome is open: not started, waiting, sending, checking."""

from customers.models import ImportState, Row
from customers.reasons import REFUSALS, Reason
from customers.wording.outlooks import outlook_sentence, staged_before_turn
from customers.wording.refusals import cause
from customers.wording.telling import NOT_YET, NOTHING_TO_DO, Told, loaded, on_the_clock

_WAITING = {
    Reason.THROTTLED: "Sumsub asked us to slow down. Nothing is lost: it goes again",
    Reason.NOT_DELIVERED: "Sumsub could not be reached, so nothing was sent. It goes again",
}


def staged(row: Row) -> Told:
    """Stored, the import not started; or running, and the row is looked at before it is sent."""
    imported, forecast = loaded(row, "import_ref"), loaded(row, "forecast")
    if imported is not None and imported.state == ImportState.RUNNING:
        return staged_before_turn(forecast)
    if forecast is not None:
        return Told("", outlook_sentence(forecast), "Start the import, or those that pass.")
    return Told("", "Stored, encrypted. Nothing is sent before the start.", "Start the import.")


def pending(row: Row) -> Told:
    """Waiting: for its turn, for a pace, for a gate, for a lookup, or for a person's resume."""
    imported = loaded(row, "import_ref")
    if imported is not None and imported.state == ImportState.PAUSED:
        return Told("The import is paused", "Waits: the import is paused.", "Resume the import.")
    if imported is not None and imported.state == ImportState.CANCELLED:
        return Told("The import was cancelled", "Is being given up unsent.", NOTHING_TO_DO)
    if row.reason == Reason.GATE_CLOSED:
        return Told(
            "Held back by a closed gate",
            "Held back: the last answer was about the connection or the partnership, "
            "not about this row. Its share token was not used.",
            "It goes again by itself once the gate is open; the notice says who can open it.",
        )
    if row.look_first:
        return Told(
            "Looked up before it is sent",
            "Sumsub is asked whether it knows this row before anything is sent.",
            NOTHING_TO_DO,
        )
    return _in_line(row)


def _in_line(row: Row) -> Told:
    begins = _WAITING.get(Reason(row.reason)) if row.reason else None
    if begins is None:
        return Told("", "Waits for its turn.", NOTHING_TO_DO)
    when = f"at {on_the_clock(row.not_before)}" if row.not_before else "by itself"
    return Told(str(Reason(row.reason).label), f"{begins} {when}.", NOTHING_TO_DO)


def sending(row: Row) -> Told:
    """The request may be on the wire."""
    at = f" at {on_the_clock(row.sent_at)}" if row.sent_at else ""
    return Told("", f"Sent{at}; the answer is on its way.", NOTHING_TO_DO)


def checking(row: Row) -> Told:
    """The outcome is not certain, and Sumsub is being asked."""
    if row.reason in REFUSALS and not row.doubt:
        title, _ = cause(row)
        what = f"Sumsub said no: {_lower(title)}. We are asking whether an applicant exists"
        return Told(title, f"{what} all the same. {NOT_YET}", _next_look(row))
    title = str(Reason(row.reason).label) if row.reason else "No clear answer came"
    what = f"Sumsub may have received this one. We are asking. {NOT_YET}"
    return Told(title, what, _next_look(row))


def _next_look(row: Row) -> str:
    if row.resend_cleared:
        return "Sumsub does not know it so far: it is sent once more, under the same id."
    if row.next_lookup_at is None:
        return "We look again by ourselves."
    return f"We look again by ourselves, next at {on_the_clock(row.next_lookup_at)}."


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
