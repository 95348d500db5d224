"""An applicant's link as our people see it: made, watched, revoked, taken over."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import signed_in
from accounts.rights import Right
from customers.applicant_link import making, words
from customers.applicant_link.mailing import mail, may_mail
from customers.applicant_link.making import MOST_DAYS, USUAL_DAYS
from customers.applicant_link.steps import lacking_of, steps_of, verification_of
from customers.applying.deeds import Author, NotPossible
from customers.applying.missing import Facts, facts_of
from customers.link_forms import LinkForm
from customers.models import Application
from customers.models.application_states import COMPLETABLE
from customers.views.fetching import application_for
from customers.views.readers import Reader

RIGHTS = (Right.VIEW_PERSONAL_DATA, Right.MANAGE_COMPLIANCE_APPLICATIONS)
BAD_DAYS = f"A link works for 1 to {MOST_DAYS} days."


@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far the applicant is: the part of the application's page that asks for itself."""
    application = application_for(request, pk)
    reader = Reader.of(signed_in(request))
    context = {"application": application, "reader": reader, **link_parts(facts_of(application))}
    return render(request, "customers/applications/_link.html", context)


@require_POST
def make(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a link, in place of an earlier one; it is shown this once."""
    application = application_for(request, pk, *RIGHTS)
    form = LinkForm({"days": request.POST.get("days", USUAL_DAYS)})
    if not form.is_valid():
        messages.error(request, BAD_DAYS)
        return _back(pk)
    wants_mail = "mail" in request.POST
    return make_and_show(request, application, days=form.cleaned_data["days"], by_mail=wants_mail)


@sensitive_variables("made", "link")
def make_and_show(
    request: HttpRequest, application: Application, *, days: int = USUAL_DAYS, by_mail: bool = False
) -> HttpResponse:
    """The one answer that shows a fresh link; no cache keeps it."""
    author = Author(signed_in(request), request)
    try:
        made = making.make(application.pk, author, days=days)
    except NotPossible as refusal:
        messages.warning(request, refusal.sentence)
        return _back(application.pk)
    context = {
        "application": application,
        "made": made,
        "link": request.build_absolute_uri(made.path),
        "mailed": by_mail and may_mail(application) and mail(made, application, author),
        "by_mail": by_mail,
        "verification": verification_of(application),
    }
    response = render(request, "customers/applications/link_made.html", context)
    patch_cache_control(response, no_store=True, private=True)
    return response


@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the link open nothing any more."""
    done = "The link is revoked. What the applicant entered stays."
    return _ended(request, pk, making.revoke, done, "customers:application")


@require_POST
def take_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End the link and go on in the applicant's stead."""
    done = "You took over. The applicant’s page says so, and takes nothing more."
    return _ended(request, pk, making.take_over, done, "customers:complete")


def link_parts(facts: Facts) -> dict[str, Any]:
    """What an application's page says of its link: the newest, how far it is, what may be done."""
    application, link = facts.application, facts.link
    open_for_changes = application.status in COMPLETABLE
    today = timezone.now().date()
    asks = bool(facts.asked or lacking_of(facts, today) or verification_of(application))
    steps = steps_of(link, facts, today) if link and link.is_open else ()
    return {
        "link": link,
        "link_steps": [(words.about(step).name, step.done) for step in steps],
        "link_done": sum(step.done for step in steps),
        "may_link": open_for_changes and asks,
        "may_mail": may_mail(application),
        "link_days": USUAL_DAYS,
        "most_days": MOST_DAYS,
    }


def _ended(
    request: HttpRequest,
    pk: UUID,
    deed: Callable[[UUID, Author], None],
    done: str,
    onwards: str,
) -> HttpResponse:
    application_for(request, pk, *RIGHTS)
    try:
        deed(pk, Author(signed_in(request), request))
    except NotPossible as refusal:
        messages.warning(request, refusal.sentence)
        return _back(pk)
    messages.success(request, done)
    return redirect(onwards, pk=pk)


def _back(pk: UUID) -> HttpResponse:
    answer = redirect("customers:application", pk=pk)
    answer["Location"] += "#applicant-link"
    return answer
