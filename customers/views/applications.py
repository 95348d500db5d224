"""One application: what Sumsub carried over, what is missing, how its review stands."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import signed_in
from customers.masking import shown_name
from customers.models import Application, Customer
from customers.views.customers import review_history, row_behind
from customers.views.fetching import application_for
from customers.views.readers import Reader
from customers.views.reviews import shown_review
from sharing.document_words import document_word, step_word


@dataclass(frozen=True)
class Step:
    """A step of the level and whether the donor's data covers it."""

    title: str
    state: str
    label: str
    detail: str


@dataclass(frozen=True)
class Missing:
    """Something an application needs before it can be submitted."""

    what: str
    why: str


@require_safe
def application_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One application."""
    application = application_for(request, pk)
    reader = Reader.of(signed_in(request))
    steps = [_step(raw) for raw in application.steps]
    context = {
        "application": application,
        "customer": application.customer,
        "name": shown_name(application.customer.name, unmasked=reader.sees_names)
        or "Unnamed customer",
        "reader": reader,
        "review": shown_review(application) if application.provider_applicant_id else None,
        "history": review_history(application),
        "steps": steps,
        "missing": still_needed(application, steps),
        "documents": [_document(raw) for raw in application.documents],
        "row": row_behind(application.customer),
    }
    return render(request, "customers/applications/application.html", context)


def still_needed(application: Application, steps: list[Step]) -> list[Missing]:
    """What stands between the draft and its submission, in the order to collect it."""
    open_steps = [
        Missing(step.title, step.detail or "Sumsub asks the person for it.")
        for step in steps
        if step.state == "documents_requested"
    ]
    return open_steps + _missing_identity(application.customer) + NEVER_CARRIED


# Sumsub does not carry these; staff or the customer complete them ("Dakota: individual").
NEVER_CARRIED = [
    Missing("Employment status", "A share token never carries it."),
    Missing("Purpose of the account", "A share token never carries it."),
    Missing("Source of wealth", "A share token never carries it, nor its documents."),
    Missing("Attestations", "Signed by the customer, last."),
]


def _missing_identity(customer: Customer) -> list[Missing]:
    checks = (
        (customer.name, "Name", "Sumsub carried none."),
        (customer.date_of_birth, "Date of birth", "Sumsub carried none."),
        (customer.nationality, "Nationality", "Sumsub carried none."),
        (customer.email, "E-mail", "Sumsub carried none."),
    )
    missing = [Missing(what, why) for value, what, why in checks if not value]
    if customer.address_is_placeholder:
        why = "Sumsub carried none; a placeholder stands in until somebody enters the real one."
        missing.append(Missing("Address", why))
    elif not (customer.street and customer.city):
        missing.append(Missing("Full address", "Street and town are needed beside the country."))
    return missing


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
    return raw | {"title": document_word(raw.get("type", ""))}
