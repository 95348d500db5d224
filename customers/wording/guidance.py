"""What a person who is to settle a row knows, and what they look for at Sumsub."""

from customers.models import Row
from customers.reasons import Reason
from customers.wording.telling import on_the_clock

_APPLICANT = "applicant "


def named_applicant(row: Row) -> str:
    """Sumsub's id of the applicant that an answer named, if one did."""
    return row.detail.removeprefix(_APPLICANT) if row.detail.startswith(_APPLICANT) else ""


def what_is_known(row: Row) -> list[str]:
    """The facts beside the story of a row that waits for a person, a sentence each."""
    return [sentence for sentence in (_sent(row), _asked(row), _code(row)) if sentence]


def what_to_check(row: Row) -> list[str]:
    """The steps at Sumsub, in their order."""
    steps = ["Open Applicants in Sumsub’s dashboard, in this workspace."]
    if named := named_applicant(row):
        steps.append(f"Open the applicant with the id {named}, which Sumsub named.")
    steps.append("Search for our id at Sumsub; it stands under “What to look for”.")
    return [*steps, _closer(row)]


def _sent(row: Row) -> str:
    if row.sent_at is None:
        return "We know of no send of this row."
    if row.first_sent_at is None or row.first_sent_at == row.sent_at:
        return f"Sent once, {on_the_clock(row.sent_at)} UTC."
    first, last = on_the_clock(row.first_sent_at), on_the_clock(row.sent_at)
    return f"Sent more than once: first {first}, last {last} UTC."


def _asked(row: Row) -> str:
    if not row.lookups:
        return ""
    asked = f"We asked Sumsub {_times(row.lookups)}"
    if not row.absents:
        return f"{asked} and got no answer that settles it."
    return f"{asked}; it said {_times(row.absents)} that nobody has our id."


def _code(row: Row) -> str:
    if row.error_code is None:
        return ""
    return f"An answer said no with {row.error_code} {row.error_name}".rstrip() + "."


def _closer(row: Row) -> str:
    around = f" created about {on_the_clock(row.sent_at)} UTC" if row.sent_at else ""
    if row.reason == Reason.APPLICANT_OWNED:
        return "Compare the person with the row that owns the applicant: are they the same?"
    if row.reason == Reason.ID_IN_USE:
        since = row.first_sent_at or row.sent_at
        before = f" before {on_the_clock(since)} UTC" if since else " earlier"
        return f"Compare the moment it was created: an applicant made{before} is not from this row."
    if row.reason == Reason.UNREADABLE_SUCCESS:
        return f"Sumsub said yes, so look for an applicant{around} too, by the person’s name."
    return f"If nobody has it, look through the applicants{around}."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
