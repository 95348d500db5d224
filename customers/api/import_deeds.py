"""What a client decides about an import: start, pause, resume, cancel; and trying rows again."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, number_in
from accounts.api.problems import FieldError, Problem, invalid
from accounts.api.reading import Body, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers import control, intake
from customers.api.fetching import import_with
from customers.api.import_bodies import level_from
from customers.api.import_shapes import IMPORT_EXAMPLE, ImportShown, import_shown
from customers.models import Import, Row
from customers.retrying import at_another_level
from customers.retrying_together import retry_together

TAG = "Imports"
View = TypeVar("View", bound=Callable[..., Any])
Decide = Callable[[Request, Import], object]
ONLY_LATER = "Repeated under its key it answers as it did; without one it is 409 the second time."


class NoBody(Body):
    """Nothing is sent."""


class RetryBody(Body):
    """Which refused rows to send again, and at which level."""

    level = Text(max_length=256, help_text="another level than the one that refused them")
    reason = Text(required=False, max_length=400, help_text="the `key` of a reason of this import")
    row = Text(required=False, max_length=40, help_text="or one row: `row_…`")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if ("reason" in values) == ("row" in values):
            raise serializers.ValidationError({"reason": ["Name a reason or a row."]})
        return values


class Retried(serializers.Serializer[Any]):
    """What came of trying again."""

    rows = serializers.IntegerField(help_text="rows that go again")
    level = serializers.CharField()


class DeedView(ApiView):
    """One deed of an import that needs no body; the answer is the import as it stands then."""

    scopes = {"POST": Scope.IMPORTS_WRITE}
    deed: Decide

    def post(self, request: Request, import_id: str) -> Response:
        """Do it."""
        if request.data:
            checked(NoBody, request.data)
        imported = import_with(import_id)
        return once(request, {}, partial(self._done, request, imported))

    def _done(self, request: Request, imported: Import) -> Answer:
        try:
            type(self).deed(request, imported)
        except (control.NotPossible, intake.NotAllowed) as refused:
            raise Problem(Code.NOT_POSSIBLE, refused.sentence) from None
        return Answer(200, import_shown(_again(imported)), about=f"import:{imported.pk}")


def _described(name: str, summary: str, description: str) -> Callable[[View], View]:
    return operation(
        name,
        summary,
        tag=TAG,
        scope=Scope.IMPORTS_WRITE,
        description=f"{description} {ONLY_LATER}",
        path={"import_id": Kind.IMPORT},
        key="optional",
        problems=[
            Code.NOT_POSSIBLE,
            Code.INVALID_JSON,
            Code.INVALID_REQUEST,
            Code.TOO_LARGE,
            Code.UNSUPPORTED_MEDIA_TYPE,
        ],
        answers={200: answered(ImportShown, "The import as it stands now.", IMPORT_EXAMPLE)},
    )


def _by(deed: Any) -> Any:
    def done(request: Request, imported: Import) -> object:
        return deed(imported.pk, by=acting(request), request=request._request)

    return staticmethod(done)


class StartView(DeedView):
    """Start an import that waits for it."""

    deed = _by(intake.start)

    @_described("startImport", "Start", "Send the rows of an import that was stored and waits.")
    def post(self, request: Request, import_id: str) -> Response:
        """Start."""
        return super().post(request, import_id)


class PauseView(DeedView):
    """Send no more rows."""

    deed = _by(control.pause)

    @_described(
        "pauseImport",
        "Pause",
        "Nothing more is sent. Rows at Sumsub come to their end: `in_flight` counts them.",
    )
    def post(self, request: Request, import_id: str) -> Response:
        """Pause."""
        return super().post(request, import_id)


class ResumeView(DeedView):
    """Go on with a paused import."""

    deed = _by(control.resume)

    @_described("resumeImport", "Resume", "Go on with a paused import.")
    def post(self, request: Request, import_id: str) -> Response:
        """Resume."""
        return super().post(request, import_id)


class CancelView(DeedView):
    """Give up what was not sent."""

    deed = _by(control.cancel)

    @_described(
        "cancelImport",
        "Cancel",
        "Rows that were not sent are given up and their share tokens erased. Rows at Sumsub and in "
        "doubt go on to their honest end.",
    )
    def post(self, request: Request, import_id: str) -> Response:
        """Cancel."""
        return super().post(request, import_id)


class RetryView(ApiView):
    """Refused rows, again at another level."""

    scopes = {"POST": Scope.IMPORTS_WRITE}

    @operation(
        "retryRows",
        "Send refused rows again at another level",
        tag=TAG,
        scope=Scope.IMPORTS_WRITE,
        description=(
            "For rows whose `retry` is `other_level`: one of them, or all of one reason. Their "
            "share tokens are kept for a short time only."
        ),
        path={"import_id": Kind.IMPORT},
        body=RetryBody,
        sample={"level": "id-and-selfie", "row": "row_1205"},
        key="optional",
        problems=[Code.NOT_POSSIBLE],
        answers={200: answered(Retried, "They go again.", {"rows": 12, "level": "id-and-selfie"})},
    )
    def post(self, request: Request, import_id: str) -> Response:
        """Send them again."""
        asked = checked(RetryBody, request.data)
        imported, level = import_with(import_id), level_from(asked["level"])
        return once(request, asked, partial(_retried, request, imported, asked, level))


def _retried(request: Request, imported: Import, asked: dict[str, Any], level: str) -> Answer:
    by, plain = acting(request), request._request
    try:
        if "row" in asked:
            at_another_level(_row_of(imported, asked["row"]), level, by=by, request=plain)
            rows = 1
        else:
            rows = retry_together(imported.pk, asked["reason"], level, by=by, request=plain)
    except control.NotPossible as refused:
        raise Problem(Code.NOT_POSSIBLE, refused.sentence) from None
    return Answer(200, {"rows": rows, "level": level}, about=f"import:{imported.pk}")


def _row_of(imported: Import, text: str) -> int:
    number = number_in(Kind.ROW, text)
    if number is None or not Row.objects.of(imported).filter(pk=number).exists():
        raise invalid(FieldError("row", "The import has no such row.", "not_found"))
    return number


def _again(imported: Import) -> Import:
    return Import.objects.for_page().get(pk=imported.pk)
