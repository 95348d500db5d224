"""Webhook endpoints on pages: the list, one of them with its deliveries, adding and changing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import notices
from accounts.counting import Count, counted
from accounts.keyset import Page, page_of
from accounts.models import AuditEvent
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from customers.endpoint_forms import STATES, AgainForm, DeliveryFilter, EndpointForm
from customers.models import Delivery, DeliveryState, Endpoint
from customers.models.outgoing import SUBSCRIBABLE
from customers.outgoing import endpoint_deeds
from customers.outgoing.endpoint_deeds import NotPossible
from customers.outgoing.subjects import host_of, subject_of

PAGE_SIZE = 50
HISTORY_SHOWN = 12


@dataclass(frozen=True)
class EndpointLine:
    """One endpoint as the list shows it."""

    endpoint: Endpoint
    host: str
    waiting: Count
    failed: Count
    delivered_at: datetime | None

    @classmethod
    def of(cls, endpoint: Endpoint) -> "EndpointLine":
        """The endpoint with its figures; there are few of them."""
        mine = Delivery.objects.to(endpoint)
        return cls(
            endpoint,
            host_of(endpoint),
            counted(mine.open()),
            counted(mine.in_state(DeliveryState.FAILED)),
            mine.last_delivered(),
        )


@require_safe
@needs(Right.MANAGE_CONNECTION)
def endpoints(request: HttpRequest) -> HttpResponse:
    """Every endpoint, with how it fares."""
    context = {
        "lines": [EndpointLine.of(one) for one in Endpoint.objects.all()],
        "types": SUBSCRIBABLE,
    }
    return render(request, "customers/webhooks/list.html", context)


@require_safe
@needs(Right.MANAGE_CONNECTION)
def endpoint_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One endpoint and what was sent to it."""
    found = get_object_or_404(Endpoint.objects.select_related("created_by"), pk=pk)
    notices.seen(signed_in(request), request.path)
    form = DeliveryFilter(request.GET)
    mine = Delivery.objects.to(found)
    narrowed = form.narrow(mine).select_related("event")
    page: Page[Delivery] = page_of(narrowed, request.GET.get("before"), size=PAGE_SIZE)
    context: dict[str, Any] = {
        "endpoint": found,
        "host": host_of(found),
        "old_secret_signs": _old_signs(found, timezone.now()),
        "form": form,
        "state_chosen": form.value("state") or "",
        "states": STATES,
        "page": page,
        "count": counted(narrowed),
        "again": AgainForm(),
        "failed": counted(mine.in_state(DeliveryState.FAILED)),
        "events": list(AuditEvent.objects.about(subject_of(found))[:HISTORY_SHOWN]),
    }
    return render(request, "customers/webhooks/endpoint.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MANAGE_CONNECTION)
def add(request: HttpRequest) -> HttpResponse:
    """The form for a new endpoint; the answer to it shows the secret, this once."""
    asked_for = [one.value for one in SUBSCRIBABLE]
    form = EndpointForm(_sent(request), initial={"events": asked_for})
    if request.method == "POST" and form.is_valid():
        endpoint = form.save(commit=False)
        try:
            secret = endpoint_deeds.add(endpoint, by=signed_in(request), request=request)
        except NotPossible as refused:
            form.add_error(None, refused.sentence)
        else:
            return secret_page(request, endpoint, secret, is_new=True)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MANAGE_CONNECTION)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form for an endpoint that is there."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    form = EndpointForm(_sent(request), instance=endpoint)
    if request.method == "POST" and form.is_valid():
        if form.changed_data:
            endpoint_deeds.change(
                form.save(commit=False), form.changed_data, by=signed_in(request), request=request
            )
        return redirect("customers:endpoint", pk=pk)
    return _form_page(request, form, Endpoint.objects.get(pk=pk))


def secret_page(
    request: HttpRequest, endpoint: Endpoint, secret: str, *, is_new: bool
) -> HttpResponse:
    """The one time that a secret is shown. Neither browser nor proxy keeps the page."""
    context = {"endpoint": endpoint, "host": host_of(endpoint), "secret": secret, "is_new": is_new}
    response = render(request, "customers/webhooks/secret.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _old_signs(endpoint: Endpoint, now: datetime) -> bool:
    return endpoint.old_secret_until is not None and endpoint.old_secret_until > now


def _sent(request: HttpRequest) -> Any:
    """What was posted, also when it is nothing; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def _form_page(request: HttpRequest, form: EndpointForm, endpoint: Endpoint | None) -> HttpResponse:
    context = {
        "form": form,
        "endpoint": endpoint,
        "host": host_of(endpoint) if endpoint else "",
        "allows_private": settings.WEBHOOK_ALLOW_PRIVATE,
    }
    status = 422 if form.is_bound else 200
    return render(request, "customers/webhooks/form.html", context, status=status)
