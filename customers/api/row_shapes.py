"""Rows as clients see them: what happened, and what a program may do about it."""

from enum import StrEnum
from typing import Any

from rest_framework import serializers

from accounts.api.ids import Kind, shown_id, shown_or_none
from customers.masking import shown_name
from customers.models import Row, RowState
from customers.models.row_needs import another_level_helps, helped_by_new_token
from customers.models.row_states import UNDECIDED_STATES
from customers.reasons import Reason
from customers.results import owner_of
from customers.wording import story

SHOWN_STATES = [(state.value, str(state.label)) for state in RowState]


class Retry(StrEnum):
    """What a program may do about a row; never more than is safe."""

    NO = "no"
    """Nothing: it is imported, or nothing of it can be repeated."""
    WAIT = "wait"
    """Its outcome is open. Do not mint again; read it again later."""
    PERSON = "person"
    """A person must look before anything is repeated."""
    OTHER_LEVEL = "other_level"
    """The share token is kept: send it again at another level."""
    NEW_TOKEN = "new_token"
    """The old share token is spent: ask the donor for a new one."""


def retry_of(row: Row) -> Retry:
    """What may be done about a row; for a duplicate ask with the row that owns its share token."""
    if row.state in UNDECIDED_STATES:
        return Retry.WAIT
    if row.state == RowState.NEEDS_PERSON:
        return Retry.PERSON
    if row.state == RowState.REFUSED and row.token_until and another_level_helps(row.error_code):
        return Retry.OTHER_LEVEL
    given_up = row.state == RowState.CANCELLED
    if given_up or helped_by_new_token(row.state, row.reason, row.error_code, row.error_name):
        return Retry.NEW_TOKEN
    return Retry.NO


class RowShown(serializers.Serializer[Any]):
    """One share token of an import."""

    id = serializers.CharField(help_text="`row_…`")
    import_id = serializers.CharField(help_text="`imp_…`")
    line = serializers.IntegerField(help_text="place in the list, or line in the file")
    state = serializers.ChoiceField(choices=SHOWN_STATES, help_text="where the row stands")
    in_doubt = serializers.BooleanField(
        help_text="a send ended without a clear answer; Sumsub is being asked"
    )
    name = serializers.CharField(help_text="from Sumsub; masked without `personal-data:read`")
    customer_id = serializers.CharField(allow_null=True, help_text="`cus_…`")
    application_id = serializers.CharField(allow_null=True, help_text="`app_…`")
    provider_applicant_id = serializers.CharField(help_text="Sumsub's id of the new applicant")
    external_user_id = serializers.CharField(help_text="the id the applicant has at Sumsub")
    sumsub_review_status = serializers.CharField(help_text="Sumsub's word")
    reason = serializers.ChoiceField(
        choices=["", *Reason.values], help_text="why it stands there, as a word"
    )
    error_code = serializers.IntegerField(allow_null=True, help_text="Sumsub's code")
    error_name = serializers.CharField(help_text="Sumsub's name of it")
    explanation = serializers.CharField(help_text="what happened, for people")
    next_step = serializers.CharField(help_text="what to do, for people")
    retry = serializers.ChoiceField(
        choices=[retry.value for retry in Retry], help_text="what a program may do"
    )
    token_mark = serializers.CharField(help_text="first 12 hex digits of SHA-256(share token)")
    external_id = serializers.CharField(help_text="yours, as sent")
    label = serializers.CharField(  # type: ignore[assignment]
        allow_null=True, help_text="yours, as sent; null without `personal-data:read`"
    )
    issued_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text="declared, else null")
    sent_at = serializers.DateTimeField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    duplicate_of = serializers.CharField(allow_null=True, help_text="the row that owns the token")
    replaced_by = serializers.CharField(
        allow_null=True, help_text="the same share token, sent again later"
    )
    renewed_by = serializers.CharField(
        allow_null=True, help_text="a new share token for the same person"
    )
    change = serializers.IntegerField(
        help_text="grows with every change of the import; see `changed_after`"
    )


ROW_EXAMPLE: dict[str, Any] = {
    "id": "row_1204",
    "import_id": "imp_48",
    "line": 1,
    "state": "imported",
    "in_doubt": False,
    "name": "Ada Mercer",
    "customer_id": "cus_3f2c9b1e5d7a4c6e8f10a2b3c4d5e6f7",
    "application_id": "app_9a8b7c6d5e4f40318293a4b5c6d7e8f9",
    "provider_applicant_id": "66f0c2a4e19b7d3500000001",
    "external_user_id": "kr-0f8a2b",
    "sumsub_review_status": "completed",
    "reason": "",
    "error_code": None,
    "error_name": "",
    "explanation": "Customer created. Approved at Sumsub.",
    "next_step": "Open the application and complete it.",
    "retry": "no",
    "token_mark": "f3a971c20b18",
    "external_id": "004417",
    "label": None,
    "issued_at": None,
    "expires_at": None,
    "sent_at": "2026-11-29T09:15:02.118000Z",
    "settled_at": "2026-11-29T09:15:02.402000Z",
    "duplicate_of": None,
    "replaced_by": None,
    "renewed_by": None,
    "change": 17,
}


def row_shown(row: Row, *, unmasked: bool) -> dict[str, Any]:
    """A row with its story; a duplicate carries what became of its share token."""
    owner = owner_of(row)
    told = story(row)
    review = owner.application.sumsub_review_status if owner.application else ""
    return {
        "id": shown_id(Kind.ROW, row.pk),
        "import_id": shown_id(Kind.IMPORT, row.import_ref_id),
        "line": row.line,
        "state": row.state,
        "in_doubt": row.doubt,
        "name": shown_name(owner.name, unmasked=unmasked),
        "customer_id": shown_or_none(Kind.CUSTOMER, owner.customer_id),
        "application_id": shown_or_none(Kind.APPLICATION, owner.application_id),
        "provider_applicant_id": owner.applicant_id,
        "external_user_id": owner.external_user_id,
        "sumsub_review_status": review,
        "reason": row.reason,
        "error_code": row.error_code,
        "error_name": row.error_name,
        "explanation": told.what,
        "next_step": told.next_step,
        "retry": retry_of(owner).value,
        "token_mark": row.token_mark,
        "external_id": row.external_id,
        "label": row.label if unmasked else None,
        "issued_at": row.issued_at,
        "expires_at": row.deadline_at,
        "sent_at": row.sent_at,
        "settled_at": row.settled_at,
        "duplicate_of": shown_or_none(Kind.ROW, row.duplicate_of_id),
        "replaced_by": shown_or_none(Kind.ROW, row.replaced_by_id),
        "renewed_by": shown_or_none(Kind.ROW, row.renewed_by_id),
        "change": row.change,
    }
