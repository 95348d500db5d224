"""Events about applicants that no application of ours names: the donor's own, or not known yet."""

from collections.abc import Sequence

from customers.models import SumsubEvent


def note(events: Sequence[SumsubEvent]) -> set[int]:
    """Offer events to whoever else keeps applicants; returns the numbers of those taken.

    The seam for the donor's side, whose applicants are not matched here yet: nobody takes any, so
    each event is kept for 48 hours and then counts as not ours.
    """
    return set()
