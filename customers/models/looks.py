"""Looks: what Sumsub's preview says of rows before they are sent.

A forecast stands beside a row and never in place of its state. It has a table of its own, so that
rows which nobody looks at cost nothing more on their way, and those which are looked at are not
written for it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.models.imports import Import, ImportState
from customers.models.row_states import RowState
from customers.models.rows import Row


class LookKind(models.TextChoices):
    """Which rows Sumsub is asked about."""

    SAMPLE = "sample", "A sample"
    ALL = "all", "All rows"
    EACH = "each", "Each row just before it is sent"


class LookState(models.TextChoices):
    """Whether Sumsub is still being asked; STOPPED when it does not let us.

    ENDING where each row was looked at before it is sent, and the rest goes on unasked.
    """

    ASKING = "asking", "Asking Sumsub"
    ENDING = "ending", "Sending the rest"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped"

    @classmethod
    def to_go_on(cls) -> "tuple[LookState, ...]":
        """Those in which there is something for a process to do."""
        return (cls.ASKING, cls.ENDING)


class Outlook(models.TextChoices):
    """What the preview says would become of a row; WAITING before it was asked."""

    WAITING = "waiting", "To be asked"
    PASSES = "passes", "Would be imported"
    DOCUMENTS = "documents", "Documents requested"
    REFUSED = "refused", "Would be refused"
    UNANSWERED = "unanswered", "No answer"


# Those with a counter on the look, in the order of a page.
TOLD = (Outlook.PASSES, Outlook.DOCUMENTS, Outlook.REFUSED, Outlook.UNANSWERED)
# Beside the reasons of gates: nothing answers at all.
NO_ANSWER = "no_answer"


class LookQuerySet(models.QuerySet["Look"]):
    """Questions about many looks."""

    def due(self, now: datetime) -> "LookQuerySet":
        """Looks to go on with that no process has at `now`, the longest unserved first.

        A sample or all rows are asked about before the import is started, each row while it runs.
        """
        fits = Q(kind=LookKind.EACH, import_ref__state=ImportState.RUNNING) | (
            ~Q(kind=LookKind.EACH) & Q(import_ref__state=ImportState.STAGED)
        )
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        open_ = self.filter(fits, free, state__in=LookState.to_go_on())
        return open_.order_by(models.F("served_at").asc(nulls_first=True), "pk")


def _counter() -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(default=0, db_default=0)


class Look(models.Model):
    """One import's look at what Sumsub would say. A lease keeps it with one process at a time.

    The counters are kept in the transaction that stores the forecasts. `change` grows with each,
    so that a page knows when there is something new.
    """

    import_ref = models.OneToOneField(
        Import, models.CASCADE, primary_key=True, related_name="look", db_column="import_id"
    )
    kind = models.CharField(max_length=6, choices=LookKind.choices)
    state = models.CharField(max_length=7, choices=LookState.choices, default=LookState.ASKING)
    documents_pass = models.BooleanField(
        default=True, help_text="each row: one that would end in Documents requested is sent"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    wanted = _counter()
    passes_count = _counter()
    documents_count = _counter()
    refused_count = _counter()
    unanswered_count = _counter()
    dead_run = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="each row: previews in a row that found the share token expired or used",
    )
    stopped_by = models.CharField(max_length=16, default="", db_default="")
    stopped_code = models.PositiveIntegerField(null=True)
    stopped_detail = models.CharField(max_length=500, default="", db_default="")
    at_levels = models.JSONField(
        null=True, help_text="what a few refused rows would find at other levels; null = not asked"
    )
    change = models.PositiveBigIntegerField(default=0, db_default=0)
    lease_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=40, default="", db_default="")
    served_at = models.DateTimeField(null=True, help_text="the last time a process took it")

    objects = LookQuerySet.as_manager()

    def __str__(self) -> str:
        return f"look at import {self.import_ref_id}"

    def count(self, outlook: str) -> int:
        """How many rows have this forecast (one of TOLD)."""
        return int(getattr(self, f"{outlook}_count"))

    @property
    def answered(self) -> int:
        """Rows that were asked about, those without an answer too."""
        return sum(self.count(outlook) for outlook in TOLD)

    @property
    def is_asking(self) -> bool:
        """True while Sumsub is to be asked about more rows."""
        return self.state == LookState.ASKING

    @property
    def is_whole(self) -> bool:
        """True when every row was asked about, so that those which pass can be told apart."""
        return self.kind == LookKind.ALL and self.state == LookState.DONE

    @property
    def took(self) -> timedelta | None:
        """How long the asking took; None while it lasts."""
        return self.ended_at - self.began_at if self.ended_at else None


def look_taken(imported: Import) -> Look | None:
    """The look at an import, if anybody took one; asks nothing where it was fetched with it."""
    found: Look | None = getattr(imported, "look", None)
    return found


class ForecastQuerySet(models.QuerySet["Forecast"]):
    """Questions about many forecasts."""

    def of(self, import_id: int) -> "ForecastQuerySet":
        """The forecasts of one import's rows."""
        return self.filter(look_id=import_id)

    def told(self, *outlooks: str) -> "ForecastQuerySet":
        """Those that say one of these."""
        return self.filter(outlook__in=outlooks)

    def of_rows_not_started(self) -> "ForecastQuerySet":
        """Those whose rows were neither started nor given up."""
        return self.filter(row__state=RowState.STAGED)

    def of_rows(self, row_ids: Iterable[int]) -> "ForecastQuerySet":
        """The forecasts of these rows."""
        return self.filter(pk__in=list(row_ids))


class Forecast(models.Model):
    """What Sumsub's preview said of one row at the level it had then. `steps` are Sumsub's names
    of what would be asked for, separated by commas, where that can be told.
    """

    row = models.OneToOneField(Row, models.CASCADE, primary_key=True, related_name="forecast")
    look = models.ForeignKey(Look, models.CASCADE, related_name="forecasts", db_index=False)
    outlook = models.CharField(max_length=10, choices=Outlook.choices, default=Outlook.WAITING)
    reason = models.CharField(max_length=40, default="", db_default="")
    error_code = models.PositiveIntegerField(null=True)
    error_name = models.CharField(max_length=80, default="", db_default="")
    steps = models.CharField(max_length=256, default="", db_default="")
    asked_at = models.DateTimeField(null=True)

    objects = ForecastQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["look", "outlook", "reason", "error_code"], name="forecast_by_outlook"
            )
        ]

    def __str__(self) -> str:
        return f"forecast of row {self.row_id}: {self.outlook}"
