"""How much of the queue concerns a person: for heads of lists and the start page."""

from dataclasses import dataclass

from accounts.models import User
from customers.views.counting import Count
from customers.work import queue
from customers.work.kinds import kinds_for
from customers.work.wanted import NOBODY, Wanted


@dataclass(frozen=True)
class WorkCounts:
    """Tasks that a person has, that nobody has, and that are overdue, whoever has them."""

    mine: Count
    nobodys: Count
    overdue: Count


def counts_for(person: User) -> WorkCounts:
    """What of the queue concerns this person, as far as they may see it; put-off tasks left out.

    Each figure is bounded (`queue.MOST`) and answered by indexes.
    """
    kinds = kinds_for(person)
    return WorkCounts(
        mine=queue.count(Wanted(holder=person.pk), kinds),
        nobodys=queue.count(Wanted(holder=NOBODY), kinds),
        overdue=queue.count(Wanted(overdue=True), kinds),
    )
