"""What people decide about an application, each by one POST."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.keyset import number_in
from accounts.permissions import signed_in
from accounts.rights import Right
from customers.applying import checking, deciding, submitting
from customers.applying.deeds import Author, NotPossible
from customers.applying.items import Item
from customers.models import CheckKind
from customers.views.applicant_link import make_and_show
from customers.views.application_page import Refused, page_of
from customers.views.fetching import application_for
from customers.views.readers import Reader


@require_POST
def submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand a complete application over for review."""
    seen = _version(request)
    return _decided(
        request,
        pk,
        "submit",
        lambda author: submitting.submit(pk, author, based_on=seen),
        "The application is submitted. Whoever reviews it takes it from here.",
    )


@require_POST
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin to review."""
    done = "The application is under review. Approve it, decline it, or ask for information."
    return _decided(request, pk, "take", lambda author: deciding.take(pk, author), done)


@require_POST
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Accept the customer."""
    return _judged(request, pk, "approve", deciding.approve, "The application is approved.")


@require_POST
def decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Refuse the customer, with a reason."""
    return _judged(request, pk, "decline", deciding.decline, "The application is declined.")


@require_POST
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for information: things of the checklist, and words."""
    words, seen = _words(request), _version(request)
    items = [Item(code) for code in request.POST.getlist("items") if code in set(Item)]
    return _decided(
        request,
        pk,
        "ask",
        lambda author: deciding.ask(pk, author, reason=words, items=items, based_on=seen),
        "Information is requested. The application can be completed again.",
        then=_with_a_link if "link" in request.POST else _to_the_page,
    )


@require_POST
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a decision back, with a reason."""
    words = _words(request)
    return _decided(
        request,
        pk,
        "reopen",
        lambda author: deciding.reopen(pk, author, reason=words),
        "The application is open again.",
    )


@require_POST
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record a check that was made by hand."""
    words, wanted = _words(request), request.POST.get("kind", "")
    kind = CheckKind(wanted) if wanted in CheckKind.values else CheckKind.IDENTITY
    return _decided(
        request,
        pk,
        f"check-{kind.value}",
        lambda author: checking.record(pk, kind, words, author),
        "The check is recorded.",
    )


def _to_the_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    return redirect("customers:application", pk=pk)


def _with_a_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was asked for goes to the applicant by a fresh link, for whoever may make one."""
    if not Reader.of(signed_in(request)).completes:
        return _to_the_page(request, pk)
    return make_and_show(request, application_for(request, pk))


def _judged(
    request: HttpRequest, pk: UUID, name: str, judge: Callable[..., object], done: str
) -> HttpResponse:
    """Approve or decline, with what was said and on the version that was seen."""
    words, seen = _words(request), _version(request)
    return _decided(
        request, pk, name, lambda author: judge(pk, author, reason=words, based_on=seen), done
    )


def _decided(
    request: HttpRequest,
    pk: UUID,
    name: str,
    deed: Callable[[Author], object],
    done: str,
    *,
    then: Callable[[HttpRequest, UUID], HttpResponse] = _to_the_page,
) -> HttpResponse:
    """Do it and go on; where it was not possible the application's page says why (409)."""
    application_for(request, pk, Right.DECIDE_APPLICATIONS)
    try:
        deed(Author(signed_in(request), request))
    except NotPossible as refusal:
        refused = Refused(name, refusal.sentence, _words(request))
        return page_of(request, application_for(request, pk), refused=refused, status=409)
    messages.success(request, done)
    return then(request, pk)


def _words(request: HttpRequest) -> str:
    return request.POST.get("reason", "")


def _version(request: HttpRequest) -> int | None:
    """The version that the person had before them."""
    return number_in(request.POST.get("version"))
