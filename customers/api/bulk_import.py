"""POST /customers/bulk-import-sumsub-tokens, as Dakota's: up to 100 share tokens, one answer.

The share tokens are stored as an import under the call's key and sent by the workers as any
others. The call waits until they are settled; whoever repeats it joins that wait and gets the same
answer, and after a crash of this server too: what was stored goes on without it.

Dakota's body has no donor. Where one must be named (`REQUIRE_PARTNER`), `partner` stands beside
`tokens`; and a client written for Dakota's, which cannot say more than it says, is given the
donor's own base URL (`/partners/par_3`), so that it still works by changing its base URL alone.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import (
    REPLAYED,
    Answer,
    Known,
    Pending,
    keep_answer,
    key_of,
    under_key,
)
from accounts.api.ids import Kind, number_of
from accounts.api.later import at_the_database, to_follow
from accounts.api.problems import FieldError, Problem, invalid
from accounts.api.reading import Body, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.models import KeptCall
from accounts.rights import Right
from accounts.scopes import Scope
from customers import intake, token_csv
from customers.api.bulk_answer import BulkAnswer, bulk_answer, nothing_usable
from customers.api.import_bodies import donor_from
from customers.api.settling import settled
from customers.models import Import, ImportSource
from customers.reasons import Reason
from customers.token_csv import FileRefused, Refusal
from customers.token_csv.lines import token_fault
from sharing.models import Partner

Donor = Callable[[Mapping[str, Any]], Partner | None]
MOST_TOKENS = 100
# A hundred share tokens of the largest size, and the signs between them.
BODY_BYTES = 128 * 1024
NAME_DONOR = (
    "Say which donor the share tokens come from: `partner` beside `tokens`, or the base URL "
    "/partners/par_… of this installation."
)
ELSEWHERE = "Lists of other things, and larger ones, go to /api/v1/imports."


@extend_schema_field(
    {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_TOKENS,
        "items": {"type": "string"},
    }
)
class ShareTokens(serializers.Field):  # type: ignore[type-arg]
    """1 to 100 texts. Whether each can be a share token is a matter of its row."""

    def to_internal_value(self, data: Any) -> list[str]:
        """The texts. Raises Problem for anything else."""
        if not isinstance(data, list) or not data:
            raise serializers.ValidationError(f"List 1 to {MOST_TOKENS} share tokens. {ELSEWHERE}")
        if len(data) > MOST_TOKENS:
            raise Problem(Code.TOO_MANY_TOKENS)
        wrong = [place for place, one in enumerate(data) if not isinstance(one, str)]
        if wrong:
            raise invalid(
                *(FieldError(f"tokens[{one}]", f"Not a text. {ELSEWHERE}") for one in wrong[:20])
            )
        return data


class BulkBody(Body):
    """The share tokens, as Dakota's; and the donor, if need be."""

    tokens = ShareTokens(help_text="1 to 100 share tokens")
    partner = Text(
        required=False,
        max_length=256,
        help_text="ours, not Dakota's: the donor (`par_…`, or its Sumsub client id)",
    )


EXAMPLE = {
    "total": 2,
    "succeeded": 1,
    "failed": 1,
    "undecided": 0,
    "results": [
        {
            "name": "Ada Mercer",
            "success": True,
            "customer_id": "cus_3f2c9b1e5d7a4c6e8f10a2b3c4d5e6f7",
            "application_id": "app_9a8b7c6d5e4f40318293a4b5c6d7e8f9",
            "row": "row_1204",
            "state": "imported",
            "error_code": None,
            "error_name": "",
            "retry": "no",
            "provider_applicant_id": "66f0c2a4e19b7d3500000001",
            "sumsub_review_status": "completed",
            "import_id": "imp_48",
        },
        {
            "name": "Unknown",
            "success": False,
            "error": "Failed to redeem share token: The share token expired or was already used.",
            "row": "row_1205",
            "state": "refused",
            "error_code": None,
            "error_name": "",
            "retry": "new_token",
            "provider_applicant_id": "",
            "sumsub_review_status": "",
            "import_id": "imp_48",
        },
    ],
}
_described = partial(
    operation,
    tag="Bulk import",
    scope=Scope.IMPORTS_WRITE,
    scope_missing=Code.NOT_PERMITTED,
    description=(
        "A client written for Dakota's endpoint works here with another base URL. One share "
        "token's failure never undoes another's success. Rows that are open when the wait ends "
        "count as `undecided`: do not mint again for them, read them at the import. Where this "
        "installation requires a donor, name it as `partner`, or call below /partners/par_…."
    ),
    body=BulkBody,
    sample={"tokens": ["_act-sbx-jwt-eyJhbGciOi…", "_act-sbx-jwt-eyJhbGciOj…"]},
    key="required",
    problems=[Code.TOO_MANY_TOKENS, Code.NOT_ALLOWED],
    answers={200: answered(BulkAnswer, "The outcome of every share token.", EXAMPLE)},
)


class BulkView(ApiView):
    """What the addresses of the call share."""

    scopes = {"POST": Scope.IMPORTS_WRITE}
    scope_missing = Code.NOT_PERMITTED
    body_bytes = BODY_BYTES

    def _answered(self, request: Request, donor: Donor) -> Response:
        key = key_of(request._request, required=True)
        asked = checked(BulkBody, request.data)
        known = under_key(request, key, asked, partial(_stored, request, asked, donor))
        if (answer := known.answer) is not None:
            return answer.response(replayed=known.replayed)
        response = Response()
        sees_names = acting(request).holds(Right.VIEW_PERSONAL_DATA)
        to_follow(response, partial(_in_time, response, known, sees_names))
        return response


class BulkImport(BulkView):
    """Under /api/v1/."""

    @_described("bulkImport", "Import up to 100 share tokens and wait for them")
    def post(self, request: Request) -> Response:
        """Store the share tokens, once for the key; the answer follows when they are settled."""
        return self._answered(request, lambda asked: donor_from(asked.get("partner", "")))


class BulkImportAsDakota(BulkImport):
    """Where Dakota has it."""

    @_described("bulkImportAsDakota", "The same at Dakota's address")
    def post(self, request: Request) -> Response:
        """The same."""
        return super().post(request)


class BulkImportFrom(BulkView):
    """Dakota's address below a donor's own base URL."""

    @_described(
        "bulkImportFromDonor",
        "The same, from the donor in the address",
        path={"partner_id": Kind.PARTNER},
    )
    def post(self, request: Request, partner_id: str) -> Response:
        """The same, from this donor."""
        number = number_of(Kind.PARTNER, partner_id)
        found = Partner.objects.donors().filter(pk=number).first()
        if found is None:
            raise Problem(Code.NOT_FOUND, "The register has no such donor.")
        return self._answered(request, partial(_as_addressed, found))


def _as_addressed(donor: Partner, asked: Mapping[str, Any]) -> Partner:
    """The donor of the address, which the body may repeat and not contradict."""
    if "partner" in asked and donor_from(asked["partner"]) != donor:
        raise invalid(FieldError("partner", "The address names another donor.", "contradiction"))
    return donor


def _stored(request: Request, asked: Mapping[str, Any], donor: Donor) -> Answer | Pending:
    """Store and start the import of a bulk call, or answer where there is nothing to store."""
    tokens, partner = asked["tokens"], donor(asked)
    if partner is None and settings.REQUIRE_PARTNER:
        raise invalid(FieldError("partner", NAME_DONOR, "required"))
    options = intake.Options(
        level_name=settings.SUMSUB_LEVEL_NAME,
        source=ImportSource.API,
        partner=partner,
        created_by=acting(request),
    )
    try:
        imported = intake.store(
            token_csv.read_listed(tokens), options, start=True, request=request._request
        )
    except intake.NotAllowed as refused:
        raise Problem(Code.NOT_ALLOWED, refused.sentence) from None
    except FileRefused as refused:
        if refused.code != Refusal.ALL_FAULTY:
            raise
        return Answer(200, nothing_usable([_fault(one) for one in tokens]))
    return Pending(f"import:{imported.pk}")


def _fault(text: str) -> Reason:
    return token_fault(text.strip()) or Reason.NOT_A_TOKEN


async def _in_time(response: Response, known: Known, sees_names: bool) -> HttpResponseBase:
    """The answer once the rows are settled, or as they stand when the call's time is over."""
    import_id = int(known.call.about.partition(":")[2])
    ends_at = known.call.created_at + timedelta(seconds=settings.BULK_IMPORT_WAIT)
    await settled(import_id, (ends_at - timezone.now()).total_seconds())
    answer: Answer = await at_the_database(_kept, known.call, import_id, sees_names)
    response.data = answer.body
    if known.replayed:
        response[REPLAYED] = "true"
    return response


def _kept(call: KeptCall, import_id: int, sees_names: bool) -> Answer:
    imported = Import.objects.get(pk=import_id)
    answer = Answer(200, bulk_answer(imported, unmasked=sees_names), about=call.about)
    return keep_answer(call.pk, answer)
