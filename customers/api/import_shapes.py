"""Imports as clients see them."""

from typing import Any

from rest_framework import serializers

from accounts.api.ids import Kind, shown_id, shown_or_none
from customers.models import Import, ImportMode, ImportSource, ImportState, RowState


class ImportCounts(serializers.Serializer[Any]):
    """Rows by where they stand; `total` is their sum."""

    total = serializers.IntegerField()
    undecided = serializers.IntegerField(help_text="rows whose outcome is open")
    staged = serializers.IntegerField()
    pending = serializers.IntegerField()
    sending = serializers.IntegerField()
    checking = serializers.IntegerField()
    imported = serializers.IntegerField()
    refused = serializers.IntegerField()
    not_imported = serializers.IntegerField()
    expired = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    invalid = serializers.IntegerField()
    needs_person = serializers.IntegerField()


class ImportShown(serializers.Serializer[Any]):
    """One list of share tokens and how far it is."""

    id = serializers.CharField(help_text="`imp_…`")
    state = serializers.ChoiceField(choices=ImportState.choices)
    mode = serializers.ChoiceField(choices=ImportMode.choices)
    source = serializers.ChoiceField(choices=ImportSource.choices)  # type: ignore[assignment]
    level = serializers.CharField(help_text="the level its rows are redeemed at")
    partner = serializers.CharField(allow_null=True, help_text="the donor: `par_…`")
    reset_steps = serializers.ListField(
        child=serializers.CharField(), help_text="Copy Applicant: steps the person is asked again"
    )
    trust_review = serializers.ChoiceField(
        choices=["inherit", "recheck"],
        allow_null=True,
        help_text="Copy Applicant: what it does with the donor's review; null: not said",
    )
    renews = serializers.CharField(
        allow_null=True, help_text="the import whose rows these share tokens renew: `imp_…`"
    )
    file_name = serializers.CharField(help_text="empty without a file")
    unused_columns = serializers.ListField(
        child=serializers.CharField(),
        help_text="names of the file's columns that mean nothing here, at most 20; none is stored",
    )
    created_by = serializers.CharField(allow_null=True, help_text="person or API client, by name")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    pause_reason = serializers.CharField(
        help_text="`person`, `dead_tokens` (20 in a row were dead), or empty"
    )
    in_flight = serializers.IntegerField(
        help_text="rows at Sumsub now; after pause or cancel nothing is sent once this is 0"
    )
    counts = ImportCounts()
    change = serializers.IntegerField(
        help_text="grows with every change; `changed_after` of the rows takes it"
    )


IMPORT_EXAMPLE: dict[str, Any] = {
    "id": "imp_48",
    "state": "running",
    "mode": "reuse",
    "source": "api",
    "level": "id-only",
    "partner": "par_3",
    "reset_steps": [],
    "trust_review": None,
    "renews": None,
    "file_name": "",
    "unused_columns": [],
    "created_by": "Onboarding service (API client)",
    "created_at": "2026-11-29T09:15:01.220000Z",
    "started_at": "2026-11-29T09:15:01.220000Z",
    "finished_at": None,
    "pause_reason": "",
    "in_flight": 4,
    "counts": {
        "total": 100,
        "undecided": 40,
        "staged": 0,
        "pending": 36,
        "sending": 4,
        "checking": 0,
        "imported": 55,
        "refused": 3,
        "not_imported": 0,
        "expired": 0,
        "cancelled": 0,
        "duplicate": 1,
        "invalid": 1,
        "needs_person": 0,
    },
    "change": 17,
}


_TRUST = {None: None, True: "inherit", False: "recheck"}


def import_shown(imported: Import) -> dict[str, Any]:
    """An import with its counters."""
    return {
        "id": shown_id(Kind.IMPORT, imported.pk),
        "state": imported.state,
        "mode": imported.mode,
        "source": imported.source,
        "level": imported.level_name,
        "partner": shown_or_none(Kind.PARTNER, imported.partner_id),
        "reset_steps": list(imported.reset_steps),
        "trust_review": _TRUST[imported.copy_trust_review],
        "renews": shown_or_none(Kind.IMPORT, imported.renews_id),
        "file_name": imported.file_name,
        "unused_columns": imported.unused_columns or [],
        "created_by": imported.created_by.display_name if imported.created_by else None,
        "created_at": imported.created_at,
        "started_at": imported.started_at,
        "finished_at": imported.finished_at,
        "pause_reason": imported.pause_reason,
        "in_flight": imported.sending_count,
        "counts": {"total": imported.total_count, "undecided": imported.undecided_count}
        | {state.value: imported.count(state) for state in RowState},
        "change": imported.change,
    }
