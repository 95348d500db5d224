"""New share tokens from the donor: the list to ask with, and taking in what comes back.

As on the page *New tokens*: a share token is for the row whose old mark or id it names. Those that
name none follow the order of the rows that wait, and only where the client says so.
"""

from functools import partial
from typing import Any

from django.db import transaction
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, shown_id
from accounts.api.problems import FieldError, Problem
from accounts.api.reading import (
    Body,
    CappedMultiPartParser,
    OneOf,
    StrictJSONParser,
    Text,
    checked,
    from_form,
)
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.downloads import CSV, file_of
from accounts.rights import Right
from accounts.scopes import Scope
from customers import intake, renewing, token_csv
from customers.api.fetching import import_with
from customers.api.import_bodies import donor_from, level_from, read_uploaded, uploaded_tokens
from customers.api.renewal_shapes import (
    DRY_EXAMPLE,
    LIST_EXAMPLE,
    RENEWAL_EXAMPLE,
    TRUTHS,
    NewTokens,
    NewTokensFile,
    RenewalShown,
    renewal_shown,
)
from customers.models import Import, ImportMode, ImportSource
from customers.renewing import How, Pairing
from customers.renewing import Scope as Rows
from customers.renewing.asking import LONGEST_WHY
from customers.token_csv import FileRefused, TokenFile
from sharing.api.uploading import file_problem

TAG = "Imports"
CHANGED = "The rows changed since that pairing. Look again with `dry_run`, and send its `pairing`."
CONFIRM_ORDER = (
    "{count} share tokens name no row, so their order would decide. Name `token_mark` or "
    "`external_id` with each, or say `in_order`."
)
NOTHING_FITS = "No share token of this list is for a row that waits."


class WaitingQuery(Body):
    """Which rows to ask the donor for."""

    reason = Text(
        required=False, max_length=LONGEST_WHY, help_text="the `key` of a reason; else all"
    )
    cancelled = OneOf(
        choices=[("true", "true"), ("false", "false")],
        required=False,
        help_text="rows that were given up too",
    )


class DonorListView(ApiView):
    """Asking the donor."""

    scopes = {"GET": Scope.RESULTS_READ}

    @operation(
        "askTheDonor",
        "Take the list of rows that need a new share token",
        tag=TAG,
        scope=Scope.RESULTS_READ,
        description=(
            "A CSV for the donor, who fills in the column `token` and sends it back; it holds no "
            "share token. That it was taken is in the audit trail."
        ),
        path={"import_id": Kind.IMPORT},
        query=WaitingQuery,
        answers={
            (200, "text/csv"): OpenApiResponse(
                response=str,
                description="The whole list.",
                examples=[OpenApiExample("example", value=LIST_EXAMPLE)],
            )
        },
    )
    def get(self, request: Request, import_id: str) -> HttpResponseBase:
        """The list, made while it is sent."""
        asked = checked(WaitingQuery, request.query_params)
        imported = import_with(import_id)
        by = acting(request)
        assert by.holds(Right.EXPORT_RESULTS)
        scope = Rows(asked.get("reason", ""), asked.get("cancelled") == "true")
        with transaction.atomic():
            audit.record(
                "import.new_tokens_asked",
                actor=by,
                subject=f"import:{imported.pk}",
                request=request._request,
                rows=scope.rows(imported).count(),
                why=scope.why,
                with_cancelled=scope.with_cancelled,
            )
        name = f"import-{imported.pk}-new-tokens-please.csv"
        return file_of(request._request, renewing.donor_list(imported, scope), name, CSV)


class NewTokensView(ApiView):
    """Taking in what comes back."""

    scopes = {"POST": Scope.IMPORTS_WRITE}
    parser_classes = [StrictJSONParser, CappedMultiPartParser]
    body_bytes = None

    @operation(
        "bringNewTokens",
        "Bring new share tokens for rows of an import",
        tag=TAG,
        scope=Scope.IMPORTS_WRITE,
        description=(
            "A list as JSON, or the donor's CSV file as a form. Each share token is for the row "
            "whose `token_mark` or `external_id` it names; they become an import of their own, "
            "started at once, and each old row says which row renewed it. With `dry_run` nothing "
            "is stored, and the answer (200) tells what would be for which row. A share token for "
            "a row that needs none is left out. Level, donor and mode are the old import's unless "
            "said otherwise."
        ),
        path={"import_id": Kind.IMPORT},
        body={"application/json": NewTokens, "multipart/form-data": NewTokensFile},
        sample={
            "tokens": [{"token": "_act-sbx-jwt-eyJhbGciOi…", "token_mark": "f3a971c20b18"}],
        },
        key="optional",
        problems=[Code.FILE_REFUSED, Code.NOT_ALLOWED, Code.NOT_POSSIBLE],
        answers={
            200: answered(RenewalShown, "`dry_run`: nothing was stored.", DRY_EXAMPLE),
            202: answered(RenewalShown, "Stored. `Location` names the import.", RENEWAL_EXAMPLE),
        },
    )
    def post(self, request: Request, import_id: str) -> Response:
        """Pair them with the rows that wait, and store them."""
        imported = import_with(import_id)
        if (request.content_type or "").startswith("multipart/"):
            asked = checked(NewTokensFile, from_form(request.data, truths=TRUTHS))
            stream, file_name = uploaded_tokens(request)
            content = {**asked, "file": token_csv.sha256_of(stream)}
            opened = partial(read_uploaded, stream)
        else:
            asked, file_name = checked(NewTokens, request.data), ""
            content = asked
            opened = partial(token_csv.read_items, asked["tokens"])
        options = _options(request, imported, asked, file_name)
        deed = partial(_taken_in, request, imported, asked, options, opened)
        return once(request, {**content, "mode": str(options.mode)}, deed)


def _taken_in(
    request: Request, imported: Import, asked: dict[str, Any], options: intake.Options, opened: Any
) -> Answer:
    scope = Rows(asked.get("reason", ""), asked["with_cancelled"])
    try:
        token_file: TokenFile = opened()
        lines = list(token_file.lines)
        found = renewing.pairing_for(imported, scope, lines)
        if asked["dry_run"]:
            return Answer(200, renewal_shown(None, found), about=f"import:{imported.pk}")
        _confirmed(asked, found)
        stored = renewing.store(
            token_file,
            lines,
            found,
            options,
            with_surplus=asked["with_surplus"],
            request=request._request,
        )
        intake.start(stored.pk, by=acting(request), request=request._request)
    except renewing.Changed:
        raise Problem(Code.NOT_POSSIBLE, CHANGED) from None
    except FileRefused as refused:
        raise file_problem(refused, "tokens") from None
    except intake.NotAllowed as refused:
        raise Problem(Code.NOT_ALLOWED, refused.sentence) from None
    new = import_with(shown_id(Kind.IMPORT, stored.pk))
    location = reverse("api_import", args=[shown_id(Kind.IMPORT, stored.pk)])
    return Answer(202, renewal_shown(new, found), location, f"import:{stored.pk}")


def _confirmed(asked: dict[str, Any], found: Pairing) -> None:
    """Raise Problem when this pairing is not what the client saw, or is one that it must see."""
    if asked.get("pairing", found.digest) != found.digest:
        raise Problem(Code.NOT_POSSIBLE, CHANGED)
    by_order = found.count(How.ORDER)
    if by_order and not asked["in_order"]:
        raise _unusable(CONFIRM_ORDER.format(count=by_order), "order")
    if not found.pairs and not (found.surplus and asked["with_surplus"]):
        raise _unusable(NOTHING_FITS, "nothing_fits")


def _unusable(sentence: str, code: str) -> Problem:
    return Problem(Code.FILE_REFUSED, sentence, errors=[FieldError("tokens", sentence, code)])


def _options(
    request: Request, imported: Import, asked: dict[str, Any], file_name: str
) -> intake.Options:
    """As the old import, but for what the client chose."""
    mode = ImportMode(asked.get("mode", imported.mode))
    copies = mode == ImportMode.COPY
    partner = donor_from(asked["partner"]) if "partner" in asked else imported.partner
    same_level = asked.get("level", imported.level_name) == imported.level_name
    return intake.Options(
        level_name=imported.level_name if same_level else level_from(asked["level"]),
        source=ImportSource.API,
        mode=mode,
        partner=partner,
        created_by=acting(request),
        file_name=file_name,
        sends_external_ids=imported.sends_external_ids,
        reset_steps=tuple(imported.reset_steps) if copies else (),
        trust_review=imported.copy_trust_review if copies else None,
        renews=imported,
    )
