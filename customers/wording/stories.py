"""The story of a row: its label, what happened, the next step, the reason as a title."""

from collections.abc import Callable, Mapping

from customers.models import Row, RowState
from customers.models.row_needs import RENEWABLE_STATES
from customers.reasons import Reason
from customers.wording import refusals, skipped, unsettled
from customers.wording.outlooks import not_sent
from customers.wording.owners import where
from customers.wording.review_words import review_words
from customers.wording.telling import NEW_TOKEN, Story, Told, loaded, on_the_clock, waited

__all__ = ["Story", "story"]


def story(row: Row) -> Story:
    """The row in words.

    Reads what is loaded beside the row (`import_ref`, `application`, `duplicate_of`,
    `replaced_by`, `renewed_by`, `forecast`) and fetches nothing; a row that was never stored
    stands for many like it.
    """
    told = _TELLERS[RowState(row.state)](row)
    return Story(
        label=str(RowState(row.state).label),
        what=told.what + followers(row),
        next_step=_RENEWED_NEXT if row.renewed_by_id and _is_over(row) else told.next_step,
        reason_title=told.title,
    )


def _imported(row: Row) -> Told:
    what = "Customer created."
    if row.confirmed_by_lookup:
        what += " Confirmed by lookup."
    application = loaded(row, "application")
    if application is None:
        return Told("", what, "Open the application and complete it.")
    review = review_words(application)
    return Told("", f"{what} {review.sentence}", review.next_step)


def _not_imported(row: Row) -> Told:
    return Told(
        "No applicant was created",
        "Confirmed: no applicant was created. Ask the donor for a new token.",
        NEW_TOKEN,
    )


def _expired(row: Row) -> Told:
    if row.deadline_at is None:
        what = "Its deadline passed before its turn. Nothing was sent."
    else:
        deadline = on_the_clock(row.deadline_at)
        what = f"Its deadline, {deadline}, passed before its turn. Nothing was sent."
    if row.issued_at is not None:
        what += f" It was issued at {on_the_clock(row.issued_at)}."
    if row.settled_at is not None and row.created_at is not None:
        what += f" It waited here for {waited(row.created_at, row.settled_at)}."
    return Told("The declared deadline passed first", what, NEW_TOKEN)


def _cancelled(row: Row) -> Told:
    if row.reason == Reason.FORECAST:
        return not_sent(row, loaded(row, "forecast"))
    return Told(
        "Cancelled before sending",
        "Cancelled before it was sent. Its share token was not used and is no longer kept here.",
        "To import it after all, upload the share token again while it lives.",
    )


def followers(row: Row) -> str:
    """Where the row's share token, or a new one for it, came later: a sentence with a blank before.

    Empty for a row that nothing followed.
    """
    return _replaced(row) + _renewed(row)


def _replaced(row: Row) -> str:
    if row.replaced_by_id is None:
        return ""
    heir = loaded(row, "replaced_by")
    if heir is None:
        return " The share token came again in a later import; the row there decides."
    became = f"{where(heir)} ({str(RowState(heir.state).label).lower()})"
    return f" The share token came again in {became}; that row decides."


def _renewed(row: Row) -> str:
    if row.renewed_by_id is None:
        return ""
    heir = loaded(row, "renewed_by")
    if heir is None:
        return " A new share token for it came in a later import."
    return f" Replaced by {where(heir)}: {str(RowState(heir.state).label).lower()}."


def _is_over(row: Row) -> bool:
    return row.state in RENEWABLE_STATES


_RENEWED_NEXT = "Nothing to do here: the row with the new share token goes on."
_TELLERS: Mapping[RowState, Callable[[Row], Told]] = {
    RowState.STAGED: unsettled.staged,
    RowState.PENDING: unsettled.pending,
    RowState.SENDING: unsettled.sending,
    RowState.CHECKING: unsettled.checking,
    RowState.IMPORTED: _imported,
    RowState.REFUSED: refusals.refused,
    RowState.NOT_IMPORTED: _not_imported,
    RowState.EXPIRED: _expired,
    RowState.CANCELLED: _cancelled,
    RowState.DUPLICATE: skipped.duplicate,
    RowState.INVALID: skipped.invalid,
    RowState.NEEDS_PERSON: refusals.for_a_person,
}
