"""An import: one file (or paste, or call) of share tokens, with its counters."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.days import on_days
from sharing.models import Partner


class ImportState(models.TextChoices):
    """What a person decided about an import; FINISHED when no row is undecided any more."""

    STAGED = "staged", "Not started"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    CANCELLED = "cancelled", "Cancelled"
    FINISHED = "finished", "Finished"


class ImportMode(models.TextChoices):
    """Which of Sumsub's two calls redeems the rows."""

    REUSE = "reuse", "Reusable KYC"
    COPY = "copy", "Copy Applicant"


class ImportSource(models.TextChoices):
    """The door by which the share tokens came in."""

    FILE = "file", "File"
    PASTE = "paste", "Pasted"
    API = "api", "API"
    COMMAND = "command", "Command line"


class ImportOrder(models.TextChoices):
    """How a list of imports is sorted."""

    NEWEST = "", "Newest first"
    OLDEST = "oldest", "Oldest first"
    LARGEST = "largest", "Most rows first"
    REFUSED = "refused", "Most refused first"

    @property
    def column(self) -> str:
        """The column that decides."""
        return _COLUMNS.get(str(self.value), "id")


_COLUMNS = {"largest": "total_count", "refused": "refused_count"}
NUMBER_DIGITS = 9
# Why an import paused without a person's word.
DEAD_TOKENS = "dead_tokens"


class ImportQuerySet(models.QuerySet["Import"]):
    """Questions about many imports."""

    def running(self) -> "ImportQuerySet":
        """Imports whose rows may be sent."""
        return self.filter(state=ImportState.RUNNING)

    def on_the_wire(self) -> "ImportQuerySet":
        """Imports with rows at Sumsub now, whatever people decided about them since."""
        return self.filter(sending_count__gt=0)

    def undecided(self) -> "ImportQuerySet":
        """Imports with at least one row whose outcome is open."""
        return self.filter(
            Q(staged_count__gt=0)
            | Q(pending_count__gt=0)
            | Q(sending_count__gt=0)
            | Q(checking_count__gt=0)
        )

    def under_way(self) -> "ImportQuerySet":
        """Imports that are neither finished nor cancelled."""
        return self.exclude(state__in=ENDED)

    def giving_up(self) -> "ImportQuerySet":
        """Cancelled imports with rows that are still to be given up."""
        return self.filter(_GIVING_UP)

    def in_doubt(self) -> "ImportQuerySet":
        """Imports with rows that Sumsub is being asked about."""
        return self.filter(checking_count__gt=0)

    def waiting_for_a_person(self) -> "ImportQuerySet":
        """Imports with rows that only a person can settle."""
        return self.filter(needs_person_count__gt=0)

    def with_refusals(self) -> "ImportQuerySet":
        """Imports with refused rows."""
        return self.filter(refused_count__gt=0)

    def stored_since(self, moment: datetime) -> "ImportQuerySet":
        """Imports stored at `moment` or later."""
        return self.filter(created_at__gte=moment)

    def untold(self) -> "ImportQuerySet":
        """Imports that ended since people were last told of it, cancelled ones given up wholly."""
        return self.filter(UNTOLD).exclude(_GIVING_UP)

    def paused_for_dead_tokens(self) -> "ImportQuerySet":
        """Imports that paused by themselves: share token after share token was refused."""
        return self.filter(state=ImportState.PAUSED, pause_reason=DEAD_TOKENS)

    def with_who(self) -> "ImportQuerySet":
        """Each with the person who brought it."""
        return self.select_related("created_by")

    def needing_somebody(self) -> "ImportQuerySet":
        """Imports that wait for a word, or hold rows that wait for a person."""
        waits = Q(state__in=[ImportState.STAGED, ImportState.PAUSED])
        return self.filter(waits | Q(needs_person_count__gt=0))

    def standing_still(self) -> "ImportQuerySet":
        """Imports that wait for a word: stored and not started, or paused."""
        return self.filter(state__in=[ImportState.STAGED, ImportState.PAUSED])

    def stored_between(self, first: date | None, last: date | None) -> "ImportQuerySet":
        """Imports stored from the day `first` to the day `last`, both included, in UTC."""
        return self.filter(on_days("created_at", first, last))

    def found_by(self, words: str) -> "ImportQuerySet":
        """Imports whose file, person, partner or level has `words`, or whose number it is."""
        found = (
            Q(file_name__icontains=words)
            | Q(level_name__icontains=words)
            | Q(created_by__name__icontains=words)
            | Q(partner__name__icontains=words)
        )
        number = words.lower().removeprefix("import").strip()
        if number.isdecimal() and len(number) <= NUMBER_DIGITS:
            found |= Q(pk=int(number))
        return self.filter(found)

    def after_in(self, order: "ImportOrder", value: int, pk: int) -> "ImportQuerySet":
        """Imports that come after the one with this number, and this value, in an order."""
        if order == ImportOrder.OLDEST:
            return self.filter(pk__gt=pk)
        column = order.column
        if column == "id":
            return self.filter(pk__lt=pk)
        return self.filter(Q(**{f"{column}__lt": value}) | Q(**{column: value}, pk__lt=pk))

    def in_order(self, order: "ImportOrder") -> "ImportQuerySet":
        """Sorted; imports alike in what counts come newest first."""
        return self.order_by("id" if order == ImportOrder.OLDEST else f"-{order.column}", "-id")

    def for_page(self) -> "ImportQuerySet":
        """Each with everything beside it that its page shows."""
        return self.select_related("partner", "created_by", "look")

    def numbered(self, number: int) -> "ImportQuerySet":
        """The import with this number, if it is among them."""
        return self.filter(pk=number)

    def renewing(self, number: int) -> "ImportQuerySet":
        """Imports that brought new share tokens for the rows of this one, the oldest first."""
        return self.filter(renews=number).order_by("pk")

    def before(self, imported: "Import") -> "ImportQuerySet":
        """Imports stored before this one."""
        return self.filter(pk__lt=imported.pk)

    def with_same_file(self, sha256: str) -> "ImportQuerySet":
        """Imports of a file with these contents; none for an empty hash."""
        return self.filter(file_sha256=sha256) if sha256 else self.none()


ENDED = [ImportState.FINISHED, ImportState.CANCELLED]
_GIVING_UP = Q(state=ImportState.CANCELLED) & (Q(staged_count__gt=0) | Q(pending_count__gt=0))
# Imports that ended, or ended once more, since people were last told.
UNTOLD = Q(state__in=ENDED) & (Q(told_of__isnull=True) | Q(told_of__lt=F("finished_at")))


def _counter() -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(default=0, db_default=0)


class Import(models.Model):
    """One batch of share tokens.

    The `…_count` columns are kept in the transaction that changes the rows, so they equal the
    rows at every commit. `change` grows by one with each such transaction.
    """

    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.STAGED)
    mode = models.CharField(max_length=5, choices=ImportMode.choices, default=ImportMode.REUSE)
    source = models.CharField(max_length=8, choices=ImportSource.choices)
    level_name = models.CharField(max_length=256)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, blank=True)
    copy_reset_steps = models.TextField(
        default="",
        db_default="",
        blank=True,
        help_text="steps that Copy Applicant asks for again, separated by commas",
    )
    copy_trust_review = models.BooleanField(
        null=True, help_text="Copy Applicant: no = recheck, yes = inherit, nothing = not said"
    )
    sends_external_ids = models.BooleanField(
        default=False, help_text="send the file's external_id as Sumsub's userId"
    )
    renews = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renewals",
        help_text="the import for whose rows this one brought new share tokens",
    )
    file_name = models.CharField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    file_size = models.PositiveBigIntegerField(default=0)
    unused_columns = models.JSONField(
        null=True, help_text="names of the file's columns that mean nothing here, the first ones"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    told_of = models.DateTimeField(
        null=True, help_text="the finished_at that the people who asked for it were told of"
    )
    served_at = models.DateTimeField(null=True, help_text="the last time rows were claimed")
    accepted = models.BooleanField(
        default=False, help_text="Sumsub answered these parameters with a 2xx or a 105xx"
    )
    dead_token_run = models.PositiveIntegerField(
        default=0, help_text="rows in a row whose share token was refused"
    )
    pause_reason = models.CharField(max_length=300, blank=True)
    change = models.PositiveBigIntegerField(default=0)

    total_count = _counter()
    staged_count = _counter()
    pending_count = _counter()
    sending_count = _counter()
    checking_count = _counter()
    imported_count = _counter()
    refused_count = _counter()
    not_imported_count = _counter()
    expired_count = _counter()
    cancelled_count = _counter()
    duplicate_count = _counter()
    invalid_count = _counter()
    needs_person_count = _counter()

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["finished_at"], condition=UNTOLD, name="import_untold"),
            models.Index(fields=["created_at"], name="import_stored"),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"

    def count(self, state: str) -> int:
        """How many rows of this import are in `state` (a RowState value)."""
        return int(getattr(self, f"{state}_count"))

    @property
    def reset_steps(self) -> tuple[str, ...]:
        """The steps that a copy is to ask for again."""
        return tuple(filter(None, self.copy_reset_steps.split(",")))

    @property
    def inherits_review(self) -> bool:
        """True when the applicants bring the donor's review instead of getting one of their own."""
        return self.mode == ImportMode.COPY and self.copy_trust_review is not False

    @property
    def undecided_count(self) -> int:
        """Rows whose outcome is still open."""
        return self.staged_count + self.pending_count + self.sending_count + self.checking_count

    @property
    def unsent_count(self) -> int:
        """Rows that were not sent, and that a cancelled import gives up."""
        return self.staged_count + self.pending_count

    @property
    def decided_count(self) -> int:
        """Rows that have their outcome, or wait for a person."""
        return self.total_count - self.undecided_count

    @property
    def skipped_count(self) -> int:
        """Rows that were never to be sent: duplicates and faulty lines."""
        return self.duplicate_count + self.invalid_count

    @property
    def is_pausing(self) -> bool:
        """True while a paused or cancelled import still has rows on the wire."""
        return self.state in (ImportState.PAUSED, ImportState.CANCELLED) and self.sending_count > 0
