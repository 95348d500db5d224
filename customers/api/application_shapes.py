"""Applications as clients see them: how they stand, what is missing, what was entered.

What people entered or said (an SSN, a reason, a document's name) is personal data: it comes only
with its scope.
"""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from accounts.api.ids import Kind, shown_id
from customers.api.customer_shapes import HIDDEN
from customers.api.document_shapes import DocumentShown, documents_shown
from customers.applying.items import ABOUT, FIELDS, Item, Who
from customers.applying.missing import Facts, Need, approval_hindrances, facts_of, missing
from customers.applying.ssn import kept_ssn, masked_ssn
from customers.applying.values import READERS
from customers.models import (
    Application,
    ApplicationStatus,
    AttestationKind,
    CheckKind,
    Completion,
    EmploymentStatus,
    Purpose,
    ReviewChange,
    StatusChange,
    Waiting,
    WealthSource,
)
from customers.models.application_states import COMPLETABLE, DECIDED

MOST_REVIEWS = 50
SHOWN_WAITING = [(one.value, str(one.label)) for one in Waiting if one]


class NeedShown(serializers.Serializer[Any]):
    """Something that is missing."""

    item = serializers.ChoiceField(choices=[(item.value, ABOUT[item].title) for item in Item])
    title = serializers.CharField(help_text="for people")
    why = serializers.CharField(help_text="for people")
    who = serializers.ChoiceField(choices=[who.value for who in Who], help_text="who supplies it")
    fields = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(), help_text="fields of PATCH that take it; none: another way"
    )


class ReviewShown(serializers.Serializer[Any]):
    """One change of Sumsub's review, as we learnt it."""

    at = serializers.DateTimeField()
    status = serializers.CharField()
    answer = serializers.CharField()
    reject_type = serializers.CharField()
    source = serializers.CharField(help_text="how we learnt it")  # type: ignore[assignment]


class EnteredShown(serializers.Serializer[Any]):
    """What never comes with a share token, as it was entered here."""

    employment_status = serializers.ChoiceField(choices=["", *EmploymentStatus.values])
    purpose_of_account = serializers.ListField(child=serializers.ChoiceField(Purpose.choices))
    source_of_wealth = serializers.ListField(child=serializers.ChoiceField(WealthSource.choices))
    ssn = serializers.CharField(help_text="its last four digits; empty: none was entered")


class AttestationShown(serializers.Serializer[Any]):
    """What the customer puts their name to; in this order."""

    kind = serializers.ChoiceField(choices=AttestationKind.choices)
    at = serializers.DateTimeField(allow_null=True, help_text="null: still to come")
    name = serializers.CharField(allow_null=True, help_text=f"who attested; {HIDDEN}")


class HandCheckShown(serializers.Serializer[Any]):
    """A check by hand, of a customer whom Sumsub does not know."""

    kind = serializers.ChoiceField(choices=CheckKind.choices)
    at = serializers.DateTimeField(allow_null=True, help_text="null: not made yet")
    by = serializers.CharField(allow_null=True)
    words = serializers.CharField(allow_null=True, help_text=f"what was looked at; {HIDDEN}")


class RequestShown(serializers.Serializer[Any]):
    """What was asked for when information was requested."""

    at = serializers.DateTimeField()
    by = serializers.CharField()
    reason = serializers.CharField(allow_null=True, help_text=HIDDEN)
    items = serializers.ListField(child=serializers.CharField())
    answered = serializers.ListField(child=serializers.CharField(), help_text="what came since")


class ApplicationListed(serializers.Serializer[Any]):
    """The way of a customer to a decision, and Sumsub's own review beside it."""

    id = serializers.CharField(help_text="`app_…`")
    customer_id = serializers.CharField(help_text="`cus_…`")
    status = serializers.ChoiceField(choices=ApplicationStatus.choices)
    version = serializers.IntegerField(help_text="grows with every change that people make")
    waiting_on = serializers.ChoiceField(
        choices=SHOWN_WAITING, allow_null=True, help_text="whose the next step is; null: nobody's"
    )
    waiting_since = serializers.DateTimeField()
    missing = NeedShown(many=True, help_text="what stands between it and its submission")
    level = serializers.CharField()
    provider_applicant_id = serializers.CharField()
    external_user_id = serializers.CharField()
    inherited_review = serializers.BooleanField(
        help_text="copied without checks: its approval is the donor's, not ours"
    )
    sumsub_review_status = serializers.CharField()
    sumsub_review_answer = serializers.CharField()
    sumsub_reject_type = serializers.CharField()
    sumsub_reject_labels = serializers.ListField(child=serializers.CharField())
    sumsub_standing = serializers.CharField(
        help_text="empty: active; else `deactivated`, `deleted`, `data_deleted`"
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ApplicationShown(ApplicationListed):
    """An application with all that belongs to it."""

    entered = EnteredShown(allow_null=True, help_text=HIDDEN)
    attestations = AttestationShown(many=True)
    documents = DocumentShown(many=True, help_text="those that were handed in here")
    checks = HandCheckShown(many=True, help_text="of a customer without Sumsub; else none")
    hindrances = NeedShown(many=True, help_text="while under review: what forbids an approval")
    requested = RequestShown(allow_null=True, help_text="while information is requested")
    decision = serializers.ChoiceField(choices=["approved", "declined"], allow_null=True)
    decision_at = serializers.DateTimeField(allow_null=True)
    decision_by = serializers.CharField(allow_null=True)
    decision_reason = serializers.CharField(allow_null=True, help_text=HIDDEN)
    reviews = ReviewShown(many=True, help_text="the newest first, at most 50")


def application_listed(application: Application) -> dict[str, Any]:
    """An application in a list; no query when it was fetched `with_facts`."""
    return _listed(application, facts_of(application))


def application_shown(application: Application, *, unmasked: bool) -> dict[str, Any]:
    """An application, fetched `with_facts`, as this client may see it."""
    facts = facts_of(application)
    under_review = application.status == ApplicationStatus.UNDER_REVIEW
    return {
        **_listed(application, facts),
        "entered": _entered(facts.completion) if unmasked else None,
        "attestations": [_attestation(kind, application, unmasked) for kind in AttestationKind],
        "documents": documents_shown(application, unmasked=unmasked),
        "checks": _checks(application, unmasked),
        "hindrances": _needs(approval_hindrances(facts)) if under_review else [],
        "requested": _requested(facts.asked, unmasked) if facts.asked else None,
        **_decision(application, unmasked),
        "reviews": [_review(one) for one in application.review_changes.all()[:MOST_REVIEWS]],
    }


def _listed(application: Application, facts: Facts) -> dict[str, Any]:
    is_open = application.status in COMPLETABLE
    lacking = missing(facts, timezone.now().date()) if is_open else ()
    return {
        "id": shown_id(Kind.APPLICATION, application.pk),
        "customer_id": shown_id(Kind.CUSTOMER, application.customer_id),
        "status": application.status,
        "version": application.version,
        "waiting_on": application.waiting_on or None,
        "waiting_since": application.waiting_since,
        "missing": _needs(lacking),
        "level": application.level_name,
        "provider_applicant_id": application.provider_applicant_id,
        "external_user_id": application.external_user_id,
        "inherited_review": application.inherited_review,
        "sumsub_review_status": application.sumsub_review_status,
        "sumsub_review_answer": application.sumsub_review_answer,
        "sumsub_reject_type": application.sumsub_reject_type,
        "sumsub_reject_labels": application.sumsub_reject_labels,
        "sumsub_standing": application.sumsub_standing,
        "created_at": application.created_at,
        "updated_at": application.updated_at,
    }


def _needs(needs: Iterable[Need]) -> list[dict[str, Any]]:
    return [
        {
            "item": need.item.value,
            "title": need.what,
            "why": need.why,
            "who": need.who.value,
            "fields": [one for one in fields_of(need.item) if one in READERS],
        }
        for need in needs
    ]


def fields_of(item: Item) -> tuple[str, ...]:
    """The fields that an item is entered in."""
    return FIELDS.get(item, (item.value,))


def _entered(completion: Completion | None) -> dict[str, Any]:
    given = completion or Completion()
    return {
        "employment_status": given.employment_status,
        "purpose_of_account": given.purpose_of_account,
        "source_of_wealth": given.source_of_wealth,
        "ssn": masked_ssn(kept_ssn(completion)),
    }


def _attestation(kind: AttestationKind, application: Application, unmasked: bool) -> dict[str, Any]:
    standing = (one for one in application.attestations.all() if one.lapsed_at is None)
    found = next((one for one in standing if one.kind == kind), None)
    return {
        "kind": kind.value,
        "at": found.at if found else None,
        "name": found.name if found and unmasked else None,
    }


def _checks(application: Application, unmasked: bool) -> list[dict[str, Any]]:
    if not application.is_manual:
        return []
    made = {one.kind: one for one in application.hand_checks.select_related("by")}
    return [
        {
            "kind": kind.value,
            "at": one.at if (one := made.get(kind)) else None,
            "by": one.by.display_name if one and one.by else None,
            "words": one.words if one and unmasked else None,
        }
        for kind in CheckKind
    ]


def _requested(asked: StatusChange, unmasked: bool) -> dict[str, Any]:
    return {
        "at": asked.at,
        "by": asked.by_label,
        "reason": asked.reason if unmasked else None,
        "items": asked.asked_for,
        "answered": asked.answered,
    }


def _decision(application: Application, unmasked: bool) -> dict[str, Any]:
    changes = list(application.status_changes.all())
    last = changes[-1] if changes and application.status in DECIDED else None
    return {
        "decision": application.status if last else None,
        "decision_at": last.at if last else None,
        "decision_by": last.by_label if last else None,
        "decision_reason": last.reason if last and unmasked else None,
    }


def _review(change: ReviewChange) -> dict[str, Any]:
    return {
        "at": change.at,
        "status": change.status,
        "answer": change.answer,
        "reject_type": change.reject_type,
        "source": change.source,
    }
