"""What every deed about an application shares in the API: its author, its refusals, its answer."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind
from accounts.api.problems import FieldError, Problem
from accounts.api.reading import Body, Whole, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers.api.application_examples import APPLICATION_EXAMPLE
from customers.api.application_shapes import ApplicationShown, application_shown
from customers.api.fetching import application_with, unmasked_for
from customers.applying.deeds import Author, NotPossible, Overtaken
from customers.applying.submitting import Incomplete
from customers.models import Application

TAG = "Applications"
LARGEST_VERSION = 2**31 - 1
VERSION_WORDS = "the version that you read; where it is not the present one, nothing is done"


class Versioned(Body):
    """Rests on the version that the client read."""

    version = Whole(min_value=1, max_value=LARGEST_VERSION, help_text=VERSION_WORDS)


def author_of(request: Request) -> Author:
    """The client as the author of a deed."""
    return Author(acting(request), request._request)


def done(
    request: Request,
    application_id: str,
    asked: Mapping[str, Any],
    deed: Callable[[Application, Author], object],
) -> Response:
    """Do it, once for the call's key; the answer is the application as it stands then.

    Raises Problem: 404, and for whatever the deed refuses.
    """
    application = application_with(application_id)

    def act() -> Answer:
        try:
            deed(application, author_of(request))
        except NotPossible as refused:
            raise refusal(refused, application) from None
        now = application_with(application_id)
        body = application_shown(now, unmasked=unmasked_for(request))
        return Answer(200, body, about=f"application:{application.pk}")

    return once(request, asked, act)


def refusal(refused: NotPossible, application: Application) -> Problem:
    """What a deed refuses, as the problem that a program can act on."""
    if isinstance(refused, Incomplete):
        errors = [
            FieldError(need.item.value, f"{need.what}: {need.why}", need.who.value)
            for need in refused.needs
        ]
        return Problem(Code.INCOMPLETE, refused.sentence, errors=errors)
    if isinstance(refused, Overtaken):
        version = Application.objects.values_list("version", flat=True).get(pk=application.pk)
        changed = [
            FieldError(name, "Somebody changed it after that version.", "overtaken")
            for name in sorted(refused.fields)
        ]
        return Problem(Code.OVERTAKEN, refused.sentence, errors=changed, version=version)
    return Problem(Code.NOT_POSSIBLE, refused.sentence)


class ApplicationDeed(ApiView):
    """One deed about one application; `described` says what it is called and takes."""

    body: ClassVar[type[Body]]

    def act(self, application_id: UUID, author: Author, asked: Mapping[str, Any]) -> object:
        """The deed itself, with the checked body. Raises NotPossible."""
        raise NotImplementedError

    def post(self, request: Request, application_id: str) -> Response:
        """Read the body, do it, answer with the application."""
        asked = checked(self.body, request.data)
        return done(
            request,
            application_id,
            asked,
            lambda application, author: self.act(application.pk, author, asked),
        )


_AnyDeed = TypeVar("_AnyDeed", bound=type[ApplicationDeed])


def described(
    name: str,
    summary: str,
    description: str,
    *,
    scope: Scope,
    body: type[Body],
    sample: dict[str, Any],
    also: tuple[Code, ...] = (),
) -> Callable[[_AnyDeed], _AnyDeed]:
    """Describe a deed about an application; `also` are problems beside NOT_POSSIBLE."""
    post = operation(
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

    def told(view: _AnyDeed) -> _AnyDeed:
        view.scopes, view.body = {"POST": scope}, body
        return extend_schema_view(post=post)(view)

    return told
