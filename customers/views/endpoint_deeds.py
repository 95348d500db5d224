"""What people do to webhook endpoints and deliveries: pause, test, rotate, remove, send again."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.look.figures import thousands
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from customers.endpoint_forms import AgainForm
from customers.models import Delivery, Endpoint
from customers.outgoing import endpoint_deeds, telling
from customers.outgoing.endpoint_deeds import NotPossible
from customers.outgoing.pace import Pace
from customers.outgoing.subjects import host_of
from customers.views.endpoints import secret_page

ATTEMPTS_SHOWN = 50


@require_POST
@needs(Right.MANAGE_CONNECTION)
def pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let nothing leave for an endpoint for now."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    if endpoint_deeds.pause(pk, by=signed_in(request), request=request):
        messages.success(request, f"{host_of(endpoint)} is paused. What happens is kept for it.")
    return redirect("customers:endpoint", pk=pk)


@require_POST
@needs(Right.MANAGE_CONNECTION)
def activate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let deliveries leave (again)."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    if endpoint_deeds.activate(pk, by=signed_in(request), request=request):
        messages.success(request, f"{host_of(endpoint)} is active. What waited goes out now.")
    return redirect("customers:endpoint", pk=pk)


@require_POST
@needs(Right.MANAGE_CONNECTION)
def send_test(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a test event, and show its delivery."""
    get_object_or_404(Endpoint, pk=pk)
    try:
        delivery = endpoint_deeds.send_test(pk, by=signed_in(request), request=request)
    except NotPossible as refused:
        messages.error(request, refused.sentence)
        return redirect("customers:endpoint", pk=pk)
    return redirect("customers:delivery", pk=delivery.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MANAGE_CONNECTION)
def rotate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask first; then a new secret, shown this once."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    if request.method == "POST":
        made_at = _moment(request.POST.get("made_at", ""))
        try:
            if made_at is None:
                raise NotPossible("Open the page again: it did not say which secret it meant.")
            changed, secret = endpoint_deeds.rotate(
                pk, made_at, by=signed_in(request), request=request
            )
        except NotPossible as refused:
            messages.error(request, refused.sentence)
            return redirect("customers:endpoint", pk=pk)
        return secret_page(request, changed, secret, is_new=False)
    overlap = Pace.current().overlap
    context = {"endpoint": endpoint, "host": host_of(endpoint), "overlap": overlap}
    return render(request, "customers/webhooks/rotate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MANAGE_CONNECTION)
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask first; then the endpoint and its deliveries are gone."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    if request.method == "POST":
        host = endpoint_deeds.remove(pk, by=signed_in(request), request=request)
        messages.success(request, f"The endpoint {host} is removed.")
        return redirect("customers:endpoints")
    context = {"endpoint": endpoint, "host": host_of(endpoint)}
    context["deliveries"] = Delivery.objects.to(endpoint).count()
    return render(request, "customers/webhooks/remove.html", context)


@require_POST
@needs(Right.MANAGE_CONNECTION)
def send_failed_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send again what was given up lately."""
    get_object_or_404(Endpoint, pk=pk)
    form = AgainForm(request.POST)
    if form.is_valid():
        sent = endpoint_deeds.send_failed_again(
            pk, form.since, by=signed_in(request), request=request
        )
        said = f"{thousands(sent)} failed deliveries go again." if sent else "None had failed then."
        messages.success(request, said)
    return redirect("customers:endpoint", pk=pk)


@require_safe
@needs(Right.MANAGE_CONNECTION)
def delivery_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: the message as it is sent, and every attempt."""
    found = get_object_or_404(Delivery.objects.select_related("event", "endpoint"), pk=pk)
    context = {
        "delivery": found,
        "event": found.event,
        "endpoint": found.endpoint,
        "host": host_of(found.endpoint),
        "message": telling.readable(found.event),
        "tried": found.tried.all()[:ATTEMPTS_SHOWN],
    }
    return render(request, "customers/webhooks/delivery.html", context)


@require_POST
@needs(Right.MANAGE_CONNECTION)
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one delivery anew."""
    get_object_or_404(Delivery, pk=pk)
    if endpoint_deeds.send_again(pk, by=signed_in(request), request=request):
        messages.success(request, "The message goes again, under the same id.")
    else:
        messages.error(request, "The message is on its way just now.")
    return redirect("customers:delivery", pk=pk)


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
