"""Exports of applicants from Sumsub's dashboard that are taken in, and their faulty lines."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone


class ExportState(models.TextChoices):
    """How far an export has come."""

    RUNNING = "running", "Being taken in"
    DONE = "finished", "Taken in"
    FAILED = "failed", "Broke off"


class ApplicantExportQuerySet(models.QuerySet["ApplicantExport"]):
    """Questions about many exports."""

    def newest_first(self) -> "ApplicantExportQuerySet":
        """With whoever brought them."""
        return self.select_related("taken_by").order_by("-pk")

    def free(self, now: datetime) -> "ApplicantExportQuerySet":
        """Those that are to be taken in and that no process holds, the oldest first."""
        unheld = models.Q(lease_until=None) | models.Q(lease_until__lte=now)
        return self.filter(unheld, state=ExportState.RUNNING).order_by("pk")


class ApplicantExport(models.Model):
    """One file, taken in by a process that holds it under a lease, some lines at a time.

    `read_through` is the last line that is stored; the counts are written in the transaction that
    stores the lines, so whoever goes on after a crash does nothing twice. `line_count` is about how
    many lines the file has. `claims` counts the leases since lines were last stored.
    """

    file_name = models.CharField(max_length=200, blank=True)
    line_count = models.PositiveIntegerField()
    state = models.CharField(
        max_length=10, choices=ExportState.choices, default=ExportState.RUNNING
    )
    read_through = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    older = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=40, blank=True)
    claims = models.PositiveSmallIntegerField(default=0)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects = ApplicantExportQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"export {self.pk}"

    @property
    def stored(self) -> int:
        """Applicants of the file that are in the list now."""
        return self.new + self.changed + self.unchanged

    @property
    def percent(self) -> int:
        """The part of the file that is stored."""
        if self.state == ExportState.DONE:
            return 100
        return min(99, 100 * self.read_through // max(1, self.line_count))

    @property
    def is_running(self) -> bool:
        """True while there is something left to take in."""
        return self.state == ExportState.RUNNING


class ExportFile(models.Model):
    """The file itself, sealed: it names people. It is erased once it is taken in."""

    export = models.OneToOneField(
        ApplicantExport, models.CASCADE, related_name="file", primary_key=True
    )
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"the file of export {self.export_id}"


class ExportFaultQuerySet(models.QuerySet["ExportFault"]):
    """Questions about faulty lines."""

    def of(self, export: ApplicantExport) -> "ExportFaultQuerySet":
        """Those of one file, from its beginning."""
        return self.filter(export=export).order_by("line")

    def after(self, line: int) -> "ExportFaultQuerySet":
        """Those further down."""
        return self.filter(line__gt=line)


class ExportFault(models.Model):
    """A line that cannot be used, the header's number being 1, and what is wrong with it."""

    export = models.ForeignKey(ApplicantExport, models.CASCADE, related_name="faults")
    line = models.PositiveIntegerField()
    fault = models.CharField(max_length=120)

    objects = ExportFaultQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("export", "line"), name="export_fault_line_once")
        ]

    def __str__(self) -> str:
        return f"line {self.line} {self.fault}"
