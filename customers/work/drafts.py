"""Applications as the queue tells of them, read in three questions.

A page of the queue tells of fifty. With everything that an application may have beside it, reading
them was the largest part of the page; the queue says of drafts only what they lack.
"""

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from customers.applying.missing import Facts
from customers.models import Application, Attestation, Completion, Paper


def facts_by_key(keys: Iterable[UUID]) -> dict[UUID, Facts]:
    """Applications by key, with what the checklist of a draft looks at.

    Requests for information, links and checks by hand are left out: a draft has none that count.
    """
    wanted = set(keys)
    attested, papers = _attested(wanted), _papers(wanted)
    beside = Application.objects.select_related("customer__partner", "completion")
    return {
        one.pk: Facts(
            application=one,
            completion=_completion(one),
            attested=attested.get(one.pk, frozenset()),
            papers=papers.get(one.pk, frozenset()),
            checks=frozenset(),
            asked=None,
        )
        for one in beside.only(*_LOOKED_AT).filter(pk__in=wanted)
    }


def _completion(application: Application) -> Completion | None:
    return getattr(application, "completion", None)


def _attested(keys: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    standing = Attestation.objects.filter(application__in=keys, lapsed_at__isnull=True)
    return _kinds_by_key(standing.values_list("application", "kind"))


def _papers(keys: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    there = Paper.objects.filter(application__in=keys, removed_at__isnull=True)
    return _kinds_by_key(there.values_list("application", "kind"))


def _kinds_by_key(found: Iterable[tuple[UUID, str]]) -> dict[UUID, frozenset[str]]:
    kinds: dict[UUID, set[str]] = {}
    for key, kind in found:
        kinds.setdefault(key, set()).add(kind)
    return {key: frozenset(those) for key, those in kinds.items()}


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
