"""What is done about an application before it is reviewed: attesting, and submitting."""

from collections.abc import Callable
from typing import Any, TypeVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.codes import Code
from accounts.api.ids import Kind
from accounts.api.reading import Body, OneOf, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers.api.application_doing import LARGEST_VERSION, VERSION_WORDS, done
from customers.api.application_examples import APPLICATION_EXAMPLE
from customers.api.application_shapes import ApplicationShown
from customers.applying import attesting, submitting
from customers.models import AttestationKind

TAG = "Applications"
View = TypeVar("View", bound=Callable[..., Any])


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

    version = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_VERSION, help_text=VERSION_WORDS
    )


def described(
    name: str,
    summary: str,
    description: str,
    *,
    scope: Scope,
    body: type[Body],
    sample: dict[str, Any],
    also: tuple[Code, ...] = (),
) -> Callable[[View], View]:
    """Describe a deed about an application; `also` are problems beside NOT_POSSIBLE."""
    return operation(
        name,
        summary,
        tag=TAG,
        scope=scope,
        description=description,
        path={"application_id": Kind.APPLICATION},
        body=body,
        sample=sample,
        key="optional",
        problems=[Code.NOT_POSSIBLE, *also],
        answers={200: answered(ApplicationShown, "As it stands now.", APPLICATION_EXAMPLE)},
    )


class AttestView(ApiView):
    """What the customer puts their name to."""

    scopes = {"POST": Scope.APPLICATIONS_WRITE}

    @described(
        "attest",
        "Record an attestation",
        "The customer put their name to it, in your own pages say. One after the other, in the "
        "order of `attestations`; accuracy lapses when a field is changed afterwards.",
        scope=Scope.APPLICATIONS_WRITE,
        body=AttestBody,
        sample={"kind": "e_sign", "name": "Ada Mercer"},
    )
    def post(self, request: Request, application_id: str) -> Response:
        """Record it."""
        asked = checked(AttestBody, request.data)
        kind, name = AttestationKind(asked["kind"]), asked["name"]
        return done(
            request,
            application_id,
            asked,
            lambda application, author: attesting.attest(application.pk, kind, name, author),
        )


class SubmitView(ApiView):
    """Handing over for review."""

    scopes = {"POST": Scope.APPLICATIONS_SUBMIT}

    @described(
        "submitApplication",
        "Submit an application",
        "Only once nothing is missing: until then 422 `incomplete`, which names all of it.",
        scope=Scope.APPLICATIONS_SUBMIT,
        body=SubmitBody,
        sample={"version": 7},
        also=(Code.OVERTAKEN, Code.INCOMPLETE),
    )
    def post(self, request: Request, application_id: str) -> Response:
        """Submit."""
        asked = checked(SubmitBody, request.data)
        return done(
            request,
            application_id,
            asked,
            lambda application, author: submitting.submit(
                application.pk, author, based_on=asked.get("version")
            ),
        )
