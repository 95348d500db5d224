"""What becomes of a row: pure rules from (row, evidence, circumstances) to the next state.

Nothing here reads a clock or touches the database; the callers apply a Decision as one
conditional update. The contract is docs/architecture.md, "The way of a row".
"""

from customers.decisions.ends import Circumstances, Decision, deadline, expired, is_too_late
from customers.decisions.lookup import after_lookup, has_life_for_resend
from customers.decisions.person import (
    ask_again,
    at_another_level,
    cancelled,
    closed_as_absent,
    is_not_this_rows,
    may_try_another_level,
    owned_by_another,
    quiet_from,
    restored,
    unstorable,
)
from customers.decisions.sending import after_sending, lease_ended

__all__ = [
    "Circumstances",
    "Decision",
    "after_lookup",
    "after_sending",
    "ask_again",
    "at_another_level",
    "cancelled",
    "closed_as_absent",
    "deadline",
    "expired",
    "has_life_for_resend",
    "is_not_this_rows",
    "is_too_late",
    "lease_ended",
    "may_try_another_level",
    "owned_by_another",
    "quiet_from",
    "restored",
    "unstorable",
]
