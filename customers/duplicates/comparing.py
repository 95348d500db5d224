"""Finding pairs: keys of new customers go among all the others', some hundred customers at a time.

A look of its own after the commit: the engine's tick only queues what a customer is known by, and
two workers that make the same person at once are found all the same. Whoever compares locks the
queue from its head, so nobody compares beside them, and the next one sees their keys.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts import sheets
from accounts.plans import keep_plans_of_key_checks
from accounts.sheets import draft_of
from customers.models import Lookalikes, NewPerson, PersonKey
from customers.models.duplicates import Ground

# Customers of one transaction.
AT_ONCE = 300
KEYS_AT_ONCE = 500
# A key that very many share (test data, a placeholder) makes pairs with so many of the oldest only.
MOST_ALIKE = 10
MANY = 30


@dataclass(frozen=True)
class _Bearer:
    """A customer with a key; in the order of being added."""

    added_at: datetime
    customer_id: UUID

    @property
    def place(self) -> tuple[datetime, UUID]:
        return self.added_at, self.customer_id


def is_anything_due() -> bool:
    """Whether customers wait to be compared."""
    return NewPerson.objects.exists()


def compare() -> int:
    """Compare some of the customers that wait; returns how many."""
    if not is_anything_due():
        return 0
    with transaction.atomic():
        keep_plans_of_key_checks()
        queue = NewPerson.objects.select_for_update().order_by("pk")
        waiting = list(queue[:AT_ONCE])
        fresh = {one.customer_id for one in waiting}
        bearers = _bearers_of({key for one in waiting for _, key in one.keys})
        keys = _not_there_yet(waiting, fresh, bearers)
        sheets.insert(PersonKey, ("customer", "ground", "key"), keys)
        bearers.update(one.key for one in keys)
        shared = {one.key: bearers[one.key] for one in keys if bearers[one.key] > 1}
        pairs = _pairs(shared, fresh)
        Lookalikes.objects.bulk_create(pairs, ignore_conflicts=True)
        NewPerson.objects.filter(pk__in=[one.pk for one in waiting]).delete()
    return len(waiting)


def _bearers_of(keys: set[str]) -> Counter[str]:
    """How many customers have each of the keys already; most keys are new, and nobody's."""
    found: Counter[str] = Counter()
    for some in _batched(keys):
        counted = PersonKey.objects.filter(key__in=some).values_list("key")
        found.update(dict(counted.annotate(bearers=Count("pk"))))
    return found


def _not_there_yet(
    waiting: list[NewPerson], fresh: set[UUID], bearers: Mapping[str, int]
) -> list[Any]:
    """Their keys, each once; a customer whose name was changed may have some of them already."""
    there = set()
    if bearers:
        theirs = PersonKey.objects.filter(key__in=list(bearers), customer__in=fresh)
        there = set(theirs.values_list("customer_id", "key"))
    draft = draft_of(PersonKey)
    found = {
        (one.customer_id, key): draft(customer_id=one.customer_id, ground=ground, key=key)
        for one in waiting
        for ground, key in one.keys
        if (one.customer_id, key) not in there
    }
    return list(found.values())


def _pairs(shared: Mapping[str, int], fresh: set[UUID]) -> list[Lookalikes]:
    """A pair for every fresh customer and another one that share one of the keys."""
    found: dict[tuple[UUID, UUID], set[Ground]] = defaultdict(set)
    for (ground, _), bearers in _bearers(shared, fresh).items():
        oldest = sorted(bearers, key=lambda one: one.place)
        for place, second in enumerate(oldest):
            for first in oldest[: min(place, MOST_ALIKE)]:
                if fresh & {first.customer_id, second.customer_id}:
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


def _bearers(shared: Mapping[str, int], fresh: set[UUID]) -> dict[tuple[Ground, str], set[_Bearer]]:
    """Who has each of the keys, which go with the number of those who do.

    Of a key that very many have, the oldest and the fresh ones.
    """
    found: dict[tuple[Ground, str], set[_Bearer]] = defaultdict(set)
    few = [key for key, bearers in shared.items() if bearers <= MANY]
    many = [key for key, bearers in shared.items() if bearers > MANY]
    of_few = PersonKey.objects.filter(key__in=few)
    of_many = PersonKey.objects.filter(key__in=many, customer__in=fresh)
    oldest = (
        PersonKey.objects.filter(key=key).order_by("customer__created_at")[:MOST_ALIKE]
        for key in many
    )
    for rows in (of_few, of_many, *oldest):
        bearers = rows.values_list("ground", "key", "customer__created_at", "customer_id")
        for ground, key, added_at, customer_id in bearers:
            found[Ground(ground), key].add(_Bearer(added_at, customer_id))
    return found


def _batched(keys: set[str]) -> Iterator[list[str]]:
    """The keys in lists that a statement takes."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), KEYS_AT_ONCE):
        yield ordered[start : start + KEYS_AT_ONCE]
