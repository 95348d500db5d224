"""One's own account: who I am here, how I sign in."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import NoticeChoice, User
from accounts.models.notice_choices import USUAL, Reach
from accounts.notice_mail import leaves_the_house
from accounts.occasions import Occasion
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
        "told": _told(person),
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


@require_POST
def choose_notices(request: HttpRequest) -> HttpResponse:
    """Keep which of one's own notices ring the bell, and which go by e-mail too."""
    person = signed_in(request)
    in_app, by_mail = (set(request.POST.getlist(name)) for name in ("in_app", "by_mail"))
    with transaction.atomic():
        for occasion in _occasions_for(person):
            NoticeChoice.objects.update_or_create(
                person=person,
                occasion=occasion,
                defaults={"in_app": occasion in in_app, "by_mail": occasion in by_mail},
            )
    messages.success(request, "Your choice is kept. It holds for notices from now on.")
    return redirect("accounts:account")


def _told(person: User) -> list[tuple[Occasion, Reach]]:
    chosen = NoticeChoice.objects.reach_of(person.pk)
    return [(one, chosen.get(one.value, USUAL)) for one in _occasions_for(person)]


def _occasions_for(person: User) -> list[Occasion]:
    """What this person may be told at all."""
    return [one for one in Occasion if person.holds(*one.rights)]
