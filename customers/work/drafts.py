"""Applications as the queue tells of them: read in questions whose SQL is made once.

A page of the queue tells of fifty. With everything that an application may have beside it, reading
them was the largest part of the page; the queue says of drafts only what they lack.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.compiled import Compiled
from customers.applying.missing import Facts
from customers.models import Application, Attestation, Completion, Paper, Thing, WorkItem

# So many are asked for at once: a page of the queue.
AT_ONCE: Final = 50
_NAMES: Final = tuple(f"key{place}" for place in range(AT_ONCE))


def facts_by_key(keys: Iterable[UUID]) -> dict[UUID, Facts]:
    """Applications by key, with what the checklist of a draft looks at.

    Requests for information, links and checks by hand are left out: a draft has none that count.
    """
    found: dict[UUID, Facts] = {}
    for places in _places(list(keys)):
        found |= _some(places)
    return found


def items_by_key(keys: Iterable[UUID]) -> dict[UUID, WorkItem]:
    """What is kept about applications, by key, with who has them."""
    return {one.key: one for places in _places(list(keys)) for one in _ITEMS(**places)}


def _places(keys: Sequence[UUID]) -> Iterator[dict[str, UUID]]:
    """The keys as the questions take them, which have places for a whole page each.

    The last key stands again in those that are left.
    """
    for at in range(0, len(keys), AT_ONCE):
        some = keys[at : at + AT_ONCE]
        yield dict(zip(_NAMES, [*some, *[some[-1]] * (AT_ONCE - len(some))], strict=True))


def _some(places: dict[str, UUID]) -> dict[UUID, Facts]:
    applications: list[Application] = _APPLICATIONS(**places)
    attested, papers = _kinds_by_key(_ATTESTED(**places)), _kinds_by_key(_PAPERS(**places))
    return {
        one.pk: Facts(
            application=one,
            completion=_completion(one),
            attested=attested.get(one.pk, frozenset()),
            papers=papers.get(one.pk, frozenset()),
            checks=frozenset(),
            asked=None,
        )
        for one in applications
    }


def _completion(application: Application) -> Completion | None:
    return getattr(application, "completion", None)


def _kinds_by_key(found: Iterable[tuple[UUID, str]]) -> dict[UUID, frozenset[str]]:
    kinds: dict[UUID, set[str]] = {}
    for key, kind in found:
        kinds.setdefault(key, set()).add(kind)
    return {key: frozenset(those) for key, those in kinds.items()}


def _applications(**keys: UUID) -> QuerySet[Application]:
    beside = Application.objects.select_related("customer__partner", "completion")
    return beside.only(*_LOOKED_AT).filter(pk__in=list(keys.values())).order_by()


def _attested(**keys: UUID) -> QuerySet[Attestation, Any]:
    standing = Attestation.objects.filter(
        application__in=list(keys.values()), lapsed_at__isnull=True
    )
    return standing.order_by().values_list("application", "kind")


def _papers(**keys: UUID) -> QuerySet[Paper, Any]:
    there = Paper.objects.filter(application__in=list(keys.values()), removed_at__isnull=True)
    return there.order_by().values_list("application", "kind")


def _items(**keys: UUID) -> QuerySet[WorkItem]:
    return WorkItem.objects.about(Thing.APPLICATION, keys.values()).order_by()


_LOOKED_AT: Final = (
    "status",
    "entries_from",
    "provider_applicant_id",
    "inherited_review",
    "sumsub_review_status",
    "sumsub_review_answer",
    "sumsub_reject_type",
    "steps",
    "documents",
    "customer__name",
    "customer__date_of_birth",
    "customer__nationality",
    "customer__email",
    "customer__street",
    "customer__city",
    "customer__postal_code",
    "customer__country",
    "customer__tax_id",
    "customer__partner__name",
    "completion__employment_status",
    "completion__purpose_of_account",
    "completion__source_of_wealth",
    "completion__ssn_sealed",
)
_KINDS: Final = dict.fromkeys(_NAMES, UUID)
_APPLICATIONS = Compiled(_applications, **_KINDS)
_ATTESTED = Compiled(_attested, **_KINDS)
_PAPERS = Compiled(_papers, **_KINDS)
_ITEMS = Compiled(_items, **_KINDS)
