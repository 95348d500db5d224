"""Minting many: a batch of applicants for one recipient, and one row for each line of it."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from sharing.models.applicants import Applicant
from sharing.models.issued_tokens import IssuedToken
from sharing.models.partners import Partner


class MintSource(models.TextChoices):
    """Where the applicants of a batch were named."""

    FILE = "file", "File"
    PASTE = "paste", "Pasted ids"
    SELECTION = "selection", "Selected applicants"
    FILTER = "filter", "Filtered applicants"
    AGAIN = "again", "Minted again"
    COMMAND = "command", "Command line"


class BatchState(models.TextChoices):
    """How far a batch has come. A stop by itself is PAUSED with `stop_sentence`."""

    DRAFT = "draft", "Checked, not started"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Cancelled"


class MintState(models.TextChoices):
    """Where one row of a batch stands."""

    FINDING = "finding", "To look up"
    WAITING = "waiting", "Waiting"
    MINTING = "minting", "Minting"
    MINTED = "minted", "Minted"
    EXPIRED = "expired", "Died before it was taken"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Left out"
    CANCELLED = "cancelled", "Cancelled"


class Concern(models.TextChoices):
    """What the check before minting found about a row; the sentence stands beside it."""

    NONE = "", "None"
    REFUSABLE = "refusable", "The recipient would be refused"
    LOOK = "look", "Worth a look"
    UNKNOWN = "unknown", "Not in our list of applicants"


# A batch whose file may be taken: nothing of it moves any more.
OVER_STATES: Final = (BatchState.FINISHED, BatchState.CANCELLED)
# Rows that a started batch still has to bring to an end.
OPEN_STATES: Final = (MintState.FINDING, MintState.WAITING, MintState.MINTING)


_WITHOUT_TOKEN: Final[dict[str, str]] = {
    MintState.EXPIRED: "Its share token died before the file was taken. Mint it again.",
    MintState.CANCELLED: "Not minted: the batch was cancelled.",
    MintState.MINTED: "Minted; its share token left with an earlier file.",
    **dict.fromkeys(OPEN_STATES, "Not minted yet."),
}


class MintBatchQuerySet(models.QuerySet["MintBatch"]):
    """Questions about many batches."""

    def running(self) -> "MintBatchQuerySet":
        """Batches that workers mint for."""
        return self.filter(state=BatchState.RUNNING)

    def without_open_rows(self) -> "MintBatchQuerySet":
        """Running batches of which no row is left to do."""
        return self.running().filter(finding_count=0, waiting_count=0, minting_count=0)

    def under_way(self) -> "MintBatchQuerySet":
        """Batches for which a worker has something to send: share tokens, or lookups already."""
        return self.filter(
            Q(state=BatchState.RUNNING)
            | Q(state=BatchState.DRAFT, finding_count__gt=0, stop_sentence="")
        )

    def same_file(self, sha256: str, partner: Partner) -> "MintBatchQuerySet":
        """Batches of the command line that hold this very file for this recipient, newest first."""
        mine = self.filter(file_sha256=sha256, partner=partner, source=MintSource.COMMAND)
        return mine.order_by("-pk")

    def kept_here(self) -> "MintBatchQuerySet":
        """Batches whose share tokens wait here to be taken."""
        return self.filter(minted_count__gt=0, taken_at=None, abandoned_at=None)


class MintBatch(models.Model):
    """Share tokens to be minted together for one recipient, and taken once as a file.

    The counts are those of its rows by state, written in the transaction that moves the rows.
    `unanswered` are calls in a row that Sumsub did not answer, `refused_run` those it answered
    with the same bad request before anything was minted.
    """

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="mint_batches")
    ttl_seconds = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.DRAFT)
    source = models.CharField(max_length=10, choices=MintSource.choices)
    file_name = models.CharField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    again_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    mints_refusable = models.BooleanField(default=False)
    mints_live = models.BooleanField(default=False)
    total_count = models.PositiveIntegerField(default=0)
    finding_count = models.PositiveIntegerField(default=0)
    waiting_count = models.PositiveIntegerField(default=0)
    minting_count = models.PositiveIntegerField(default=0)
    minted_count = models.PositiveIntegerField(default=0)
    expired_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    skipped_count = models.PositiveIntegerField(default=0)
    cancelled_count = models.PositiveIntegerField(default=0)
    unanswered = models.PositiveIntegerField(default=0)
    refused_run = models.PositiveIntegerField(default=0)
    stop_sentence = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    taken_count = models.PositiveIntegerField(default=0)
    abandoned_at = models.DateTimeField(null=True, blank=True)

    objects = MintBatchQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"batch {self.pk}"

    def count(self, state: str) -> int:
        """How many of its rows are in one state."""
        return int(getattr(self, f"{state}_count"))

    @property
    def open_count(self) -> int:
        """Rows that have no end yet."""
        return sum(self.count(state) for state in OPEN_STATES)

    @property
    def is_over(self) -> bool:
        """True when nothing of it moves any more: its file may be taken."""
        return self.state in OVER_STATES and not self.minting_count

    @property
    def keeps_tokens(self) -> bool:
        """True while share tokens of it wait here to be taken."""
        return bool(self.minted_count) and self.taken_at is None and self.abandoned_at is None

    @property
    def file_is_ready(self) -> bool:
        """True when the one file may be taken."""
        return self.is_over and self.keeps_tokens

    @property
    def stopped_itself(self) -> bool:
        """True when it paused because Sumsub, or our register, refused every call of it."""
        return self.state == BatchState.PAUSED and bool(self.stop_sentence)


class MintRowQuerySet(models.QuerySet["MintRow"]):
    """Questions about the rows of a batch."""

    def of(self, batch: "MintBatch | int") -> "MintRowQuerySet":
        """The rows of one batch."""
        return self.filter(batch=batch)

    def in_state(self, *states: str) -> "MintRowQuerySet":
        """Rows in one of these states."""
        return self.filter(state__in=states)

    def due(self, state: str, now: datetime) -> "MintRowQuerySet":
        """Rows in `state` that nobody holds and whose time has come, in file order."""
        free = Q(lease_until=None) & (Q(not_before=None) | Q(not_before__lte=now))
        return self.filter(free, state=state).order_by("line")

    def lease_ended(self, now: datetime) -> "MintRowQuerySet":
        """Rows whose holder vanished or froze."""
        return self.filter(lease_until__lte=now)

    def outlived(self, now: datetime) -> "MintRowQuerySet":
        """Minted rows that still keep a share token which has died of age."""
        return self.filter(token_sealed__isnull=False, issued__expires_at__lte=now)

    def with_concern(self) -> "MintRowQuerySet":
        """Rows that the check before minting, or the reading of the file, has something to say
        about."""
        said = ~Q(concern=Concern.NONE) | Q(state=MintState.SKIPPED) | Q(live_until__isnull=False)
        return self.filter(said)

    def to_leave_out(self, batch: "MintBatch", now: datetime) -> "MintRowQuerySet":
        """Waiting rows that are not minted as the batch stands: refusable, or with a live token."""
        left_out = Q(pk=None)
        if not batch.mints_refusable:
            left_out |= Q(concern=Concern.REFUSABLE)
        if not batch.mints_live:
            left_out |= Q(live_until__gt=now)
        return self.of(batch).in_state(MintState.WAITING).filter(left_out)

    def after_line(self, line: int) -> "MintRowQuerySet":
        """Rows further down in the file."""
        return self.filter(line__gt=line)


class MintRow(models.Model):
    """One line of a batch: an applicant, and the share token until the file is taken.

    `line` is the line of the file, the header being 1, or the place in a selection. `version`
    counts claims: an answer that comes back to another claim than it belongs to is void, and the
    share token in it is dropped and dies of age. `unread_count` counts calls of ours that may have
    minted a share token which nobody read. `reason` is our sentence, `said` Sumsub's own.
    `live_until` is the death of the longest living share token there was for the same applicant
    and recipient when that was last looked at.
    """

    batch = models.ForeignKey(MintBatch, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=MintState.choices)
    sumsub_id = models.CharField("Sumsub applicant id", max_length=64, blank=True)
    external_id = models.CharField("your id", max_length=256, blank=True)
    level_name = models.CharField(max_length=256, blank=True)
    applicant = models.ForeignKey(Applicant, models.PROTECT, null=True, related_name="mint_rows")
    concern = models.CharField(max_length=10, choices=Concern.choices, blank=True)
    concern_sentence = models.CharField(max_length=300, blank=True)
    live_until = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    unread_count = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=40, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    error_code = models.IntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)
    said = models.CharField(max_length=500, blank=True)
    issued = models.OneToOneField(IssuedToken, models.PROTECT, null=True, related_name="mint_row")
    token_sealed = models.BinaryField(null=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = MintRowQuerySet.as_manager()

    class Meta:
        ordering = ("line",)
        constraints = [
            models.UniqueConstraint(fields=("batch", "line"), name="mint_row_line_once"),
            models.CheckConstraint(
                condition=Q(token_sealed=None) | Q(state="minted"),
                name="mint_row_keeps_a_token_only_minted",
            ),
            models.CheckConstraint(
                condition=~Q(state="minted") | Q(issued__isnull=False),
                name="mint_row_minted_is_in_the_ledger",
            ),
            models.CheckConstraint(
                condition=~Q(state="minting") | Q(lease_until__isnull=False),
                name="mint_row_minting_has_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=("batch", "state", "line"), name="mint_row_queue"),
            models.Index(
                fields=("lease_until",),
                condition=Q(lease_until__isnull=False),
                name="mint_row_leases",
            ),
            models.Index(
                fields=("issued",),
                condition=Q(token_sealed__isnull=False),
                name="mint_row_kept_tokens",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line} of batch {self.batch_id}"

    @property
    def told(self) -> str:
        """Why the row has no share token in the file."""
        return _WITHOUT_TOKEN.get(self.state, self.reason)

    @property
    def seal_context(self) -> str:
        """What binds a sealed share token to this row: moved elsewhere, it does not open."""
        return seal_context(self.batch_id, self.line)


def seal_context(batch_id: int, line: int) -> str:
    """See `MintRow.seal_context`."""
    return f"sharing.mint_row:{batch_id}:{line}"
