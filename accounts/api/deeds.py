"""Deeds without a body: each declared by what it is called and what it does, all of one shape."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind
from accounts.api.problems import Problem
from accounts.api.reading import Body, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope

ONLY_LATER = "Repeated under its key it answers as it did; without one it is 409 the second time."
HARMLESS = "Done twice, it changes nothing the second time."
# What may be wrong with a body where none is asked for.
NO_BODY = (
    Code.INVALID_JSON,
    Code.INVALID_REQUEST,
    Code.TOO_LARGE,
    Code.UNSUPPORTED_MEDIA_TYPE,
)


class NoBody(Body):
    """Nothing is sent."""


def refuse_fields(request: Request) -> None:
    """Raise Problem that names the fields of a body where none is asked for; {} does no harm."""
    if request.data:
        checked(NoBody, request.data)


@dataclass(frozen=True)
class Room:
    """What the deeds about things of one kind share.

    `place` names the thing's id in the address; `found` reads the thing by it, or raises Problem;
    `shown` says it in the answer as `shape`; `refusals` are the exceptions whose text is a 409.
    """

    tag: str
    scope: Scope
    place: str
    kind: Kind
    found: Callable[[str], Any]
    shown: Callable[[Any], dict[str, Any]]
    subject: Callable[[Any], str]
    shape: Any
    example: Any
    refusals: tuple[type[Exception], ...] = ()


class DeedView(ApiView):
    """One deed about one thing. The answer is the thing as it stands then.

    A subclass for a kind of thing says its `room`; one of those for each deed says its names,
    words, and the `deed`, which is given the thing, `by` and `request`.
    """

    room: ClassVar[Room]
    name: ClassVar[str] = ""
    summary: ClassVar[str]
    words: ClassVar[str]
    twice: ClassVar[str] = ONLY_LATER
    answer: ClassVar[str] = "As it stands now."
    deed: Callable[..., object]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give a view that declares a deed its method, and the contract its operation."""
        super().__init_subclass__(**kwargs)
        if cls.name:
            cls.scopes = {"POST": cls.room.scope}
            cls.post = _described(cls)  # type: ignore[attr-defined]

    def done(self, request: Request, thing_id: str) -> Response:
        """Do it, once for the call's key. Raises Problem: 404, or what the deed refuses."""
        refuse_fields(request)
        return once(request, {}, partial(self._act, request, thing_id, self.room.found(thing_id)))

    def _act(self, request: Request, thing_id: str, thing: Any) -> Answer:
        try:
            type(self).deed(thing, by=acting(request), request=request._request)
        except self.room.refusals as refused:
            raise Problem(Code.NOT_POSSIBLE, str(refused)) from None
        now = self.room.found(thing_id)
        return Answer(200, self.room.shown(now), about=self.room.subject(now))


def by_number(deed: Callable[..., object]) -> Any:
    """A deed that takes the thing's key, as one that takes the thing."""

    def done(thing: Any, **who: Any) -> object:
        return deed(thing.pk, **who)

    return staticmethod(done)


def _described(view: type[DeedView]) -> Callable[..., Response]:
    room = view.room

    def post(self: DeedView, request: Request, **ids: str) -> Response:
        return self.done(request, ids[room.place])

    post.__doc__ = view.__doc__
    possible = [Code.NOT_POSSIBLE] if room.refusals else []
    return operation(
        view.name,
        view.summary,
        tag=room.tag,
        scope=room.scope,
        description=f"{view.words} {view.twice}".strip(),
        path={room.place: room.kind},
        key="optional",
        problems=[*possible, *NO_BODY],
        answers={200: answered(room.shape, view.answer, room.example)},
    )(post)
