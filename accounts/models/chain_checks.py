"""Walks along the sealed chain of the audit trail, and what they found."""

from typing import Self

from django.db import models
from django.utils import timezone

from accounts.models.people import User


class ChainCheckQuerySet(models.QuerySet["ChainCheck"]):
    """Questions about many checks."""

    def finished(self) -> Self:
        """Checks that came to an end, the newest first."""
        return self.filter(finished_at__isnull=False).order_by("-finished_at", "-pk")

    def furthest(self) -> int:
        """The highest place of the chain that any check found sound; 0 before the first one."""
        sound = self.filter(finished_at__isnull=False, bad_seq=None)
        return sound.aggregate(models.Max("upto"))["upto__max"] or 0


class ChainCheck(models.Model):
    """One walk from the first sealed event to the last one there was when it began.

    A long chain is walked in parts of about a second, so that no request takes longer. Only the
    place is remembered between two parts: the hash before it is read from the chain again.
    """

    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    upto = models.BigIntegerField(help_text="the last sealed event when it began")
    reached = models.BigIntegerField(default=0, help_text="the last event found as it was sealed")
    unsealed = models.PositiveIntegerField(default=0, help_text="events that no seal covered yet")
    bad_seq = models.BigIntegerField(null=True, help_text="the first event that does not fit")
    problem = models.CharField(max_length=120, blank=True)
    seconds = models.FloatField(default=0.0, help_text="how long the walking itself took")
    finished_at = models.DateTimeField(null=True)

    objects = ChainCheckQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"check of the chain {self.pk}"

    @property
    def is_over(self) -> bool:
        """True once the end, or a break, was reached."""
        return self.finished_at is not None

    @property
    def holds(self) -> bool:
        """True when every sealed event is as it was sealed."""
        return self.is_over and self.bad_seq is None

    @property
    def percent(self) -> int:
        """How much of the chain is walked."""
        return 100 * self.reached // self.upto if self.upto else 100
