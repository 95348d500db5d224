"""Adding, changing, pausing, activating and removing partners; for admins."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing import register
from sharing.levels import levels
from sharing.models import Partner, PartnerState
from sharing.partner_form import ContactLines, PartnerForm
from sharing.partners_page import Tab

# The page that follows holds the form that is named here.
UNDO = SafeString(' <button class="link" form="activate">Undo</button>')
SAID = {
    PartnerState.ACTIVE: "{} is active again.",
    PartnerState.PAUSED: "{} is paused.",
    PartnerState.REMOVED: "{} is removed from the register. Its history stays.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MANAGE_PARTNERS)
def add(request: HttpRequest) -> HttpResponse:
    """The form for a new partner, and storing it."""
    tab = Tab.RECIPIENTS if request.GET.get("tab") == Tab.RECIPIENTS else Tab.DONORS
    role = "is_recipient" if tab is Tab.RECIPIENTS else "is_donor"
    form, contacts = PartnerForm(_sent(request), initial={role: True}), _contacts(request, None)
    if request.method == "POST" and form.is_valid() & contacts.is_valid():
        added = register.add(
            form.save(commit=False), contacts.contacts, by=signed_in(request), request=request
        )
        messages.success(request, f"{added.name} is in the register. Now the steps at Sumsub.")
        return redirect("sharing:partner", pk=added.pk)
    return _form_page(request, form, contacts, None, tab)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MANAGE_PARTNERS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for a partner that is there, and storing its changes."""
    partner = get_object_or_404(Partner, pk=pk)
    form = PartnerForm(_sent(request), instance=partner)
    contacts = _contacts(request, partner)
    if request.method == "POST" and form.is_valid() & contacts.is_valid():
        new_contacts = contacts.contacts if contacts.has_changed() else None
        if form.changed_data or new_contacts is not None:
            changed = form.save(commit=False)
            register.change(
                changed,
                form.changed_data,
                contacts=new_contacts,
                by=signed_in(request),
                request=request,
            )
            messages.success(request, f"{changed.name} is changed.")
        return redirect("sharing:partner", pk=pk)
    shown = Partner.objects.get(pk=pk)
    tab = Tab.DONORS if shown.is_donor else Tab.RECIPIENTS
    return _form_page(request, form, contacts, shown, tab)


@require_POST
@needs(Right.MANAGE_PARTNERS)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop sharing with a partner for now."""
    return _set_state(request, pk, PartnerState.PAUSED, undo=True)


@require_POST
@needs(Right.MANAGE_PARTNERS)
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Allow sharing with a partner (again)."""
    return _set_state(request, pk, PartnerState.ACTIVE)


@require_POST
@needs(Right.MANAGE_PARTNERS)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a partner out of the register; everything that refers to it stays readable."""
    return _set_state(request, pk, PartnerState.REMOVED, undo=True)


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, also when it is nothing; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def _contacts(request: HttpRequest, partner: Partner | None) -> ContactLines:
    return ContactLines.of(partner, _sent(request))


def _set_state(
    request: HttpRequest, pk: int, state: PartnerState, *, undo: bool = False
) -> HttpResponse:
    partner = get_object_or_404(Partner, pk=pk)
    if register.set_state(partner, state, by=signed_in(request), request=request):
        way_back = UNDO if undo else ""
        messages.success(request, format_html(SAID[state] + "{}", partner.name, way_back))
    return redirect("sharing:partner", pk=pk)


def _form_page(
    request: HttpRequest,
    form: PartnerForm,
    contacts: ContactLines,
    partner: Partner | None,
    tab: Tab,
) -> HttpResponse:
    context = {
        "form": form,
        "contacts": contacts,
        "partner": partner,
        "tab": tab.value,
        "levels": levels(),
        "default_level": settings.SUMSUB_LEVEL_NAME,
        "removed_holder": _removed_holder(form),
    }
    return render(request, "sharing/partner_form.html", context)


def _removed_holder(form: PartnerForm) -> Partner | None:
    """The removed partner whose client id was entered anew, for the way to its page."""
    entered = str(form["client_id"].value() or "").strip()
    if "client_id" not in form.errors or not entered:
        return None
    return Partner.objects.in_state(PartnerState.REMOVED).with_client_id(entered).first()
