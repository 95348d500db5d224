"""What a client decides about an import: start, pause, resume, cancel; and trying rows again."""

from functools import partial
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.deeds import DeedView, Room, by_number
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


class ImportDeed(DeedView):
    """A deed about an import."""

    room = Room(
        tag=TAG,
        scope=Scope.IMPORTS_WRITE,
        place="import_id",
        kind=Kind.IMPORT,
        found=import_with,
        shown=import_shown,
        subject=lambda imported: f"import:{imported.pk}",
        shape=ImportShown,
        example=IMPORT_EXAMPLE,
        refusals=(control.NotPossible, intake.NotAllowed),
    )
    answer = "The import as it stands now."


class StartView(ImportDeed):
    """Start an import that waits for it."""

    name, summary = "startImport", "Start"
    words = "Send the rows of an import that was stored and waits."
    deed = by_number(intake.start)


class PauseView(ImportDeed):
    """Send no more rows."""

    name, summary = "pauseImport", "Pause"
    words = "Nothing more is sent. Rows at Sumsub come to their end: `in_flight` counts them."
    deed = by_number(control.pause)


class ResumeView(ImportDeed):
    """Go on with a paused import."""

    name, summary = "resumeImport", "Resume"
    words = "Go on with a paused import."
    deed = by_number(control.resume)


class CancelView(ImportDeed):
    """Give up what was not sent."""

    name, summary = "cancelImport", "Cancel"
    words = (
        "Rows that were not sent are given up and their share tokens erased. Rows at Sumsub and in "
        "doubt go on to their honest end."
    )
    deed = by_number(control.cancel)


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
