"""Hand-overs as clients see them. What opens one is told by the call that makes it."""

from typing import Any

from rest_framework import serializers

from accounts.api.ids import Kind, shown_id, shown_or_none
from accounts.keyset import number_in
from sharing.api.partner_health import name_of
from sharing.models import HandOver, HandOverState


class HandOverShown(serializers.Serializer[Any]):
    """A file of share tokens that waits for one recipient, behind a link and a passphrase."""

    id = serializers.CharField(help_text="`hov_…`")
    state = serializers.ChoiceField(choices=HandOverState.choices)
    recipient = serializers.CharField(help_text="`par_…`")
    batch = serializers.CharField(allow_null=True, help_text="`bat_…` that the file came from")
    file_name = serializers.CharField()
    share_tokens = serializers.IntegerField(help_text="how many are in the file")
    redeem_by = serializers.DateTimeField(allow_null=True, help_text="when the first of them dies")
    made_by = serializers.CharField()
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="the link works no longer")
    wrong_tries = serializers.IntegerField(help_text="wrong passphrases; ten lock it")
    opened_at = serializers.DateTimeField(allow_null=True)
    opened_address = serializers.CharField(allow_null=True)
    taken_at = serializers.DateTimeField(allow_null=True)
    taken_address = serializers.CharField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_by = serializers.CharField(allow_null=True)


HAND_OVER_EXAMPLE: dict[str, Any] = {
    "id": "hov_4",
    "state": "waiting",
    "recipient": "par_3",
    "batch": "bat_9",
    "file_name": "share-tokens-batch-9.csv",
    "share_tokens": 480,
    "redeem_by": "2026-11-29T09:35:01.220000Z",
    "made_by": "Onboarding service (API client)",
    "made_at": "2026-11-29T09:17:00Z",
    "expires_at": "2026-11-29T09:35:01.220000Z",
    "wrong_tries": 0,
    "opened_at": None,
    "opened_address": None,
    "taken_at": None,
    "taken_address": None,
    "revoked_at": None,
    "revoked_by": None,
}


def hand_over_shown(found: HandOver) -> dict[str, Any]:
    """A hand-over as it stands."""
    kind, _, rest = found.subject.partition(":")
    return {
        "id": shown_id(Kind.HAND_OVER, found.pk),
        "state": found.state.value,
        "recipient": shown_id(Kind.PARTNER, found.partner_id),
        "batch": shown_or_none(Kind.BATCH, number_in(rest) if kind == "mint_batch" else None),
        "file_name": found.file_name,
        "share_tokens": found.token_count,
        "redeem_by": found.redeem_by,
        "made_by": found.made_by.display_name,
        "made_at": found.made_at,
        "expires_at": found.expires_at,
        "wrong_tries": found.wrong_tries,
        "opened_at": found.opened_at,
        "opened_address": found.opened_address,
        "taken_at": found.taken_at,
        "taken_address": found.taken_address,
        "revoked_at": found.revoked_at,
        "revoked_by": name_of(found.revoked_by),
    }
