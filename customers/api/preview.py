"""Looking first: what Sumsub's preview says of rows before they are sent."""

from functools import partial
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind
from accounts.api.problems import Problem
from accounts.api.reading import Body, OneOf, Truth, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers.api.fetching import import_with
from customers.api.import_shapes import IMPORT_EXAMPLE, ImportShown, import_shown
from customers.control import NotPossible
from customers.forecast.beginning import begin
from customers.forecast.deciding import import_passing
from customers.forecast.groups import Group, groups_of
from customers.intake import NotAllowed
from customers.models import Import, Look, LookKind, LookState, Outlook
from customers.models.looks import look_taken
from customers.reason_groups import Acts
from customers.wording import outlook_story, stopped_sentence

TAG = "Imports"


class PreviewBody(Body):
    """Which rows to ask about."""

    kind = OneOf(choices=LookKind.choices, help_text="`each` starts the import")
    leave_documents = Truth(
        default=False, help_text="with `each`: do not send rows that would need documents"
    )


class PassingBody(Body):
    """Which rows to send."""

    with_documents = Truth(
        default=True, help_text="also those that would end in Documents requested"
    )


class ForecastGroup(serializers.Serializer[Any]):
    """Rows of which the preview says the same."""

    key = serializers.CharField()
    rows = serializers.IntegerField()
    outlook = serializers.ChoiceField(choices=Outlook.choices)
    error_code = serializers.IntegerField(allow_null=True)
    error_name = serializers.CharField()
    title = serializers.CharField(help_text="for people")
    next_step = serializers.CharField(help_text="for people")
    acts = serializers.ChoiceField(choices=[acts.value for acts in Acts])


class PreviewShown(serializers.Serializer[Any]):
    """How far the asking is and what was said. Nothing is used up by it."""

    import_id = serializers.CharField()
    kind = serializers.ChoiceField(choices=LookKind.choices)
    state = serializers.ChoiceField(choices=LookState.choices)
    wanted = serializers.IntegerField(help_text="rows to ask about")
    answered = serializers.IntegerField()
    passes = serializers.IntegerField(help_text="would be imported")
    documents = serializers.IntegerField(help_text="would be imported, documents requested")
    refused = serializers.IntegerField()
    unanswered = serializers.IntegerField()
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    stopped = serializers.CharField(help_text="why Sumsub could not be asked; else empty")
    groups = ForecastGroup(many=True)


EXAMPLE: dict[str, Any] = {
    "import_id": "imp_48",
    "kind": "all",
    "state": "done",
    "wanted": 100,
    "answered": 100,
    "passes": 90,
    "documents": 4,
    "refused": 6,
    "unanswered": 0,
    "began_at": "2026-11-29T09:15:01.220000Z",
    "ended_at": "2026-11-29T09:15:04.900000Z",
    "stopped": "",
    "groups": [
        {
            "key": "refused.rule.10513.reusable-kyc-not-compatible-doc-type.",
            "rows": 6,
            "outlook": "refused",
            "error_code": 10513,
            "error_name": "reusable-kyc-not-compatible-doc-type",
            "title": "A document type is not accepted at this level",
            "next_step": "Try another level.",
            "acts": "you",
        }
    ],
}


class PreviewView(ApiView):
    """A look at an import that is not started."""

    scopes = {"GET": Scope.IMPORTS_READ, "POST": Scope.IMPORTS_WRITE}

    @operation(
        "readPreview",
        "Read what the preview says",
        tag=TAG,
        scope=Scope.IMPORTS_READ,
        description="404 while nobody asked for one.",
        path={"import_id": Kind.IMPORT},
        answers={200: answered(PreviewShown, "What was said so far.", EXAMPLE)},
    )
    def get(self, request: Request, import_id: str) -> Response:
        """What was said so far."""
        look = look_taken(import_with(import_id))
        if look is None:
            raise Problem(Code.NOT_FOUND, "Nobody asked for a preview of this import yet.")
        return Response(_shown(look))

    @operation(
        "startPreview",
        "Look first",
        tag=TAG,
        scope=Scope.IMPORTS_WRITE,
        description=(
            "Ask Sumsub's preview about rows of an import that is not started: a sample, all, or "
            "each just before it is sent. A preview uses no share token up."
        ),
        path={"import_id": Kind.IMPORT},
        body=PreviewBody,
        sample={"kind": "all"},
        key="optional",
        problems=[Code.NOT_POSSIBLE],
        answers={202: answered(PreviewShown, "Sumsub is being asked.", EXAMPLE)},
    )
    def post(self, request: Request, import_id: str) -> Response:
        """Begin to ask."""
        asked = checked(PreviewBody, request.data)
        imported = import_with(import_id)
        return once(request, asked, partial(_begun, request, imported, asked))


class PassingView(ApiView):
    """Only the rows that the preview speaks for."""

    scopes = {"POST": Scope.IMPORTS_WRITE}

    @operation(
        "startPassing",
        "Send only the rows that would pass",
        tag=TAG,
        scope=Scope.IMPORTS_WRITE,
        description="After a preview of all rows. The others are given up, each with its reason.",
        path={"import_id": Kind.IMPORT},
        body=PassingBody,
        sample={"with_documents": True},
        key="optional",
        problems=[Code.NOT_POSSIBLE],
        answers={200: answered(ImportShown, "The import as it stands now.", IMPORT_EXAMPLE)},
    )
    def post(self, request: Request, import_id: str) -> Response:
        """Start those that pass."""
        asked = checked(PassingBody, request.data)
        imported = import_with(import_id)
        return once(request, asked, partial(_started, request, imported, asked))


def _begun(request: Request, imported: Import, asked: dict[str, Any]) -> Answer:
    try:
        look = begin(
            imported.pk,
            LookKind(asked["kind"]),
            by=acting(request),
            documents_pass=not asked["leave_documents"],
            request=request._request,
        )
    except (NotPossible, NotAllowed) as refused:
        raise Problem(Code.NOT_POSSIBLE, refused.sentence) from None
    location = request._request.path
    return Answer(202, _shown(look), location, f"import:{imported.pk}")


def _started(request: Request, imported: Import, asked: dict[str, Any]) -> Answer:
    try:
        import_passing(
            imported.pk,
            with_documents=asked["with_documents"],
            by=acting(request),
            request=request._request,
        )
    except (NotPossible, NotAllowed) as refused:
        raise Problem(Code.NOT_POSSIBLE, refused.sentence) from None
    now = Import.objects.for_page().get(pk=imported.pk)
    return Answer(200, import_shown(now), about=f"import:{imported.pk}")


def _shown(look: Look) -> dict[str, Any]:
    stopped = look.state == LookState.STOPPED
    return {
        "import_id": f"{Kind.IMPORT}_{look.pk}",
        "kind": look.kind,
        "state": look.state,
        "wanted": look.wanted,
        "answered": look.answered,
        "passes": look.passes_count,
        "documents": look.documents_count,
        "refused": look.refused_count,
        "unanswered": look.unanswered_count,
        "began_at": look.began_at,
        "ended_at": look.ended_at,
        "stopped": stopped_sentence(look) if stopped else "",
        "groups": [_group_shown(group) for group in groups_of(look)],
    }


def _group_shown(group: Group) -> dict[str, Any]:
    told = outlook_story(
        group.outlook, group.reason, group.error_code, group.error_name, group.steps
    )
    return {
        "key": group.key,
        "rows": group.rows,
        "outlook": group.outlook,
        "error_code": group.error_code,
        "error_name": group.error_name,
        "title": told.title,
        "next_step": told.next_step,
        "acts": group.acts.value,
    }
