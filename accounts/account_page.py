"""One's own account: who I am here, how I sign in."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import signed_in
from accounts.rights import ROLES, Role


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Name, roles with their rights, and the ways of signing in. Needs sign-in only."""
    person = signed_in(request)
    groups = Group.objects.filter(user=person).order_by("name")
    context = {
        "person": person,
        "roles": [
            (group.name, sorted(ROLES[Role(group.name)]))
            for group in groups
            if group.name in set(ROLES)
        ],
        "second_factors": Authenticator.objects.filter(user=person).exclude(
            type=Authenticator.Type.RECOVERY_CODES
        ),
    }
    return render(request, "accounts/account.html", context)
