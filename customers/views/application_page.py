"""One application: what it holds and lacks, how it stands, and what a person may decide."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.look.figures import day
from accounts.models import User
from accounts.permissions import signed_in
from customers.application_forms import AskForm
from customers.applying.missing import Facts, Need, approval_hindrances, facts_of, missing
from customers.applying.ssn import kept_ssn, masked_ssn
from customers.applying.standing import is_approvable
from customers.countries import country_name
from customers.masking import shown_name
from customers.models import (
    Application,
    ApplicationStatus,
    AttestationKind,
    CheckKind,
    Completion,
    Purpose,
    Thing,
    WealthSource,
)
from customers.models.application_states import COMPLETABLE
from customers.reviews.shown import shown_review
from customers.stories.whole import story_of
from customers.views.applicant_link import link_parts
from customers.views.customers import row_behind
from customers.views.fetching import application_for
from customers.views.readers import Reader
from customers.views.work import plan_of
from customers.work import queue
from sharing.document_words import document_word, step_word

NAMELESS = "Unnamed customer"
# The rest of the story has a page of its own.
MOST_MOMENTS = 25
# Where on the completing page a field is, when not under its own name.
_PLACES = {
    "documents": "documents",
    "attestations": "attestations",
    "purpose_of_account": "id_purpose_of_account_0",
    "source_of_wealth": "id_source_of_wealth_0",
}
_ELSEWHERE = {"steps", "checks"}


@dataclass(frozen=True)
class Step:
    """A step of the level and whether the donor's data covers it."""

    title: str
    state: str
    label: str
    detail: str


@dataclass(frozen=True)
class ShownNeed:
    """Something that is missing, and the place on the completing page that takes it."""

    what: str
    why: str
    who: str
    anchor: str


@dataclass(frozen=True)
class Refused:
    """A decision that was not possible: why, and what the person had written."""

    deed: str
    sentence: str
    words: str = ""


@require_safe
def application_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One application."""
    return page_of(request, application_for(request, pk))


def page_of(
    request: HttpRequest,
    application: Application,
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The application's page, after a decision that was refused too."""
    reader = Reader.of(signed_in(request))
    facts = facts_of(application)
    needs = missing(facts, timezone.now().date())
    moments = story_of(application.customer, application, timezone.now())
    context = {
        "application": application,
        "customer": application.customer,
        "name": name_of(application, reader),
        "reader": reader,
        "review": None if application.is_manual else shown_review(application),
        "needs": shown_needs(needs),
        "open": application.status in COMPLETABLE,
        "documents": [_document(raw) for raw in application.documents],
        "steps": [_step(raw) for raw in application.steps],
        "row": row_behind(application.customer),
        "refused": refused,
        **link_parts(facts),
        "moments": moments[:MOST_MOMENTS],
        "moments_left": max(0, len(moments) - MOST_MOMENTS),
        **_planned(application, signed_in(request)),
        **_entered(application, reader),
        **_decisions(application, facts),
    }
    return render(request, "customers/applications/application.html", context, status=status)


def _planned(application: Application, person: User) -> dict[str, Any]:
    """Who has it, until when, and what colleagues say about it."""
    task = queue.task_about(Thing.APPLICATION, application.pk, person)
    return plan_of(task, person) if task else {}


def name_of(application: Application, reader: Reader) -> str:
    """The customer's name as this reader may see it."""
    return shown_name(application.customer.name, unmasked=reader.sees_names) or NAMELESS


def shown_needs(needs: tuple[Need, ...]) -> list[ShownNeed]:
    """What is missing, with the place that takes it; empty where it is not supplied here."""
    return [
        ShownNeed(
            what=need.what,
            why=need.why,
            who=need.who.value,
            anchor="" if need.field in _ELSEWHERE else _PLACES.get(need.field, f"id_{need.field}"),
        )
        for need in needs
    ]


def papers_of(application: Application, *, removed: bool = False) -> list[Any]:
    """Documents that were handed in, or those of them that were removed."""
    return [
        one
        for one in application.papers.select_related("document", "document__uploaded_by")
        if bool(one.removed_at) is removed
    ]


def attestations_of(application: Application) -> list[dict[str, Any]]:
    """Every attestation in its order: who and when, or that it is still to come."""
    standing = {one.kind: one for one in application.attestations.all() if one.lapsed_at is None}
    lapsed = {one.kind for one in application.attestations.all() if one.lapsed_at is not None}
    return [
        {
            "kind": kind.value,
            "label": kind.label,
            "attested": standing.get(kind.value),
            "lapsed": kind.value in lapsed,
        }
        for kind in AttestationKind
    ]


def _entered(application: Application, reader: Reader) -> dict[str, Any]:
    """What was entered here; nothing of it for whoever may not see personal data."""
    if not reader.sees_names:
        return {}
    completion = getattr(application, "completion", None) or Completion()
    return {
        "completion": completion,
        "nationality": country_name(application.customer.nationality),
        "country": country_name(application.customer.country),
        "purposes": _labels(Purpose, completion.purpose_of_account),
        "sources": _labels(WealthSource, completion.source_of_wealth),
        "ssn": masked_ssn(kept_ssn(completion)),
        "papers": papers_of(application),
        "removed_papers": papers_of(application, removed=True),
        "attestations": attestations_of(application),
    }


def _labels(choices: Any, values: list[str]) -> str:
    return ", ".join(choices(value).label for value in values)


def _decisions(application: Application, facts: Facts) -> dict[str, Any]:
    """What can be decided as things stand, and what stands against it."""
    under_review = application.status == ApplicationStatus.UNDER_REVIEW
    approved = application.status == ApplicationStatus.APPROVED
    changes = list(application.status_changes.all())
    return {
        "hindrances": approval_hindrances(facts) if under_review else (),
        "ask_form": AskForm() if under_review else None,
        "asked": facts.asked,
        "last_change": changes[-1] if changes else None,
        "reversed": approved and not is_approvable(application),
        "checks": _checks(application) if application.is_manual else [],
    }


def _checks(application: Application) -> list[dict[str, Any]]:
    made = {one.kind: one for one in application.hand_checks.select_related("by")}
    return [
        {"kind": kind.value, "label": kind.label, "made": made.get(kind.value)}
        for kind in CheckKind
    ]


def _step(raw: dict[str, Any]) -> Step:
    title = step_word(str(raw.get("step", "")))
    document = document_word(str(raw.get("doc_type") or ""))
    detail = " ".join(filter(None, [document if document != title else "", raw.get("country")]))
    if raw.get("submitted") is None:
        return Step(title, "pending", "Not read yet", detail)
    if not raw.get("submitted"):
        return Step(title, "documents_requested", "Missing", detail)
    if raw.get("answer") == "RED":
        return Step(title, "rejected", "Not accepted", detail)
    if raw.get("answer") == "GREEN":
        return Step(title, "approved", "Accepted", detail)
    return Step(title, "in_review", "Carried over", detail)


def _document(raw: dict[str, str]) -> dict[str, str]:
    return {
        "title": document_word(raw.get("type", "")),
        "country": country_name(raw.get("country", "")),
        "issued": _written(raw.get("issued", "")),
        "valid_until": _written(raw.get("valid_until", "")),
    }


def _written(stored: str) -> str:
    """A day that is stored as 2021-04-02, as people read it."""
    return day(date.fromisoformat(stored)) if stored else ""
