"""Lines of the ledger as clients see them. Never the share token."""

from typing import Any

from rest_framework import serializers

from accounts.api.ids import Kind, shown_id
from accounts.models import User
from accounts.rights import Right
from sharing.api.partner_health import name_of
from sharing.models import Fate, HandedOver, IssuedToken


class IssuedShown(serializers.Serializer[Any]):
    """A share token that was made here: for whom, by whom, until when, and its fate."""

    id = serializers.CharField(help_text="`tok_…`")
    token_mark = serializers.CharField(
        help_text="first 12 hex digits of SHA-256(share token): names it without saying it"
    )
    applicant = serializers.CharField(help_text="`apl_…`")
    applicant_id = serializers.CharField(help_text="Sumsub's")
    external_id = serializers.CharField(
        allow_null=True, help_text="yours; null without `applicants:read`"
    )
    name = serializers.CharField(
        allow_null=True, help_text="null without `applicants:read` and `personal-data:read`"
    )
    recipient = serializers.CharField(help_text="`par_…`")
    recipient_client_id = serializers.CharField()
    ttl_seconds = serializers.IntegerField()
    issued_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    issued_by = serializers.CharField(allow_null=True, help_text="person or API client, by name")
    fate = serializers.ChoiceField(choices=Fate.choices, help_text="where it stands")
    handed_over = serializers.ChoiceField(
        choices=HandedOver.choices, help_text="the last way in which it left us"
    )
    handed_over_at = serializers.DateTimeField(allow_null=True)
    outcome_at = serializers.DateTimeField(
        allow_null=True, help_text="when it was redeemed or refused, as far as is known here"
    )
    error_code = serializers.IntegerField(allow_null=True, help_text="Sumsub's, of a refusal")
    reason = serializers.CharField(help_text="the same for people")


ISSUED_EXAMPLE: dict[str, Any] = {
    "id": "tok_512",
    "token_mark": "f3a971c20b18",
    "applicant": "apl_12",
    "applicant_id": "66f0c2a4e19b7d3500000001",
    "external_id": "004417",
    "name": "Ada Mercer",
    "recipient": "par_3",
    "recipient_client_id": "velmora.example_200002",
    "ttl_seconds": 1200,
    "issued_at": "2026-11-29T09:15:01.220000Z",
    "expires_at": "2026-11-29T09:35:01.220000Z",
    "issued_by": "Onboarding service (API client)",
    "fate": "live",
    "handed_over": "api",
    "handed_over_at": "2026-11-29T09:15:01.402000Z",
    "outcome_at": None,
    "error_code": None,
    "reason": "",
}


def sees_whose(person: User) -> bool:
    """Whether a reader of the ledger may know your ids of the applicants."""
    return person.holds(Right.VIEW_APPLICANTS)


def sees_names(person: User) -> bool:
    """Whether a reader of the ledger may know who the applicants are."""
    return sees_whose(person) and person.holds(Right.VIEW_PERSONAL_DATA)


def issued_shown(token: IssuedToken, reader: User) -> dict[str, Any]:
    """A line of the ledger as this reader may see it."""
    applicant = token.applicant
    return {
        "id": shown_id(Kind.SHARE_TOKEN, token.pk),
        "token_mark": token.token_mark,
        "applicant": shown_id(Kind.APPLICANT, applicant.pk),
        "applicant_id": applicant.applicant_id,
        "external_id": applicant.external_user_id if sees_whose(reader) else None,
        "name": applicant.name if sees_names(reader) else None,
        "recipient": shown_id(Kind.PARTNER, token.partner_id),
        "recipient_client_id": token.partner.client_id,
        "ttl_seconds": token.ttl_seconds,
        "issued_at": token.issued_at,
        "expires_at": token.expires_at,
        "issued_by": name_of(token.issued_by),
        "fate": token.fate.value,
        "handed_over": token.handed_over,
        "handed_over_at": token.handed_over_at,
        "outcome_at": token.outcome_at,
        "error_code": token.outcome_code,
        "reason": token.outcome_reason,
    }
