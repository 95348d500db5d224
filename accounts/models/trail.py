"""The audit trail: who did what, when, about which object."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models.functions import Now

from accounts.days import on_days
from accounts.models.people import User
from accounts.rights import Right

# Outcomes of a deed that was tried and did not come about, or found something amiss.
FAILURES = ("refused", "missing", "broken", "bad")


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Ways of looking at the trail; nothing here changes an event."""

    def visible_to(self, person: User) -> Self:
        """All events for readers of the audit trail, one's own for everybody else."""
        return self if person.holds(Right.VIEW_AUDIT) else self.filter(actor=person)

    def by(self, person: User) -> Self:
        """Events of one person's deeds."""
        return self.filter(actor=person)

    def about(self, subject: str) -> Self:
        """Events about one thing (`import:48`), the newest first."""
        return self.filter(subject=subject).order_by("-pk")

    def about_any(self, subjects: Iterable[str]) -> Self:
        """Events about any of these things, the newest first."""
        return self.filter(subject__in=list(subjects)).order_by("-pk")

    def by_number(self, number: int) -> Self:
        """Events of the person or API client with this number."""
        return self.filter(actor_id=number)

    def of_deed(self, deed: str) -> Self:
        """Events of one deed (`import.created`) or of one family of deeds (`import`)."""
        return self.filter(models.Q(deed=deed) | models.Q(deed__startswith=f"{deed}."))

    def of_deeds(self, *deeds: str) -> Self:
        """Events of exactly these deeds."""
        return self.filter(deed__in=deeds)

    def in_import(self, number: int) -> Self:
        """Events whose details name the import that they concern."""
        return self.filter(details__import_id=number)

    def within(self, first: datetime, last: datetime) -> Self:
        """Events from one moment to another, both included."""
        return self.filter(at__range=(first, last))

    def between(self, first: date | None, last: date | None) -> Self:
        """Events from the day `first` to the day `last`, both included, in UTC."""
        return self.filter(on_days("at", first, last))

    def by_nobody(self) -> Self:
        """Events without a person or API client behind them: what the product did by itself."""
        return self.filter(actor=None)

    def failed(self) -> Self:
        """Deeds that were refused, or that found something amiss."""
        return self.filter(outcome__in=FAILURES)

    def went_through(self) -> Self:
        """Deeds that came about."""
        return self.exclude(outcome__in=FAILURES)

    def since(self, moment: datetime) -> Self:
        """Events of that moment or later."""
        return self.filter(at__gte=moment)

    def before(self, event: "AuditEvent") -> Self:
        """Events written before this one."""
        return self.filter(pk__lt=event.pk)

    def concerning(self, condition: models.Q) -> Self:
        """Events that fit what somebody asks about an object (`accounts.trail.objects`)."""
        return self.filter(condition)

    def after_seq(self, seq: int) -> Self:
        """Sealed events behind this place of the chain, in its order."""
        return self.filter(seq__gt=seq).order_by("seq")

    def last_seq(self) -> int:
        """The last place of the chain; 0 before the first seal. Numbers have no gap."""
        head = self.sealed().last()
        return head.seq or 0 if head else 0

    def unsealed(self) -> Self:
        """Committed events that no seal covers yet, oldest first."""
        return self.filter(seq__isnull=True).order_by("pk")

    def sealed(self) -> Self:
        """Sealed events in the order of the chain."""
        return self.filter(seq__isnull=False).order_by("seq")


class AuditEvent(models.Model):
    """One deed or disclosure. Append-only: triggers refuse changes and deletion.

    The database's clock gives the time. `seq`, `previous_hash` and `hash` are filled once, later,
    by `accounts.sealing`. Events hold ids, counts and references: no personal data, no secrets.
    """

    at = models.DateTimeField(db_default=Now(), editable=False, db_index=True)
    actor = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="deeds"
    )
    actor_label = models.CharField(max_length=150)
    deed = models.CharField(max_length=80, db_index=True)
    subject = models.CharField(max_length=120, blank=True, db_index=True)
    outcome = models.CharField(max_length=40, default="done")
    details = models.JSONField(default=dict)
    source = models.CharField(max_length=40, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    seq = models.BigIntegerField(null=True, unique=True, editable=False)
    previous_hash = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001
    hash = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.deed} {self.subject} by {self.actor_label}"

    @property
    def told(self) -> list[tuple[str, Any]]:
        """The details that say something, for people to read."""
        return [(name, value) for name, value in self.details.items() if value not in (None, "")]

    def sealed_content(self, seq: int) -> dict[str, Any]:
        """What the seal of this event covers, under the number `seq`."""
        return {
            "seq": seq,
            "id": self.pk,
            "at": as_utc_text(self.at),
            "actor": self.actor_id,
            "actor_label": self.actor_label,
            "deed": self.deed,
            "subject": self.subject,
            "outcome": self.outcome,
            "details": self.details,
            "source": self.source,
            "address": self.address,
            "request_id": self.request_id,
        }

    @property
    def has_failed(self) -> bool:
        """True for a deed that did not come about, or found something amiss."""
        return self.outcome in FAILURES


def as_utc_text(moment: datetime) -> str:
    """A moment as ISO 8601 with microseconds, the same for every database."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
