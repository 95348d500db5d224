"""Bringing applicants in: asking Sumsub about one, taking in what its dashboard exports."""

from functools import partial
from typing import Any, cast

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.deeds import NO_BODY, refuse_fields
from accounts.api.idempotency import Answer, once_with
from accounts.api.ids import Kind, shown_id
from accounts.api.problems import FieldError, Problem, invalid
from accounts.api.reading import Body, CappedMultiPartParser, FormFile, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from sharing.api.applicant_shapes import WHOLE_EXAMPLE, ApplicantShown, applicant_shown
from sharing.api.applicants import unmasked
from sharing.api.fetching import applicant_with
from sharing.api.sumsub_answers import sumsub_problem
from sharing.api.uploading import sha256_of, uploaded
from sharing.applicant_forms import LookupForm
from sharing.applicant_intake import Intake, take_in
from sharing.applicant_lookup import LookedUp, look_up, look_up_again
from sharing.dashboard_csv import ExportRefused, read_export
from sharing.models import Applicant
from sumsub.errors import NotFound, SumsubError

TAG = "Applicants"
NOT_FOUND = (
    "Sumsub knows no such applicant in this workspace, neither as applicant id nor as your id. If "
    "its dashboard shows one, the app token lacks the permission View applicants."
)
ASKED = [Code.NOT_FOUND, Code.SUMSUB_REFUSED, Code.SUMSUB_UNREACHABLE]


class LookupBody(Body):
    """Whom to look up."""

    applicant = Text(max_length=256, help_text="Sumsub's applicant id, or your own id")


class ExportFile(Body):
    """The dashboard's export as a form carries it."""

    file = FormFile(help_text="CSV with a column `applicantId`")


class FaultShown(serializers.Serializer[Any]):
    """A line that cannot be used."""

    line = serializers.IntegerField(help_text="of the file, the header being 1")
    fault = serializers.CharField()


class TakenIn(serializers.Serializer[Any]):
    """What became of the file's lines."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    older = serializers.IntegerField(
        help_text="of those: their verdict was older than the known one, which stays"
    )
    repeated = serializers.IntegerField()
    faulty = serializers.IntegerField()
    faults = FaultShown(many=True, help_text="the first ones")


TAKEN_EXAMPLE: dict[str, Any] = {
    "new": 180,
    "changed": 14,
    "unchanged": 5,
    "older": 0,
    "repeated": 0,
    "faulty": 1,
    "faults": [{"line": 17, "fault": "has no applicant id"}],
}


class LookUpView(ApiView):
    """Asking Sumsub about somebody."""

    scopes = {"POST": Scope.APPLICANTS_WRITE}

    @operation(
        "lookUpApplicant",
        "Look an applicant up at Sumsub",
        tag=TAG,
        scope=Scope.APPLICANTS_WRITE,
        description=(
            "Sumsub is asked now, and what it says is kept. An applicant has one entry here, "
            "however often it is looked up."
        ),
        body=LookupBody,
        sample={"applicant": "004417"},
        key="optional",
        problems=ASKED,
        answers={200: answered(ApplicantShown, "As Sumsub knows it now.", WHOLE_EXAMPLE)},
    )
    def post(self, request: Request) -> Response:
        """Ask, and keep the answer."""
        form = LookupForm(checked(LookupBody, request.data))
        if not form.is_valid():
            sentences = form.errors["applicant"]
            raise invalid(FieldError("applicant", str(sentences[0])))
        wanted = form.cleaned_data["applicant"]
        ask = partial(_asked, lambda: _by_text(request, wanted))
        return once_with(request, {"applicant": wanted}, ask, partial(_found, request))


class LookUpAgainView(ApiView):
    """Asking Sumsub about a known applicant afresh."""

    scopes = {"POST": Scope.APPLICANTS_WRITE}

    @operation(
        "lookUpApplicantAgain",
        "Look a known applicant up again",
        tag=TAG,
        scope=Scope.APPLICANTS_WRITE,
        path={"applicant_id": Kind.APPLICANT},
        key="optional",
        problems=[*ASKED, *NO_BODY],
        answers={200: answered(ApplicantShown, "As Sumsub knows it now.", WHOLE_EXAMPLE)},
    )
    def post(self, request: Request, applicant_id: str) -> Response:
        """Ask, and keep the answer."""
        refuse_fields(request)
        known = applicant_with(applicant_id)
        ask = partial(_asked, lambda: _again(request, known))
        return once_with(request, {}, ask, partial(_found, request))


class ImportView(ApiView):
    """The dashboard's export."""

    scopes = {"POST": Scope.APPLICANTS_WRITE}
    parser_classes = [CappedMultiPartParser]
    body_bytes = None

    @operation(
        "importApplicants",
        "Take in the dashboard's export",
        tag=TAG,
        scope=Scope.APPLICANTS_WRITE,
        description=(
            "The CSV that Sumsub's dashboard exports. New applicants come in, known ones are "
            "brought up to date; the same file again changes nothing."
        ),
        body={"multipart/form-data": ExportFile},
        key="optional",
        problems=[Code.FILE_REFUSED],
        answers={200: answered(TakenIn, "What became of its lines.", TAKEN_EXAMPLE)},
    )
    def post(self, request: Request) -> Response:
        """Take it in."""
        checked(ExportFile, request.data)
        content = cast(bytes, uploaded(request, "No file arrived.").read())
        take = partial(_taken_in, request, content)
        return once_with(request, {"file": sha256_of(content)}, take, _told)


def _by_text(request: Request, wanted: str) -> LookedUp:
    return look_up(wanted, by=acting(request), request=request._request)


def _again(request: Request, known: Applicant) -> LookedUp:
    return look_up_again(known, by=acting(request), request=request._request)


def _asked(ask: Any) -> LookedUp:
    """What Sumsub says. Raises Problem."""
    try:
        found: LookedUp = ask()
    except NotFound:
        raise Problem(Code.NOT_FOUND, NOT_FOUND) from None
    except SumsubError as error:
        raise sumsub_problem(error) from None
    return found


def _found(request: Request, found: LookedUp) -> Answer:
    name = shown_id(Kind.APPLICANT, found.applicant.pk)
    return Answer(
        200,
        applicant_shown(found.applicant, unmasked=unmasked(request)),
        reverse("api_applicant", args=[name]),
        f"applicant:{found.applicant.pk}",
    )


def _taken_in(request: Request, content: bytes) -> Intake:
    try:
        return take_in(read_export(content), by=acting(request), request=request._request)
    except ExportRefused as refused:
        sentence = refused.sentence
        raise Problem(Code.FILE_REFUSED, sentence, errors=[FieldError("file", sentence)]) from None


def _told(intake: Intake) -> Answer:
    counted = ("new", "changed", "unchanged", "older", "repeated", "faulty")
    faults = [{"line": one.line, "fault": one.fault} for one in intake.faults]
    return Answer(
        200,
        {name: getattr(intake, name) for name in counted} | {"faults": faults},
        "",
        "applicants",
    )
