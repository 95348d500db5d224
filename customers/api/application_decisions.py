"""What is decided about an application: take, approve, decline, ask, reopen; checks by hand."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.api.codes import Code
from accounts.api.deeds import NoBody
from accounts.api.reading import Body, OneOf
from accounts.scopes import Scope
from customers.api.application_deeds import Words
from customers.api.application_doing import ApplicationDeed, Versioned, described
from customers.applying import checking, deciding
from customers.applying.deeds import Author
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


@_decision(
    "takeApplication",
    "Take into review",
    "A submitted application; only what is under review is decided.",
    body=NoBody,
    sample={},
)
class TakeView(ApplicationDeed):
    """Beginning to review."""

    def act(self, application_id: UUID, author: Author, asked: Mapping[str, Any]) -> None:
        """Take it."""
        deciding.take(application_id, author)


@_decision(
    "approveApplication",
    "Approve",
    "While it is under review and `hindrances` is empty: Sumsub approved the person in a "
    "review of your own, or every check by hand is recorded.",
    body=ApproveBody,
    sample={"version": 12, "reason": "Checked against the register."},
    also=(Code.OVERTAKEN,),
)
class ApproveView(ApplicationDeed):
    """Accepting a customer."""

    def act(self, application_id: UUID, author: Author, asked: Mapping[str, Any]) -> None:
        """Approve."""
        deciding.approve(application_id, author, **_decided(asked))


@_decision(
    "declineApplication",
    "Decline",
    "While it is under review, or as a draft that leads nowhere.",
    body=DeclineBody,
    sample={"version": 12, "reason": "The source of wealth stays unclear."},
    also=(Code.OVERTAKEN,),
)
class DeclineView(ApplicationDeed):
    """Refusing a customer."""

    def act(self, application_id: UUID, author: Author, asked: Mapping[str, Any]) -> None:
        """Decline."""
        deciding.decline(application_id, author, **_decided(asked))


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
class AskView(ApplicationDeed):
    """Asking for information."""

    def act(self, application_id: UUID, author: Author, asked: Mapping[str, Any]) -> None:
        """Ask."""
        items = [Item(code) for code in asked["items"]]
        deciding.ask(application_id, author, items=items, **_decided(asked))


@_decision(
    "reopenApplication",
    "Take a decision back",
    "Into review again, or to the draft if it was declined as one.",
    body=ReopenBody,
    sample={"reason": "The document came after all."},
)
class ReopenView(ApplicationDeed):
    """Taking a decision back."""

    def act(self, application_id: UUID, author: Author, asked: Mapping[str, Any]) -> None:
        """Reopen."""
        deciding.reopen(application_id, author, reason=asked["reason"])


@_decision(
    "recordCheck",
    "Record a check by hand",
    "Of a customer whom Sumsub does not know: all of `checks` take the place of its review.",
    body=CheckBody,
    sample={"kind": "identity", "words": "Passport compared with the person, in the office."},
)
class CheckView(ApplicationDeed):
    """Checks by hand."""

    def act(self, application_id: UUID, author: Author, asked: Mapping[str, Any]) -> None:
        """Record it."""
        checking.record(application_id, CheckKind(asked["kind"]), asked["words"], author)


def _decided(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The reason, and the version that it rests on."""
    return {"reason": asked["reason"], "based_on": asked["version"]}
