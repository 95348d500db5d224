"""A person's decision about an import: with the right to it, and with words where it comes late."""

from typing import Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.permissions import signed_in
from accounts.rights import Right
from customers import control, intake
from customers.views.fetching import import_for


class Deed(Protocol):
    """What a person may do with an import."""

    def __call__(self, import_id: int, /, *, by: User, request: HttpRequest) -> object: ...


def decide(request: HttpRequest, pk: int, deed: Deed) -> HttpResponse:
    """Do it and go to the import's page, which says so when it was not possible."""
    imported = import_for(request, pk, Right.MANAGE_COMPLIANCE_APPLICATIONS)
    try:
        deed(imported.pk, by=signed_in(request), request=request)
    except (control.NotPossible, intake.NotAllowed) as refusal:
        messages.warning(request, refusal.sentence)
    return redirect("customers:import", pk=imported.pk)
