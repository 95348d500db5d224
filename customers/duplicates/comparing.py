"""Finding pairs: keys that nobody compared yet against all others, some hundred at a time.

A look of its own after the commit: the engine's tick only stores keys, and two workers that make
the same person at once are found all the same, since whoever compares last sees both.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from customers.models import Lookalikes, PersonKey
from customers.models.duplicates import Ground

# Keys of one transaction.
AT_ONCE = 500
# A key that very many share (test data, a placeholder) makes pairs with so many of the oldest only.
MOST_ALIKE = 10


@dataclass(frozen=True)
class _Bearer:
    """A customer with a key; in the order of being added."""

    added_at: datetime
    customer_id: UUID

    @property
    def place(self) -> tuple[datetime, UUID]:
        return self.added_at, self.customer_id


def is_anything_due() -> bool:
    """Whether keys wait to be compared."""
    return PersonKey.objects.uncompared().exists()


def compare() -> int:
    """Compare some of the keys that wait; returns how many."""
    waiting = list(PersonKey.objects.uncompared().values_list("pk", "key")[:AT_ONCE])
    if not waiting:
        return 0
    with transaction.atomic():
        fresh = {key for _, key in waiting}
        pairs = _pairs(fresh)
        # Another worker may have found one of them just now.
        Lookalikes.objects.bulk_create(pairs, ignore_conflicts=True)
        PersonKey.objects.filter(pk__in=[pk for pk, _ in waiting]).update(compared=True)
    return len(waiting)


def _pairs(keys: set[str]) -> list[Lookalikes]:
    """A pair for every two customers that share one of the keys."""
    found: dict[tuple[UUID, UUID], set[Ground]] = defaultdict(set)
    for (ground, _), bearers in _bearers(keys).items():
        oldest = sorted(bearers, key=lambda one: one.place)
        for place, second in enumerate(oldest):
            for first in oldest[: min(place, MOST_ALIKE)]:
                if first.customer_id != second.customer_id:
                    found[first.customer_id, second.customer_id].add(ground)
    now = timezone.now()
    return [
        Lookalikes(
            first_id=first,
            second_id=second,
            by_document=Ground.DOCUMENT in grounds,
            by_name=Ground.NAME in grounds,
            found_at=now,
        )
        for (first, second), grounds in found.items()
    ]


def _bearers(keys: set[str]) -> dict[tuple[Ground, str], set[_Bearer]]:
    """Who has each key, for keys that more than one customer has."""
    found: dict[tuple[Ground, str], set[_Bearer]] = defaultdict(set)
    rows = PersonKey.objects.filter(key__in=keys).values_list(
        "ground", "key", "customer__created_at", "customer_id"
    )
    for ground, key, added_at, customer_id in rows:
        found[Ground(ground), key].add(_Bearer(added_at, customer_id))
    return {key: bearers for key, bearers in found.items() if len(bearers) > 1}
