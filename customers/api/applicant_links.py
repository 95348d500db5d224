"""The applicant's link: making one, how far they are, revoking it, taking over.

The answer that makes a link is the one place that tells it; a repetition tells it again for
minutes (`sharing.api.shown_once`). An e-mail leaves after the commit, so that call's answer follows
it: until then the call's row has none.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.codes import Code
from accounts.api.deeds import DeedView, Room
from accounts.api.idempotency import (
    Answer,
    Known,
    Pending,
    call_under_way,
    keep_answer,
    key_of,
    still_running,
    under_key,
)
from accounts.api.ids import Kind
from accounts.api.problems import Problem
from accounts.api.reading import Body, Truth, Whole, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.models import User
from accounts.scopes import Scope
from customers.api.applicant_link_shapes import LINK_EXAMPLE, ApplicantLinkShown, link_shown
from customers.api.application_doing import TAG, author_of
from customers.api.fetching import application_with, unmasked_for
from customers.applicant_link import making
from customers.applicant_link.mailing import mail, may_mail
from customers.applicant_link.making import MOST_DAYS, USUAL_DAYS, Made
from customers.applying.deeds import Author, NotPossible
from customers.applying.missing import facts_of
from customers.models import ApplicantLink, Application
from sharing.api.shown_once import shown_again, uncached, with_secrets
from sharing.kept_secrets import keep

# Longer than a mail server is waited for. A call that has no answer then lost its process: its
# link stands, and no e-mail is known to have gone.
MAILS_WITHIN: Final = timedelta(seconds=60)
PATH = {"application_id": Kind.APPLICATION}


class LinkBody(Body):
    """How long the link works, and how it travels."""

    days = Whole(
        default=USUAL_DAYS, min_value=1, max_value=MOST_DAYS, help_text="for which it works"
    )
    email = Truth(default=False, help_text="send it to the applicant's own address, too")


class ApplicantLinkMade(ApplicantLinkShown):
    """The link, and its address."""

    link = serializers.CharField(help_text="for the applicant alone; this answer alone tells it")


class ApplicantLinkView(ApiView):
    """The link of one application."""

    scopes = {"GET": Scope.APPLICATIONS_READ, "POST": Scope.APPLICANT_LINKS_WRITE}

    @operation(
        "readApplicantLink",
        "See how far the applicant is",
        tag=TAG,
        scope=Scope.APPLICATIONS_READ,
        description="The newest link that was made, without its address. 404 before the first.",
        path=PATH,
        answers={200: answered(ApplicantLinkShown, "As it stands.", LINK_EXAMPLE)},
    )
    def get(self, request: Request, application_id: str) -> Response:
        """As it stands."""
        found = application_with(application_id)
        if facts_of(found).link is None:
            raise Problem(Code.NOT_FOUND, "No link was made for this application.")
        return Response(_shown(found, unmasked=unmasked_for(request)))

    @operation(
        "makeApplicantLink",
        "Make a link for the applicant",
        tag=TAG,
        scope=Scope.APPLICANT_LINKS_WRITE,
        description=(
            "It asks the applicant, without sign-in, for what is missing and theirs to supply; an "
            "earlier link ends. The answer is the one place that tells it. A repetition under the "
            "same key tells it again for ten minutes while it is open; then it is a 410. With "
            "`email` it goes to the applicant too, where there is an address and a mail server: "
            "`emailed_at` says whether it went."
        ),
        path=PATH,
        body=LinkBody,
        sample={"days": 7, "email": False},
        key="required",
        problems=[Code.NOT_POSSIBLE, Code.SHOWN_BEFORE],
        answers={
            201: answered(
                ApplicantLinkMade,
                "Made. `Location` names it without its address.",
                LINK_EXAMPLE
                | {"opened_at": None, "seen_at": None, "link": "https://relay.example/apply/…"},
            )
        },
    )
    @sensitive_variables("made")
    def post(self, request: Request, application_id: str) -> Response:
        """Make one, in place of an earlier one."""
        key = key_of(request._request, required=True)
        asked = checked(LinkBody, request.data)
        application = application_with(application_id)
        made: list[Made] = []
        deed = partial(_made, request, key, application, asked, made)
        known = under_key(request, key, asked, deed)
        if known.replayed:
            return uncached(_told_again(known).response(replayed=True))
        [fresh] = made
        answer = known.answer or _mailed(request, known, fresh)
        return uncached(with_secrets(answer, {"link": _address(request, fresh)}).response())


def _shown(application: Application, *, unmasked: bool = True) -> dict[str, Any]:
    """The newest link. The scopes of the deeds mean the right to see its words."""
    facts = facts_of(application)
    assert facts.link is not None
    return link_shown(facts.link, facts, unmasked=unmasked)


@sensitive_variables("made", "link")
def _made(
    request: Request, key: str, application: Application, asked: Mapping[str, Any], made: list[Made]
) -> Answer | Pending:
    """Make it, in the transaction of the call's key; `made` gets it."""
    try:
        link = making.make(application.pk, author_of(request), days=asked["days"])
    except NotPossible as refused:
        raise Problem(Code.NOT_POSSIBLE, refused.sentence) from None
    secret = json.dumps({"link": _address(request, link)})
    keep(call_under_way(request, key), secret, link.link.expires_at)
    made.append(link)
    if asked["email"] and may_mail(application):
        return Pending(_about(link.link))
    return _lasting(link.link)


@sensitive_variables("made")
def _mailed(request: Request, known: Known, made: Made) -> Answer:
    """Send the e-mail; the answer, which says whether it went."""
    mail(made, made.link.application, author_of(request))
    return keep_answer(known.call.pk, _lasting(made.link))


def _told_again(known: Known) -> Answer:
    """The answer of a call that is repeated. Raises Problem: 409 while its e-mail is under way,
    410 when the link is told no more."""
    call = known.call
    link = ApplicantLink.objects.get(pk=int(call.about.partition(":")[2]))
    answer = known.answer
    if answer is None:
        if timezone.now() - call.created_at < MAILS_WITHIN:
            raise still_running()
        answer = keep_answer(call.pk, _lasting(link))
    gone = (
        f"Link {answer.body['id']} was made under this key and is {link.state.label.lower()}; its "
        "address is told no more. If it did not reach the applicant, make another one."
    )
    if not link.is_open:
        raise Problem(Code.SHOWN_BEFORE, gone)
    return shown_again(call, answer, gone=gone)


def _lasting(link: ApplicantLink) -> Answer:
    """What is kept of the answer: all but the address."""
    application = Application.objects.with_facts().get(pk=link.application_id)
    body = _shown(application)
    location = reverse("api_applicant_link", args=[body["application_id"]])
    return Answer(201, body, location, _about(link))


def _about(link: ApplicantLink) -> str:
    return f"applicant_link:{link.pk}"


def _address(request: Request, made: Made) -> str:
    return request._request.build_absolute_uri(made.path)


def _revoked(application: Application, *, by: User, request: HttpRequest) -> None:
    making.revoke(application.pk, Author(by, request))


def _taken_over(application: Application, *, by: User, request: HttpRequest) -> None:
    making.take_over(application.pk, Author(by, request))


class LinkDeed(DeedView):
    """An end that one of ours makes of the open link."""

    room = Room(
        tag=TAG,
        scope=Scope.APPLICANT_LINKS_WRITE,
        place="application_id",
        kind=Kind.APPLICATION,
        found=application_with,
        shown=_shown,
        subject=lambda application: f"application:{application.pk}",
        shape=ApplicantLinkShown,
        example=LINK_EXAMPLE
        | {
            "state": "revoked",
            "ended_at": "2026-11-29T10:00:00Z",
            "ended_by": "Onboarding service (API client)",
            "steps": [],
        },
        refusals=(NotPossible,),
    )
    answer = "How it ended."


class RevokeLinkView(LinkDeed):
    """Letting it open nothing any more."""

    name, summary = "revokeApplicantLink", "Revoke the applicant's link"
    words = "It opens nothing any more; what was entered stays. 409 when none is open."
    deed = staticmethod(_revoked)


class TakeOverView(LinkDeed):
    """Going on in the applicant's stead."""

    name, summary = "takeApplicantLinkOver", "Take over from the applicant"
    words = "The link ends, and its page tells the applicant that you go on. 409 when none is open."
    deed = staticmethod(_taken_over)
