"""Rows that only a person can settle, for reasons found while storing what came back."""

from customers.decisions.ends import Circumstances, Decision, for_person
from customers.models import Row
from customers.reasons import Reason


def owned_by_another(row: Row, at: Circumstances, applicant_id: str) -> Decision:
    """Another row already owns the applicant that this one came back with."""
    return for_person(row, at, Reason.APPLICANT_OWNED, applicant_id)


def unstorable(row: Row, at: Circumstances) -> Decision:
    """An answer came that we cannot store; asking again would bring the same."""
    return for_person(row, at, Reason.UNSTORABLE, "")
