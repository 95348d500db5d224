"""Batches of share tokens in every state that a page shows, for the showcase."""

from collections import Counter
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from sharing.models import (
    Applicant,
    ApplicantExport,
    BatchState,
    ExportFault,
    ExportState,
    IssuedToken,
    MintBatch,
    MintRow,
    MintSource,
    MintState,
    Partner,
)
from sharing.models.mint_states import Concern

_MIXED = (MintState.MINTED, MintState.MINTED, MintState.FAILED, MintState.SKIPPED)


def batches(partner: Partner, by: User) -> dict[str, int]:
    """The batches; their numbers by name."""
    now = timezone.now()
    waiting = [MintState.WAITING] * 3
    made = {
        "draft_batch": _batch(partner, by, BatchState.DRAFT, *waiting, MintState.SKIPPED),
        "running_batch": _batch(partner, by, BatchState.RUNNING, *_MIXED, *waiting),
        "stopped_batch": _batch(partner, by, BatchState.PAUSED, *waiting),
        "minted_batch": _batch(
            partner, by, BatchState.FINISHED, *_MIXED, MintState.EXPIRED, MintState.FAILED
        ),
        "taken_batch": _batch(partner, by, BatchState.FINISHED, *_MIXED),
        "held_batch": _batch(partner, by, BatchState.HELD, *waiting, MintState.MINTED),
    }
    MintBatch.objects.filter(pk=made["held_batch"]).update(
        stop_sentence="Velmora Bank is paused: nothing is shared with it."
    )
    MintBatch.objects.filter(pk=made["stopped_batch"]).update(
        stop_sentence="Sumsub rejects our credentials (4003). Check the app token."
    )
    MintBatch.objects.filter(pk=made["taken_batch"]).update(
        taken_at=now, taken_by=by, taken_count=2
    )
    drafted = MintRow.objects.of(made["draft_batch"])
    drafted.filter(line=2).update(
        concern=Concern.REFUSABLE, concern_sentence="Not approved: refused (10507)."
    )
    drafted.filter(line=3).update(live_until=now + timedelta(days=1))
    return made


def exports(by: User) -> dict[str, int]:
    """Dashboard exports that are being taken in, were taken in with faults, and broke off."""
    now = timezone.now()
    half = {"file_name": "applicants.csv", "line_count": 100_000, "taken_by": by}
    running = ApplicantExport.objects.create(
        **half, read_through=41_000, new=40_990, lease_until=now + timedelta(days=1)
    )
    done = {"state": ExportState.DONE, "read_through": 100_000, "new": 99_990, "faulty": 10}
    taken = ApplicantExport.objects.create(**half, **done, finished_at=now)
    for line in range(2, 12):
        ExportFault.objects.create(export=taken, line=line, fault="No applicant id.")
    failed = ApplicantExport.objects.create(
        **half, state=ExportState.FAILED, read_through=7_000, new=7_000, finished_at=now
    )
    return {"export": running.pk, "taken_export": taken.pk, "failed_export": failed.pk}


def _batch(partner: Partner, by: User, state: BatchState, *rows: MintState) -> int:
    batch = MintBatch.objects.create(
        partner=partner,
        ttl_seconds=864_000,
        state=state,
        source=MintSource.FILE,
        file_name="applicants.csv",
        created_by=by,
        total_count=len(rows),
        started_at=None if state == BatchState.DRAFT else timezone.now(),
        **{f"{name}_count": count for name, count in Counter(rows).items()},
    )
    for line, row in enumerate(rows, start=2):
        _row(batch, line, row)
    return batch.pk


def _row(batch: MintBatch, line: int, state: MintState) -> None:
    applicant, _ = Applicant.objects.get_or_create(
        applicant_id="66f0c2a4e19b7d3500000077",
        defaults={"name": "Henrike Valdamar", "external_user_id": "0077", "source": "csv"},
    )
    reasons = {
        MintState.FAILED: "Sumsub knows no such applicant in this workspace. It may be another's.",
        MintState.SKIPPED: "This line has neither an applicant id nor an external id.",
    }
    MintRow.objects.create(
        batch=batch,
        line=line,
        state=state,
        sumsub_id=applicant.applicant_id,
        applicant=None if state == MintState.FAILED else applicant,
        reason=reasons.get(state, ""),
        said="Applicant not found" if state == MintState.FAILED else "",
        issued=_issued(batch, applicant, line) if state == MintState.MINTED else None,
        settled_at=timezone.now() - timedelta(hours=1),
    )


def _issued(batch: MintBatch, applicant: Applicant, line: int) -> IssuedToken:
    now = timezone.now()
    return IssuedToken.objects.create(
        applicant=applicant,
        partner=batch.partner,
        token_mark=f"f3a971c2{batch.pk:02d}{line:02d}",
        ttl_seconds=batch.ttl_seconds,
        issued_at=now,
        expires_at=now + timedelta(seconds=batch.ttl_seconds),
        issued_by=batch.created_by,
    )
