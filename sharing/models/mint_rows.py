"""Minting many: the rows of a batch, one for each line of its file."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import models
from django.db.models import Q

from accounts.look.figures import thousands
from sharing.models.applicants import Applicant
from sharing.models.issued_tokens import IssuedToken
from sharing.models.mint_batches import MintBatch
from sharing.models.mint_states import (
    ENDS_WITHOUT_TOKEN,
    OPEN_STATES,
    BatchState,
    Concern,
    MintState,
)

_WITHOUT_TOKEN: Final[dict[str, str]] = {
    MintState.EXPIRED: "Its share token died before the file was taken. Mint it again.",
    MintState.CANCELLED: "Not minted: the batch was cancelled.",
    MintState.MINTED: "Minted; its share token left with an earlier file.",
    **dict.fromkeys(OPEN_STATES, "Not minted yet."),
}


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
        told = Q(concern__in=(Concern.REFUSABLE, Concern.LOOK)) | Q(live_until__isnull=False)
        return self.filter(told | Q(state__in=(MintState.SKIPPED, MintState.FAILED)))

    def minted_without_external_id(self) -> "MintRowQuerySet":
        """Rows with a share token of whose applicant no id of ours is known."""
        return self.in_state(MintState.MINTED).filter(external_id="")

    def without_token(self) -> "MintRowQuerySet":
        """Rows that came to an end without a share token that is of any use."""
        return self.in_state(*ENDS_WITHOUT_TOKEN)

    def that_led_to(self, tokens: "Iterable[IssuedToken]") -> "MintRowQuerySet":
        """The rows that these lines of the ledger came from."""
        return self.filter(issued__in=[token.pk for token in tokens]).only("issued", "batch")

    def under_way_elsewhere(self, batch: "MintBatch") -> "MintRowQuerySet":
        """Waiting rows whose applicant another started batch for the recipient has open."""
        others = MintRow.objects.filter(
            batch__partner=batch.partner_id,
            batch__state__in=(BatchState.RUNNING, BatchState.HELD, BatchState.PAUSED),
            state__in=(MintState.FINDING, MintState.WAITING, MintState.MINTING),
        ).exclude(batch=batch)
        mine = self.of(batch).in_state(MintState.WAITING).exclude(sumsub_id="")
        return mine.filter(sumsub_id__in=others.order_by().values("sumsub_id"))

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
    and recipient when that was last looked at. A row with `same_as_line` names the applicant of
    that line again, and counts as it does.
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
    same_as_line = models.PositiveIntegerField(null=True, blank=True)
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
        if self.same_as_line is not None:
            same = thousands(self.same_as_line)
            return f"The same applicant as line {same}, whose share token counts."
        return _WITHOUT_TOKEN.get(self.state, self.reason)

    @property
    def in_short(self) -> str:
        """The same in its first sentence."""
        return self.told.partition(". ")[0].rstrip(".") + "."

    @property
    def seal_context(self) -> str:
        """What binds a sealed share token to this row: moved elsewhere, it does not open."""
        return seal_context(self.batch_id, self.line)


def seal_context(batch_id: int, line: int) -> str:
    """See `MintRow.seal_context`."""
    return f"sharing.mint_row:{batch_id}:{line}"
