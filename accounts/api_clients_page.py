"""API clients: the list, making one, its keys, and the one time that a key is shown.

A key is in the answer to the POST that made it and nowhere else: no address, session, message,
log or database holds it, and no cache may.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import api_keys
from accounts.api_client_forms import ClientForm, NewClientForm, RotateForm, as_entered
from accounts.api_keys import KeyRefused, Made
from accounts.models import ApiClient, ApiKey, AuditEvent
from accounts.permissions import needs, signed_in
from accounts.rights import Right

# Seconds that the page shows a key before it hides it for good.
SHOWN_SECONDS = 60
HISTORY_SHOWN = 20
READERS = (Right.MANAGE_PEOPLE, Right.VIEW_AUDIT)


@require_safe
@needs(*READERS)
def clients(request: HttpRequest) -> HttpResponse:
    """Every client there is or was."""
    context = {
        "clients": ApiClient.objects.for_list(),
        "may_manage": signed_in(request).holds(Right.MANAGE_PEOPLE),
    }
    return render(request, "accounts/api_clients/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MANAGE_PEOPLE)
def add(request: HttpRequest) -> HttpResponse:
    """The form for a new client; the answer to it shows the first key."""
    form = NewClientForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _added(request, form)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "client": None}
    return render(request, "accounts/api_clients/form.html", context, status=status)


@require_safe
@needs(*READERS)
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """One client: what it may do, its keys, what was done about it."""
    return _client_page(request, get_object_or_404(ApiClient.objects.for_list(), pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MANAGE_PEOPLE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change scopes, networks and rate; it counts from the next call on."""
    found = get_object_or_404(ApiClient, pk=pk)
    form = ClientForm(request.POST if request.method == "POST" else None, initial=as_entered(found))
    if request.method == "POST" and form.is_valid():
        return _changed(request, found, form)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "client": found}
    return render(request, "accounts/api_clients/form.html", context, status=status)


@sensitive_variables("made")
@require_POST
@needs(Right.MANAGE_PEOPLE)
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a second key; the answer shows it."""
    found = get_object_or_404(ApiClient, pk=pk)
    form = RotateForm(request.POST)
    if not form.is_valid():
        return _client_page(request, found, form=form, status=422)
    try:
        made = api_keys.rotate(
            pk, lives=form.lives, overlap=form.overlaps, by=signed_in(request), request=request
        )
    except KeyRefused as refused:
        messages.warning(request, refused.sentence)
        return redirect("accounts:api_client", pk=pk)
    return _shown_once(request, made)


@require_POST
@needs(Right.MANAGE_PEOPLE)
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    """End one key at once."""
    key = get_object_or_404(ApiKey, pk=pk)
    api_keys.revoke_key(pk, by=signed_in(request), request=request)
    messages.success(request, f"The key {key.hint} is not let in any more.")
    return redirect("accounts:api_client", pk=key.client_id)


@require_POST
@needs(Right.MANAGE_PEOPLE)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a client out of use for good."""
    found = get_object_or_404(ApiClient, pk=pk)
    api_keys.revoke_client(pk, by=signed_in(request), request=request)
    messages.success(request, f"{found.name} is revoked. None of its keys is let in any more.")
    return redirect("accounts:api_client", pk=pk)


@sensitive_variables("made")
def _added(request: HttpRequest, form: NewClientForm) -> HttpResponse:
    made = api_keys.add_client(
        form.cleaned_data["name"],
        form.cleaned_data["scopes"],
        addresses=form.cleaned_data["addresses"],
        calls_per_minute=form.cleaned_data["calls_per_minute"],
        lives=form.lives,
        by=signed_in(request),
        request=request,
    )
    return _shown_once(request, made)


def _changed(request: HttpRequest, found: ApiClient, form: ClientForm) -> HttpResponse:
    try:
        api_keys.change_client(
            found.pk,
            form.cleaned_data["scopes"],
            addresses=form.cleaned_data["addresses"],
            calls_per_minute=form.cleaned_data["calls_per_minute"],
            by=signed_in(request),
            request=request,
        )
    except KeyRefused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, f"{found.name} is changed.")
    return redirect("accounts:api_client", pk=found.pk)


@sensitive_variables("made")
def _shown_once(request: HttpRequest, made: Made) -> HttpResponse:
    context = {
        "made": made,
        "client": made.key.client,
        "shown_seconds": SHOWN_SECONDS,
        "address": request.build_absolute_uri("/api/v1/client"),
    }
    return render(request, "accounts/api_clients/key.html", context)


def _client_page(
    request: HttpRequest, found: ApiClient, *, form: RotateForm | None = None, status: int = 200
) -> HttpResponse:
    person = signed_in(request)
    context: dict[str, Any] = {
        "client": found,
        "keys": sorted(found.keys.all(), key=lambda key: -key.pk),
        "valid": len(found.valid_keys),
        "rotate": form or RotateForm(),
        "may_manage": person.holds(Right.MANAGE_PEOPLE),
        "imports_address": f"?person={found.account_id}",
        "events": AuditEvent.objects.about(f"api_client:{found.pk}")[:HISTORY_SHOWN]
        if person.holds(Right.VIEW_AUDIT)
        else None,
    }
    return render(request, "accounts/api_clients/client.html", context, status=status)
