"""Rows that Sumsub refused, and rows that only a person can settle."""

from collections.abc import Mapping

from customers.models import Row
from customers.reasons import Reason
from customers.wording.telling import NEW_TOKEN, Told
from sumsub.codes import refusal_code

_ABSENT = "A lookup found no applicant"

# Reasons that carry no code of Sumsub's table: title, cause, next step.
_REFUSED: Mapping[str, Told] = {
    Reason.TOKEN_DEAD: Told(
        "Share token expired or already used",
        f"The share token expired or was already used. {_ABSENT}, so a new token is safe.",
        NEW_TOKEN,
    ),
    Reason.WRONG_REQUEST: Told(
        "Level or parameters not accepted",
        f"Sumsub did not accept the level or another parameter of this row. {_ABSENT}.",
        "Check the level on this line, then upload the share token again while it lives.",
    ),
    Reason.TOO_LARGE: Told(
        "Share token's form not accepted",
        "Sumsub did not accept the form of this share token. No applicant was created.",
        "Ask the donor whether the share token was copied whole, and for a new one.",
    ),
    Reason.ID_IN_USE: Told(
        "Id already in use at Sumsub",
        "Another applicant has this id at Sumsub. No applicant was created for this row.",
        "Open that applicant in Sumsub, or import this person under another id.",
    ),
    Reason.UNKNOWN_RULE: Told(
        "Refused by a rule that is not in our table",
        f"Sumsub refused this row by a rule that is not in our table. {_ABSENT}.",
        "Ask Sumsub support what the code means before you ask the donor for a new share token.",
    ),
}
_OTHERWISE = Told(
    "Refused by Sumsub",
    "Sumsub refused this row. No applicant was created.",
    "Ask the donor to check the applicant, then for a new share token.",
)

_FOR_A_PERSON: Mapping[str, Told] = {
    Reason.UNANSWERABLE: Told(
        "Sumsub gave no final answer",
        "Sumsub may have received this one and gave no final answer within a day of asking.",
        "Search Sumsub's dashboard for the id of this row. If nobody has it, "
        "a new share token is safe.",
    ),
    Reason.UNREADABLE_SUCCESS: Told(
        "Sumsub said yes, but unreadably",
        "Sumsub answered that it created an applicant, the answer was damaged, and no lookup "
        "finds that applicant.",
        "Search Sumsub's dashboard for the person before you ask for a new share token.",
    ),
    Reason.APPLICANT_OWNED: Told(
        "Another row already owns this applicant",
        "Sumsub returned an applicant that already belongs to another row.",
        "Compare the two rows: one person may have been shared twice.",
    ),
    Reason.ID_IN_USE: Told(
        "Id already in use at Sumsub",
        "Sumsub has an applicant under this id, but it may be older than our request.",
        "Open that applicant in Sumsub and compare the person with this row.",
    ),
}
_TWO_ANSWERS = Told(
    "Sumsub gave two different answers",
    "Sumsub gave two different answers about this row.",
    "Compare them in Sumsub's dashboard before you ask for a new share token.",
)


def refused(row: Row) -> Told:
    """Cause, who must act, what they should do; Sumsub's code stands beside it."""
    known = _known(row)
    if known is not None:
        return known
    told = _REFUSED.get(row.reason, _OTHERWISE)
    return Told(told.title, told.what + _code(row) + _quoted(row), told.next_step)


def for_a_person(row: Row) -> Told:
    """What is known, what to check."""
    told = _FOR_A_PERSON.get(row.reason, _TWO_ANSWERS)
    return Told(told.title, told.what + _named_applicant(row), told.next_step)


def cause(row: Row) -> tuple[str, str]:
    """Title and next step of the refusal that a row carries, settled or not."""
    told = _known(row) or _REFUSED.get(row.reason, _OTHERWISE)
    return told.title, told.next_step


def code_words(code: int | None, name: str) -> str:
    """Sumsub's code and its name, empty when it gave none."""
    return " ".join(filter(None, (str(code or ""), name)))


def _known(row: Row) -> Told | None:
    """The words of Sumsub's table; a dead share token and a taken id have better ones of ours."""
    if row.reason in (Reason.TOKEN_DEAD, Reason.ID_IN_USE):
        return None
    code = refusal_code(row.error_code, row.error_name or None)
    return Told(code.title, f"{code.title}. {code.cause}", code.next_step) if code else None


def _code(row: Row) -> str:
    if row.reason != Reason.UNKNOWN_RULE or row.error_code is None:
        return ""
    return f" Its code is {code_words(row.error_code, row.error_name)}."


def _quoted(row: Row) -> str:
    if row.reason not in (Reason.WRONG_REQUEST, Reason.UNKNOWN_RULE) or not row.detail:
        return ""
    return f" Sumsub's words: “{row.detail}”."


def _named_applicant(row: Row) -> str:
    named = row.detail.removeprefix("applicant ")
    return f" Sumsub's id of it is {named}." if named and named != row.detail else ""
