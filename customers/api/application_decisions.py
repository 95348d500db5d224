"""What is decided about an application: take, approve, decline, ask, reopen; checks by hand."""

from functools import partial

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.codes import Code
from accounts.api.deeds import NoBody
from accounts.api.reading import Body, OneOf, checked
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers.api.application_deeds import Words, described
from customers.api.application_doing import Versioned, done
from customers.applying import checking, deciding
from customers.applying.items import ABOUT, ASKABLE, Item
from customers.models import CheckKind


class ApproveBody(Versioned):
    """A decision on the version that the client read."""

    reason = Words(required=False, default="", allow_blank=True, max_length=deciding.LONGEST_REASON)


class DeclineBody(Versioned):
    """A decision on the version that the client read, and why."""

    reason = Words(max_length=deciding.LONGEST_REASON, help_text="it is kept with the decision")


class AskBody(DeclineBody):
    """What is needed, in words and as things of the checklist."""

    items = serializers.ListField(
        child=OneOf(choices=[(item.value, ABOUT[item].title) for item in ASKABLE]),
        required=False,
        default=list,
        max_length=len(ASKABLE),
        help_text="they are missing until they come anew",
    )


class ReopenBody(Body):
    """Why a decision is taken back."""

    reason = Words(max_length=deciding.LONGEST_REASON, help_text="it is kept")


class CheckBody(Body):
    """A check that was made by hand."""

    kind = OneOf(choices=CheckKind.choices)
    words = Words(max_length=checking.LONGEST_WORDS, help_text="what was looked at, and where")


_decision = partial(described, scope=Scope.APPLICATIONS_DECIDE)


class TakeView(ApiView):
    """Beginning to review."""

    scopes = {"POST": Scope.APPLICATIONS_DECIDE}

    @_decision(
        "takeApplication",
        "Take into review",
        "A submitted application; only what is under review is decided.",
        body=NoBody,
        sample={},
    )
    def post(self, request: Request, application_id: str) -> Response:
        """Take it."""
        asked = checked(NoBody, request.data)
        return done(
            request,
            application_id,
            asked,
            lambda application, author: deciding.take(application.pk, author),
        )


class ApproveView(ApiView):
    """Accepting a customer."""

    scopes = {"POST": Scope.APPLICATIONS_DECIDE}

    @_decision(
        "approveApplication",
        "Approve",
        "While it is under review and `hindrances` is empty: Sumsub approved the person in a "
        "review of your own, or every check by hand is recorded.",
        body=ApproveBody,
        sample={"version": 12, "reason": "Checked against the register."},
        also=(Code.OVERTAKEN,),
    )
    def post(self, request: Request, application_id: str) -> Response:
        """Approve."""
        asked = checked(ApproveBody, request.data)
        return done(
            request,
            application_id,
            asked,
            lambda application, author: deciding.approve(
                application.pk, author, reason=asked["reason"], based_on=asked["version"]
            ),
        )


class DeclineView(ApiView):
    """Refusing a customer."""

    scopes = {"POST": Scope.APPLICATIONS_DECIDE}

    @_decision(
        "declineApplication",
        "Decline",
        "While it is under review, or as a draft that leads nowhere.",
        body=DeclineBody,
        sample={"version": 12, "reason": "The source of wealth stays unclear."},
        also=(Code.OVERTAKEN,),
    )
    def post(self, request: Request, application_id: str) -> Response:
        """Decline."""
        asked = checked(DeclineBody, request.data)
        return done(
            request,
            application_id,
            asked,
            lambda application, author: deciding.decline(
                application.pk, author, reason=asked["reason"], based_on=asked["version"]
            ),
        )


class AskView(ApiView):
    """Asking for information."""

    scopes = {"POST": Scope.APPLICATIONS_DECIDE}

    @_decision(
        "requestInformation",
        "Ask for information",
        "While it is under review. It can be completed again then, and submitted once what was "
        "asked for came anew.",
        body=AskBody,
        sample={
            "version": 12,
            "reason": "Please say where the savings come from.",
            "items": ["source_of_wealth"],
        },
        also=(Code.OVERTAKEN,),
    )
    def post(self, request: Request, application_id: str) -> Response:
        """Ask."""
        asked = checked(AskBody, request.data)
        items = [Item(code) for code in asked["items"]]
        return done(
            request,
            application_id,
            asked,
            lambda application, author: deciding.ask(
                application.pk,
                author,
                reason=asked["reason"],
                items=items,
                based_on=asked["version"],
            ),
        )


class ReopenView(ApiView):
    """Taking a decision back."""

    scopes = {"POST": Scope.APPLICATIONS_DECIDE}

    @_decision(
        "reopenApplication",
        "Take a decision back",
        "Into review again, or to the draft if it was declined as one.",
        body=ReopenBody,
        sample={"reason": "The document came after all."},
    )
    def post(self, request: Request, application_id: str) -> Response:
        """Reopen."""
        asked = checked(ReopenBody, request.data)
        return done(
            request,
            application_id,
            asked,
            lambda application, author: deciding.reopen(
                application.pk, author, reason=asked["reason"]
            ),
        )


class CheckView(ApiView):
    """Checks by hand."""

    scopes = {"POST": Scope.APPLICATIONS_DECIDE}

    @_decision(
        "recordCheck",
        "Record a check by hand",
        "Of a customer whom Sumsub does not know: all of `checks` take the place of its review.",
        body=CheckBody,
        sample={"kind": "identity", "words": "Passport compared with the person, in the office."},
    )
    def post(self, request: Request, application_id: str) -> Response:
        """Record it."""
        asked = checked(CheckBody, request.data)
        kind = CheckKind(asked["kind"])
        return done(
            request,
            application_id,
            asked,
            lambda application, author: checking.record(
                application.pk, kind, asked["words"], author
            ),
        )
