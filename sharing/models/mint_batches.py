"""Minting many: a batch of share tokens for one recipient."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from sharing.models.bars import Way
from sharing.models.mint_states import OPEN_STATES, OVER_STATES, BatchState, MintSource
from sharing.models.partners import Partner


class MintBatchQuerySet(models.QuerySet["MintBatch"]):
    """Questions about many batches."""

    def numbered(self, pk: int) -> "MintBatchQuerySet":
        """The batch with this number, if there is one still."""
        return self.filter(pk=pk)

    def running(self) -> "MintBatchQuerySet":
        """Batches that workers mint for."""
        return self.filter(state=BatchState.RUNNING)

    def held_and_clear(self) -> "MintBatchQuerySet":
        """Batches that the register held back, of which it bars the recipient no more."""
        clear = Partner.objects.clear_for(Way.OUT).order_by().values("pk")
        return self.filter(state=BatchState.HELD, partner__in=clear)

    def without_open_rows(self) -> "MintBatchQuerySet":
        """Running batches of which no row is left to do."""
        return self.running().filter(finding_count=0, waiting_count=0, minting_count=0)

    def under_way(self) -> "MintBatchQuerySet":
        """Batches for which a worker has something to send: share tokens, or lookups already."""
        return self.filter(
            Q(state=BatchState.RUNNING)
            | Q(state=BatchState.DRAFT, finding_count__gt=0, stop_sentence="")
        )

    def to_serve(self, most: int) -> models.QuerySet["MintBatch", int]:
        """The numbers of those that were served longest ago, `most` of them."""
        longest_ago = self.order_by(F("served_at").asc(nulls_first=True), "pk")
        return longest_ago.values_list("pk", flat=True)[:most]

    def same_file(self, sha256: str, partner: Partner) -> "MintBatchQuerySet":
        """Batches of the command line that hold this very file for this recipient, newest first."""
        mine = self.filter(file_sha256=sha256, partner=partner, source=MintSource.COMMAND)
        return mine.order_by("-pk")

    def unfinished_business(self) -> "MintBatchQuerySet":
        """Batches whose file was neither taken nor given up, and of which something is left to do.

        One that ended without a share token, and was cancelled or has no row to try again, holds
        its file back from nobody.
        """
        empty = Q(minted_count=0, expired_count=0)
        over = Q(state=BatchState.CANCELLED) | Q(state=BatchState.FINISHED, failed_count=0)
        return self.filter(taken_at=None, abandoned_at=None).exclude(empty & over)


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
    def moves(self) -> bool:
        """True while it may change without anybody doing anything on its page.

        While share tokens wait here, somebody else may take them, and they may die.
        """
        if self.state == BatchState.DRAFT:
            return bool(self.finding_count) and not self.stop_sentence
        goes_on = self.state in (BatchState.RUNNING, BatchState.HELD)
        return goes_on or bool(self.minting_count) or self.keeps_tokens

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
        """True when it paused because Sumsub refused every call of it."""
        return self.state == BatchState.PAUSED and bool(self.stop_sentence)
