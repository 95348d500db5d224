"""The ledger of share tokens: the list, one line, the file; minting one at the same address."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.api.authentication import acting
from accounts.api.ids import Kind
from accounts.api.lists import Order, Paging, page
from accounts.api.reading import Body, OneOf, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.downloads import CSV, file_of
from accounts.models import User
from accounts.scopes import Scope
from sharing.api.fetching import issued_with, number_asked
from sharing.api.ledger_shapes import ISSUED_EXAMPLE, IssuedShown, issued_shown, sees_names
from sharing.api.minting import MINT, MintedView
from sharing.ledger_csv import COLUMNS, ledger_csv
from sharing.models import Fate, HandedOver, IssuedToken, IssuedTokenQuerySet

TAG = "Share tokens"
ORDER = Order(("-pk",))


class IssuedList(serializers.Serializer[Any]):
    """A page of the ledger, newest first."""

    data = IssuedShown(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class LedgerFilters(Body):
    """Which lines: those that pass all of these."""

    q = Text(
        required=False,
        max_length=256,
        help_text=(
            "the beginning of a token mark, or a whole applicant id; with `applicants:read` and "
            "`personal-data:read` also names and your ids"
        ),
    )
    fate = OneOf(choices=Fate.choices, required=False)
    recipient = Text(required=False, max_length=64, help_text="`par_…`")
    applicant = Text(required=False, max_length=64, help_text="`apl_…`")
    handed_over = OneOf(choices=HandedOver.choices, required=False)
    token_mark = serializers.RegexField(
        "^[0-9a-f]{12}$", required=False, help_text="of one share token"
    )
    issued_after = serializers.DateTimeField(required=False, help_text="then or later")
    issued_before = serializers.DateTimeField(required=False, help_text="before then")


class LedgerQuery(Paging, LedgerFilters):
    """Which lines to list."""


def narrowed(asked: Mapping[str, Any], reader: User) -> IssuedTokenQuerySet:
    """The lines that pass all filters of LedgerFilters."""
    chosen = {name: asked[name] for name in ("handed_over", "token_mark") if name in asked}
    for name, kind, column in (
        ("recipient", Kind.PARTNER, "partner"),
        ("applicant", Kind.APPLICANT, "applicant"),
    ):
        if name in asked:
            chosen[column] = number_asked(kind, asked[name], name)
    found = IssuedToken.objects.filter(**chosen)
    found = found.issued_between(asked.get("issued_after"), asked.get("issued_before"))
    if "fate" in asked:
        found = found.of_fate(Fate(asked["fate"]))
    return found.found_by(asked["q"], by_person=sees_names(reader)) if "q" in asked else found


class LedgerView(MintedView):
    """All share tokens made here; a POST makes one."""

    scopes = {"GET": Scope.SHARE_TOKENS_READ, "POST": Scope.SHARE_TOKENS_WRITE}

    @operation(
        "listShareTokens",
        "List the ledger of share tokens",
        tag=TAG,
        scope=Scope.SHARE_TOKENS_READ,
        description="Newest first. It never holds a share token, only its mark.",
        query=LedgerQuery,
        answers={
            200: answered(IssuedList, "A page.", {"data": [ISSUED_EXAMPLE], "has_more": False})
        },
    )
    def get(self, request: Request) -> Response:
        """A page of the ledger."""
        asked, reader = checked(LedgerQuery, request.query_params), acting(request)
        found = narrowed(asked, reader).select_related("applicant", "partner", "issued_by")
        shown = partial(_all_shown, reader)
        everything = IssuedToken.objects.all()
        return Response(page(found, ORDER, Kind.SHARE_TOKEN, asked, shown, among=everything))

    @MINT
    def post(self, request: Request) -> Response:
        """Make one; the answer follows, for Sumsub is asked."""
        return self.minted(request)


class IssuedView(ApiView):
    """One line of the ledger."""

    scopes = {"GET": Scope.SHARE_TOKENS_READ}

    @operation(
        "readShareToken",
        "Read a line of the ledger",
        tag=TAG,
        scope=Scope.SHARE_TOKENS_READ,
        path={"share_token_id": Kind.SHARE_TOKEN},
        answers={200: answered(IssuedShown, "The line as it stands.", ISSUED_EXAMPLE)},
    )
    def get(self, request: Request, share_token_id: str) -> Response:
        """The line as it stands; not the share token."""
        return Response(issued_shown(issued_with(share_token_id), acting(request)))


class LedgerCsvView(ApiView):
    """The ledger as a file."""

    scopes = {"GET": Scope.SHARE_TOKENS_EXPORT}

    @operation(
        "exportShareTokens",
        "Take the ledger, as CSV",
        tag=TAG,
        scope=Scope.SHARE_TOKENS_EXPORT,
        description=(
            "What the filters find. It holds no share token and nobody's name; every taking is in "
            f"the audit trail. Columns: {', '.join(COLUMNS)}."
        ),
        query=LedgerFilters,
        answers={
            (200, "text/csv"): OpenApiResponse(
                response=str,
                description="The whole file.",
                examples=[OpenApiExample("example", value='"token_mark"\r\n"f3a971c20b18"\r\n')],
            )
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        """The file, made while it is sent."""
        asked, reader = checked(LedgerFilters, request.query_params), acting(request)
        found = narrowed(asked, reader)
        with transaction.atomic():
            audit.record(
                "share_tokens.exported",
                actor=reader,
                subject="share_tokens",
                request=request._request,
                lines=found.count(),
                filtered=bool(asked),
            )
        name = f"share-tokens-{timezone.now():%Y-%m-%d-%H%M}.csv"
        return file_of(request._request, ledger_csv(found), name, CSV)


def _all_shown(reader: User, tokens: Any) -> list[dict[str, Any]]:
    return [issued_shown(one, reader) for one in tokens]
