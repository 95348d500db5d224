"""Rows that only a person can settle: what is known, what to look for, and the two ways to end."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, shown_id, shown_or_none
from accounts.api.problems import Problem
from accounts.api.reading import Body, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.models import User
from accounts.rights import Right
from accounts.scopes import Scope
from customers import decisions, retrying
from customers.api.application_deeds import Words
from customers.api.fetching import row_with
from customers.api.row_shapes import ROW_EXAMPLE, SHOWN_STATES, RowShown
from customers.api.rows import rows_shown
from customers.control import NotPossible
from customers.decisions import Circumstances
from customers.history import events_about, history
from customers.models import Row, RowState
from customers.timing import Timing
from customers.views.row_list import with_what_they_show
from customers.wording import guidance
from sharing.database_clock import database_now

TAG = "Imports"
View = TypeVar("View", bound=Callable[..., Any])


class EvidenceBody(Body):
    """What somebody saw at Sumsub."""

    words = Words(
        max_length=retrying.LONGEST_WORDS,
        help_text="what was seen, and where: it is kept with the row, in the audit trail",
    )


class GuideShown(serializers.Serializer[Any]):
    """What is known of a row that waits for a person, and what to look for at Sumsub."""

    row = serializers.CharField(help_text="`row_…`")
    state = serializers.ChoiceField(choices=SHOWN_STATES)
    waits_for_person = serializers.BooleanField(help_text="the two deeds below are possible")
    known = serializers.ListField(child=serializers.CharField(), help_text="for people")
    checks = serializers.ListField(child=serializers.CharField(), help_text="steps at Sumsub")
    look_for = serializers.CharField(help_text="our id at Sumsub: nobody else's applicant has it")
    named_applicant_id = serializers.CharField(
        help_text="the applicant that an answer named; else empty"
    )
    owner_row = serializers.CharField(
        allow_null=True, help_text="the row that owns the applicant named"
    )
    may_close_from = serializers.DateTimeField(
        help_text="before it Sumsub may still be working on the last send"
    )


GUIDE_EXAMPLE: dict[str, Any] = {
    "row": "row_1204",
    "state": "needs_person",
    "waits_for_person": True,
    "known": ["Sent once, 09:15:02 UTC.", "We asked Sumsub 4 times and got no answer."],
    "checks": ["Open Applicants in Sumsub’s dashboard, in this workspace."],
    "look_for": "kr-0f8a2b",
    "named_applicant_id": "",
    "owner_row": None,
    "may_close_from": "2026-11-29T09:30:02.118000Z",
}


class GuideView(ApiView):
    """How to settle a row."""

    scopes = {"GET": Scope.IMPORTS_READ}

    @operation(
        "readRowGuide",
        "What is known of a row in doubt",
        tag=TAG,
        scope=Scope.IMPORTS_READ,
        description="For rows whose `retry` is `person`; as on the row's page.",
        path={"row_id": Kind.ROW},
        answers={200: answered(GuideShown, "As it stands.", GUIDE_EXAMPLE)},
    )
    def get(self, request: Request, row_id: str) -> Response:
        """What is known, and what to look for."""
        row = row_with(row_id)
        at = Circumstances(now=database_now(), imported=row.import_ref, timing=Timing.current())
        named = guidance.named_applicant(row)
        owner = Row.objects.owning_applicant(named) if named else None
        return Response(
            {
                "row": shown_id(Kind.ROW, row.pk),
                "state": row.state,
                "waits_for_person": row.state == RowState.NEEDS_PERSON,
                "known": guidance.what_is_known(row),
                "checks": guidance.what_to_check(row),
                "look_for": row.external_user_id,
                "named_applicant_id": named,
                "owner_row": shown_or_none(Kind.ROW, owner.pk if owner else None),
                "may_close_from": decisions.quiet_from(row, at),
            }
        )


class RowHappeningShown(serializers.Serializer[Any]):
    """One moment of a row."""

    at = serializers.DateTimeField()
    what = serializers.CharField(help_text="for people")
    by = serializers.CharField(help_text="person or API client, where one did it")
    words = serializers.CharField(
        allow_null=True,
        help_text="what they saw; null without `personal-data:read` or `audit:read`",
    )


class History(serializers.Serializer[Any]):
    """The story of a row, the earliest first; what is still to come stands at the end."""

    data = RowHappeningShown(many=True)  # type: ignore[assignment]


HAPPENING_EXAMPLE = {
    "at": "2026-11-29T09:15:01.220000Z",
    "what": "Stored from line 2 of share-tokens.csv",
    "by": "",
    "words": None,
}


class HistoryView(ApiView):
    """The story of a row."""

    scopes = {"GET": Scope.IMPORTS_READ}

    @operation(
        "readRowHistory",
        "Read the story of a row",
        tag=TAG,
        scope=Scope.IMPORTS_READ,
        path={"row_id": Kind.ROW},
        answers={200: answered(History, "All of it.", {"data": [HAPPENING_EXAMPLE]})},
    )
    def get(self, request: Request, row_id: str) -> Response:
        """From its line in the list to its end."""
        found = row_with(row_id)
        mine = Row.objects.of(found.import_ref).on_lines([found.line])
        row = with_what_they_show(found.import_ref, mine)[0]
        sees_words = acting(request).holds(Right.VIEW_PERSONAL_DATA, Right.VIEW_AUDIT)
        told = history(row, list(events_about(row)), now=database_now())
        return Response(
            {
                "data": [
                    {
                        "at": one.at,
                        "what": one.what,
                        "by": one.by,
                        "words": one.words if sees_words and one.words else None,
                    }
                    for one in told
                ]
            }
        )


class Deed(Protocol):
    """A decision about one row, with the evidence for it."""

    def __call__(self, row_id: int, words: str, /, *, by: User, request: Any) -> object: ...


def _described(name: str, summary: str, description: str) -> Callable[[View], View]:
    return operation(
        name,
        summary,
        tag=TAG,
        scope=Scope.IMPORTS_WRITE,
        description=description,
        path={"row_id": Kind.ROW},
        body=EvidenceBody,
        sample={"words": "Applicants, searched for our id: nobody. Looked at 09:00 to 09:30 too."},
        key="optional",
        problems=[Code.NOT_POSSIBLE],
        answers={200: answered(RowShown, "The row as it stands now.", ROW_EXAMPLE)},
    )


class AskAgainView(ApiView):
    """An applicant was found."""

    scopes = {"POST": Scope.IMPORTS_WRITE}

    @_described(
        "askAgain",
        "Ask Sumsub again about a row",
        "For a row that waits for a person, after an applicant was found at Sumsub. Nothing is "
        "sent again: Sumsub is asked, and only what it says settles the row.",
    )
    def post(self, request: Request, row_id: str) -> Response:
        """Ask."""
        return _settled(request, row_id, retrying.ask_again)


class CloseView(ApiView):
    """Nobody was found."""

    scopes = {"POST": Scope.IMPORTS_WRITE}

    @_described(
        "closeRow",
        "Close a row that has no applicant",
        "For a row that waits for a person, after somebody made sure at Sumsub that no applicant "
        "of it exists. Not before `may_close_from` of its guide.",
    )
    def post(self, request: Request, row_id: str) -> Response:
        """Close it."""
        return _settled(request, row_id, retrying.close_as_absent)


def _settled(request: Request, row_id: str, deed: Deed) -> Response:
    asked = checked(EvidenceBody, request.data)
    row = row_with(row_id)
    return once(request, asked, partial(_done, request, row, deed, asked["words"]))


def _done(request: Request, row: Row, deed: Deed, words: str) -> Answer:
    try:
        deed(row.pk, words, by=acting(request), request=request._request)
    except NotPossible as refused:
        raise Problem(Code.NOT_POSSIBLE, refused.sentence) from None
    now = row_with(shown_id(Kind.ROW, row.pk))
    return Answer(200, rows_shown(now.import_ref, request, [now])[0], about=f"row:{row.pk}")
