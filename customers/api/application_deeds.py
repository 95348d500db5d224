"""What is done about an application before it is reviewed: attesting, and submitting."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.api.codes import Code
from accounts.api.reading import Body, OneOf, Text, Whole
from accounts.scopes import Scope
from customers.api.application_doing import (
    LARGEST_VERSION,
    VERSION_WORDS,
    ApplicationDeed,
    described,
)
from customers.applying import attesting, submitting
from customers.applying.deeds import Author
from customers.models import AttestationKind


class Words(serializers.CharField):
    """What people say, over several lines."""

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class AttestBody(Body):
    """Who attests what."""

    kind = OneOf(choices=AttestationKind.choices, help_text="each in its turn, `e_sign` first")
    name = Text(max_length=attesting.LONGEST_NAME, help_text="of the person who attests")


class SubmitBody(Body):
    """Optional: the version that the client read."""

    version = Whole(required=False, min_value=1, max_value=LARGEST_VERSION, help_text=VERSION_WORDS)


@described(
    "attest",
    "Record an attestation",
    "The customer put their name to it, in your own pages say. One after the other, in the "
    "order of `attestations`; accuracy lapses when a field is changed afterwards.",
    scope=Scope.APPLICATIONS_WRITE,
    body=AttestBody,
    sample={"kind": "e_sign", "name": "Ada Mercer"},
)
class AttestView(ApplicationDeed):
    """What the customer puts their name to."""

    def act(self, application_id: UUID, author: Author, asked: Mapping[str, Any]) -> None:
        """Record it."""
        kind = AttestationKind(asked["kind"])
        attesting.attest(application_id, kind, asked["name"], author)


@described(
    "submitApplication",
    "Submit an application",
    "Only once nothing is missing: until then 422 `incomplete`, which names all of it.",
    scope=Scope.APPLICATIONS_SUBMIT,
    body=SubmitBody,
    sample={"version": 7},
    also=(Code.OVERTAKEN, Code.INCOMPLETE),
)
class SubmitView(ApplicationDeed):
    """Handing over for review."""

    def act(self, application_id: UUID, author: Author, asked: Mapping[str, Any]) -> None:
        """Submit."""
        submitting.submit(application_id, author, based_on=asked.get("version"))
