"""One's own account: who I am here, how I sign in."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.notice_mail import leaves_the_house
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
        "mail_leaves": leaves_the_house(),
    }
    return render(request, "accounts/account.html", context)


@require_POST
def mail_notices(request: HttpRequest) -> HttpResponse:
    """Turn e-mails for one's own notices on or off. Off until a person asks: mail leaves the
    house."""
    person = signed_in(request)
    person.mails_notices = request.POST.get("mail") == "on"
    person.save(update_fields=["mails_notices"])
    if person.mails_notices:
        messages.success(request, f"Notices come to {person.email} as well from now on.")
    else:
        messages.success(request, "Notices stay in this console from now on.")
    return redirect("accounts:account")
