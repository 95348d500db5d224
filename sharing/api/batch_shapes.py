"""Batches as clients see them. Never a share token."""

from typing import Any

from rest_framework import serializers

from accounts.api.ids import Kind, shown_id, shown_or_none
from sharing.api.partner_health import name_of
from sharing.minting_many import drafts
from sharing.minting_many.clock import Clock, clock_for
from sharing.minting_many.handing_over import subject_of
from sharing.minting_many.standing import Standing, draft_of, reasons_of, standing_of
from sharing.models import (
    BatchState,
    HandOver,
    MintBatch,
    MintSource,
    MintState,
)


class BatchCounts(serializers.Serializer[Any]):
    """Rows by where they stand; `total` is their sum."""

    total = serializers.IntegerField()
    open = serializers.IntegerField(help_text="rows that have no end yet")
    finding = serializers.IntegerField(help_text="to be looked up at Sumsub first")
    waiting = serializers.IntegerField()
    minting = serializers.IntegerField()
    minted = serializers.IntegerField()
    expired = serializers.IntegerField(help_text="died before the file was taken")
    failed = serializers.IntegerField()
    skipped = serializers.IntegerField()
    cancelled = serializers.IntegerField()


class BatchInList(serializers.Serializer[Any]):
    """Share tokens to be minted together for one recipient, and taken once as a file."""

    id = serializers.CharField(help_text="`bat_…`")
    state = serializers.ChoiceField(choices=BatchState.choices)
    recipient = serializers.CharField(help_text="`par_…`")
    recipient_client_id = serializers.CharField()
    ttl_seconds = serializers.IntegerField()
    include_refusable = serializers.BooleanField(
        help_text="mint also for those whom the recipient would be refused"
    )
    include_live = serializers.BooleanField(
        help_text="mint also for those who have a living share token for this recipient"
    )
    source = serializers.ChoiceField(choices=MintSource.choices)  # type: ignore[assignment]
    file_name = serializers.CharField(help_text="empty without a file")
    again_of = serializers.CharField(allow_null=True, help_text="`bat_…` that it was made of")
    counts = BatchCounts()
    stopped = serializers.CharField(
        help_text="why it stopped by itself, for people; else empty. `resume` goes on"
    )
    created_by = serializers.CharField(allow_null=True, help_text="person or API client, by name")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    file_is_ready = serializers.BooleanField(help_text="true: `file` and `hand-over` work, once")
    file_taken_at = serializers.DateTimeField(allow_null=True)
    file_taken_by = serializers.CharField(allow_null=True)
    file_tokens = serializers.IntegerField(help_text="share tokens that left with the file")
    erased_at = serializers.DateTimeField(allow_null=True, help_text="erased unseen: `abandon`")


class PrecheckShown(serializers.Serializer[Any]):
    """What the check before minting found; kept up to date while the batch is a draft."""

    to_mint = serializers.IntegerField(help_text="rows that would be minted as it stands")
    refusable = serializers.IntegerField(help_text="the recipient would be refused")
    live = serializers.IntegerField(help_text="have a living share token for this recipient")
    look = serializers.IntegerField(help_text="worth a look, and minted")
    unknown = serializers.IntegerField(help_text="not in our list of applicants, and minted")
    to_look_up = serializers.IntegerField(help_text="Sumsub was not asked about them for a day")


class ForecastShown(serializers.Serializer[Any]):
    """Whether there will be time: the first share token ages while the others are minted."""

    verdict = serializers.ChoiceField(choices=["ok", "warn", "bad"])
    explanation = serializers.CharField(help_text="for people")
    minting_seconds = serializers.FloatField()
    hand_over_seconds = serializers.FloatField(
        help_text="what is left between the file and the moment redeeming must begin"
    )


class ProgressShown(serializers.Serializer[Any]):
    """How a started batch goes."""

    percent = serializers.IntegerField()
    rows_per_second = serializers.FloatField()
    seconds_left = serializers.FloatField(allow_null=True, help_text="null when it does not run")
    first_dies_at = serializers.DateTimeField(allow_null=True, help_text="of the living ones")
    last_dies_at = serializers.DateTimeField(allow_null=True)


class WhyShown(serializers.Serializer[Any]):
    """Rows without a share token for one reason."""

    state = serializers.ChoiceField(choices=MintState.choices)
    reason = serializers.CharField(help_text="for people")
    sumsub_says = serializers.CharField()
    error_code = serializers.IntegerField(allow_null=True, help_text="Sumsub's")
    rows = serializers.IntegerField()


class BatchShown(BatchInList):
    """The same with the check before minting, or with how it goes."""

    precheck = PrecheckShown(allow_null=True, help_text="null once it was started")
    forecast = ForecastShown(allow_null=True, help_text="null once it was started")
    progress = ProgressShown(allow_null=True, help_text="null before it was started")
    reasons = WhyShown(many=True, help_text="why rows have no share token, the most frequent first")
    hand_over = serializers.CharField(allow_null=True, help_text="`hov_…` that the file went to")


_NO_ROWS = dict.fromkeys(("finding", "waiting", "minting", "expired", "failed", "cancelled"), 0)
BATCH_EXAMPLE: dict[str, Any] = {
    "id": "bat_9",
    "state": "draft",
    "recipient": "par_3",
    "recipient_client_id": "velmora.example_200002",
    "ttl_seconds": 1200,
    "include_refusable": False,
    "include_live": False,
    "source": "api",
    "file_name": "",
    "again_of": None,
    "counts": {"total": 500, "open": 498, "minted": 0, "skipped": 2} | _NO_ROWS | {"waiting": 498},
    "stopped": "",
    "created_by": "Onboarding service (API client)",
    "created_at": "2026-11-29T09:15:01.220000Z",
    "started_at": None,
    "finished_at": None,
    "file_is_ready": False,
    "file_taken_at": None,
    "file_taken_by": None,
    "file_tokens": 0,
    "erased_at": None,
}
WHOLE_EXAMPLE: dict[str, Any] = BATCH_EXAMPLE | {
    "precheck": {
        "to_mint": 480,
        "refusable": 12,
        "live": 6,
        "look": 4,
        "unknown": 0,
        "to_look_up": 31,
    },
    "forecast": {
        "verdict": "ok",
        "explanation": "The first share token dies 20 min 00 s after it is minted …",
        "minting_seconds": 48.3,
        "hand_over_seconds": 1103.7,
    },
    "progress": None,
    "reasons": [
        {
            "state": "skipped",
            "reason": "The same applicant as a line above, whose share token counts.",
            "sumsub_says": "",
            "error_code": None,
            "rows": 2,
        }
    ],
    "hand_over": None,
}


def batch_in_list(batch: MintBatch) -> dict[str, Any]:
    """A batch with its counts."""
    return {
        "id": shown_id(Kind.BATCH, batch.pk),
        "state": batch.state,
        "recipient": shown_id(Kind.PARTNER, batch.partner_id),
        "recipient_client_id": batch.partner.client_id,
        "ttl_seconds": batch.ttl_seconds,
        "include_refusable": batch.mints_refusable,
        "include_live": batch.mints_live,
        "source": batch.source,
        "file_name": batch.file_name,
        "again_of": shown_or_none(Kind.BATCH, batch.again_of_id),
        "counts": {"total": batch.total_count, "open": batch.open_count}
        | {state.value: batch.count(state) for state in MintState},
        "stopped": batch.stop_sentence,
        "created_by": name_of(batch.created_by),
        "created_at": batch.created_at,
        "started_at": batch.started_at,
        "finished_at": batch.finished_at,
        "file_is_ready": batch.file_is_ready,
        "file_taken_at": batch.taken_at,
        "file_taken_by": name_of(batch.taken_by),
        "file_tokens": batch.taken_count,
        "erased_at": batch.abandoned_at,
    }


def batch_shown(batch: MintBatch) -> dict[str, Any]:
    """The same with the check before minting, or with how it goes."""
    is_draft = batch.state == BatchState.DRAFT
    hand_over = HandOver.objects.of_subject(subject_of(batch)).first() if batch.taken_at else None
    more = _of_draft(batch) if is_draft else _of_started(standing_of(batch))
    reasons = [
        {
            "state": one.state,
            "reason": one.told,
            "sumsub_says": one.said,
            "error_code": one.error_code,
            "rows": one.rows,
        }
        for one in reasons_of(batch)
    ]
    shown = shown_or_none(Kind.HAND_OVER, hand_over.pk if hand_over else None)
    return batch_in_list(batch) | more | {"reasons": reasons, "hand_over": shown}


def _of_draft(batch: MintBatch) -> dict[str, Any]:
    found = draft_of(batch, drafts.to_look_up(batch).count())
    names = ("to_mint", "refusable", "live", "look", "unknown", "to_look_up")
    return {
        "precheck": {name: getattr(found, name) for name in names},
        "forecast": _forecast(clock_for(batch, found.to_mint)),
        "progress": None,
    }


def _forecast(clock: Clock) -> dict[str, Any]:
    return {
        "verdict": clock.tone,
        "explanation": f"{clock.verdict} {clock.sentence}",
        "minting_seconds": clock.minting_seconds,
        "hand_over_seconds": clock.hand_over_seconds,
    }


def _of_started(standing: Standing) -> dict[str, Any]:
    progress = {
        "percent": standing.percent,
        "rows_per_second": standing.rate,
        "seconds_left": standing.seconds_left,
        "first_dies_at": standing.dies_first,
        "last_dies_at": standing.dies_last,
    }
    return {"precheck": None, "forecast": None, "progress": progress}
