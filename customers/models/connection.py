"""What we know about the connection to Sumsub: closed gates, the breaker, the positive control."""

from datetime import datetime

from django.db import models
from django.utils import timezone


class GateScope(models.TextChoices):
    """What a closed gate holds back; gates of one partner or import add `:<id>` to the word."""

    CONNECTION = "connection", "Everything"
    REUSE = "reuse", "Reusable KYC"
    COPY = "copy", "Copy Applicant"
    PARTNER = "partner", "One partner"
    REGISTER = "register", "One partner, by the register"
    IMPORT = "import", "One import"


class GateReason(models.TextChoices):
    """Why a gate closed; customers.wording says it in full and who can open it."""

    CREDENTIALS = "credentials", "Sumsub rejects our credentials"
    CLOCK = "clock", "Our clock differs from Sumsub's"
    PERMISSION = "permission", "Our app token lacks a permission"
    ADDRESS = "address", "The address is not Sumsub's API"
    NOT_PARTNERS = "not_partners", "Not partners at Sumsub"
    DISABLED = "disabled", "Switched off at Sumsub"
    PARAMETERS = "parameters", "Level or parameters are wrong"
    KEYS = "keys", "A key that opens our share tokens is missing"
    REGISTER = "register", "The register stops this donor"


class GateQuerySet(models.QuerySet["Gate"]):
    """Questions about many gates."""

    def closed(self) -> "GateQuerySet":
        """Gates that hold rows back now."""
        return self.filter(closed_at__isnull=False)

    def due_for_probe(self, now: datetime) -> "GateQuerySet":
        """Closed gates that a harmless call may open at `now`."""
        return self.closed().filter(probe_at__lte=now)


class Gate(models.Model):
    """A stop that holds back rows without burning them. Open gates have `closed_at` None."""

    scope = models.CharField(max_length=40, unique=True)
    reason = models.CharField(max_length=16, choices=GateReason.choices)
    error_code = models.PositiveIntegerField(null=True)
    detail = models.CharField(max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True, help_text="when a harmless call may open it")
    times_closed = models.PositiveIntegerField(default=0)

    objects = GateQuerySet.as_manager()

    def __str__(self) -> str:
        return f"gate {self.scope}"

    @property
    def opens_by_hand(self) -> bool:
        """False for the register's: it opens with what an admin changes under Partners."""
        return self.reason != GateReason.REGISTER


class BreakerState(models.TextChoices):
    """CLOSED lets rows pass; OPEN stops claims; TRIAL lets one row at a time pass."""

    CLOSED = "closed", "Normal"
    OPEN = "open", "Sumsub does not answer"
    TRIAL = "trial", "Trying one row at a time"


class Link(models.Model):
    """The one line about the connection's health, shared by all workers."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    breaker = models.CharField(
        max_length=6, choices=BreakerState.choices, default=BreakerState.CLOSED
    )
    failures = models.JSONField(default=list, help_text="moments (epoch seconds) of bad results")
    opened_at = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True)
    pause_seconds = models.FloatField(default=0)
    control_at = models.DateTimeField(null=True, help_text="last lookup that found what must exist")
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"link ({self.breaker})"
