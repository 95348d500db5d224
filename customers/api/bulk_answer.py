"""What the bulk call says of its rows: Dakota's fields, and beside them ours.

`total = succeeded + failed + undecided`: a row whose outcome is open is never called failed, for
its applicant may exist.
"""

from typing import Any

from rest_framework import serializers

from accounts.api.ids import Kind, shown_id
from customers.api.row_shapes import SHOWN_STATES, Retry, retry_of
from customers.masking import shown_name
from customers.models import Import, Row, RowState
from customers.models.row_states import UNDECIDED_STATES
from customers.reasons import Reason
from customers.results import owner_of, with_stories
from customers.wording import story

UNKNOWN = "Unknown"
FAILED = "Failed to redeem share token: "
IN_DOUBT = "In doubt, do not mint again. "
NOT_FINISHED = "Not finished, do not mint again. "
_OPEN = (*UNDECIDED_STATES, RowState.NEEDS_PERSON)


class BulkResult(serializers.Serializer[Any]):
    """One share token of the request."""

    name = serializers.CharField(help_text="from Sumsub; `Unknown` where it gave none")
    success = serializers.BooleanField(help_text="a customer exists")
    customer_id = serializers.CharField(required=False, help_text="with success: `cus_…`")
    application_id = serializers.CharField(required=False, help_text="with success: `app_…`")
    error = serializers.CharField(required=False, help_text="without success: what happened")
    row = serializers.CharField(allow_null=True, help_text="`row_…`; null when none was stored")
    state = serializers.ChoiceField(choices=SHOWN_STATES, help_text="where the row stands")
    error_code = serializers.IntegerField(allow_null=True, help_text="Sumsub's code")
    error_name = serializers.CharField(help_text="Sumsub's name of it")
    retry = serializers.ChoiceField(
        choices=[retry.value for retry in Retry], help_text="what a program may do"
    )
    provider_applicant_id = serializers.CharField(help_text="Sumsub's id of the new applicant")
    sumsub_review_status = serializers.CharField(help_text="Sumsub's word")
    import_id = serializers.CharField(allow_null=True, help_text="`imp_…`; null: nothing stored")


class BulkAnswer(serializers.Serializer[Any]):
    """The outcome of every share token, in the order of the request."""

    total = serializers.IntegerField(help_text="share tokens of the request")
    succeeded = serializers.IntegerField(help_text="customers created")
    failed = serializers.IntegerField(help_text="certainly no customer")
    undecided = serializers.IntegerField(help_text="open: do not mint again")
    results = BulkResult(many=True)


def bulk_answer(imported: Import, *, unmasked: bool) -> dict[str, Any]:
    """How the rows of a bulk call stand now."""
    rows = with_stories(Row.objects.of(imported).order_by("line"), imported)
    return _counted([_result(row, imported, unmasked=unmasked) for row in rows])


def nothing_usable(reasons: list[Reason]) -> dict[str, Any]:
    """The answer where no text of the list can be a share token: nothing is stored, all failed."""
    return _counted([_faulty(reason) for reason in reasons])


def _counted(results: list[dict[str, Any]]) -> dict[str, Any]:
    succeeded = sum(1 for one in results if one["success"])
    undecided = sum(1 for one in results if one["retry"] in (Retry.WAIT, Retry.PERSON))
    return {
        "total": len(results),
        "succeeded": succeeded,
        "failed": len(results) - succeeded - undecided,
        "undecided": undecided,
        "results": results,
    }


def _result(row: Row, imported: Import, *, unmasked: bool) -> dict[str, Any]:
    owner = owner_of(row)
    done = owner.state == RowState.IMPORTED
    found: dict[str, Any] = {
        "name": shown_name(owner.name, unmasked=unmasked) or UNKNOWN,
        "success": done,
    }
    if done and owner.customer_id and owner.application_id:
        found["customer_id"] = shown_id(Kind.CUSTOMER, owner.customer_id)
        found["application_id"] = shown_id(Kind.APPLICATION, owner.application_id)
    if not done:
        found["error"] = _error(row, owner)
    review = owner.application.sumsub_review_status if owner.application else ""
    return found | {
        "row": shown_id(Kind.ROW, row.pk),
        "state": owner.state,
        "error_code": owner.error_code,
        "error_name": owner.error_name,
        "retry": retry_of(owner).value,
        "provider_applicant_id": owner.applicant_id,
        "sumsub_review_status": review,
        "import_id": shown_id(Kind.IMPORT, imported.pk),
    }


def _error(row: Row, owner: Row) -> str:
    what = story(row).what
    if owner.state not in _OPEN:
        return f"{FAILED}{what}"
    doubt = owner.state in (RowState.CHECKING, RowState.NEEDS_PERSON) or owner.doubt
    return f"{IN_DOUBT if doubt else NOT_FINISHED}{what}"


def _faulty(reason: Reason) -> dict[str, Any]:
    return {
        "name": UNKNOWN,
        "success": False,
        "error": f"{FAILED}{reason.label}.",
        "row": None,
        "state": RowState.INVALID.value,
        "error_code": None,
        "error_name": "",
        "retry": Retry.NEW_TOKEN.value,
        "provider_applicant_id": "",
        "sumsub_review_status": "",
        "import_id": None,
    }
