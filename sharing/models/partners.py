"""The partner register: companies that we share verified customers with."""

from datetime import date, timedelta

from django.db import models
from django.utils import timezone

# From this long before its end on, an agreement is announced as ending.
AGREEMENT_NOTICE = timedelta(days=30)


class PartnerState(models.TextChoices):
    """Whether data may be shared with a partner at the moment."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    REMOVED = "removed", "Removed"


class PartnerQuerySet(models.QuerySet["Partner"]):
    """Questions about many partners."""

    def listed(self) -> "PartnerQuerySet":
        """Partners that still stand in the register."""
        return self.exclude(state=PartnerState.REMOVED)

    def in_state(self, state: PartnerState) -> "PartnerQuerySet":
        """Partners in one state."""
        return self.filter(state=state)

    def donors(self) -> "PartnerQuerySet":
        """Partners that share their customers with us."""
        return self.filter(is_donor=True)

    def recipients(self) -> "PartnerQuerySet":
        """Partners that we share customers with."""
        return self.filter(is_recipient=True)

    def active(self) -> "PartnerQuerySet":
        """Partners that sharing is allowed with now."""
        return self.filter(state=PartnerState.ACTIVE)

    def found_by(self, words: str) -> "PartnerQuerySet":
        """Partners whose name or client id contains `words`."""
        words = words.strip()
        return self.filter(models.Q(name__icontains=words) | models.Q(client_id__icontains=words))

    def contradicted(self) -> "PartnerQuerySet":
        """Partners that Sumsub's last answer about them does not know as ours."""
        return self.filter(contradicted_at__isnull=False)

    def needing_attention(self) -> "PartnerQuerySet":
        """Active partners that Sumsub contradicts, or whose agreement ends soon or has ended."""
        return self.active().filter(
            models.Q(contradicted_at__isnull=False)
            | models.Q(agreement_ends_on__lte=_today() + AGREEMENT_NOTICE)
        )


class Partner(models.Model):
    """A company that we share verified customers with, known by its Sumsub client id.

    Sumsub keeps the relation in its dashboard and has no call to read it, so this register is
    our record of it; `confirmed_at` and `contradicted_at` say what Sumsub's answers showed, and
    at most one of the two is set. `seen_at` is the last outcome that concerned the partner.
    """

    name = models.CharField(max_length=120)
    client_id = models.CharField("Sumsub client id", max_length=120, unique=True)
    is_donor = models.BooleanField("shares with us", default=False)
    is_recipient = models.BooleanField("receives from us", default=False)
    state = models.CharField(
        max_length=10, choices=PartnerState.choices, default=PartnerState.ACTIVE
    )
    agreement_reference = models.CharField(max_length=120, blank=True)
    agreement_ends_on = models.DateField(null=True, blank=True)
    default_level = models.CharField(max_length=256, blank=True)
    default_ttl_seconds = models.PositiveIntegerField(default=1200)
    contact = models.CharField(max_length=200, blank=True)
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    contradicted_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    redeemed_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_donor=True) | models.Q(is_recipient=True),
                name="partner_has_a_role",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_share(self) -> bool:
        """True while sharing with this partner is allowed."""
        return self.state == PartnerState.ACTIVE

    @property
    def decided_count(self) -> int:
        """Share tokens of this partner that ended in an outcome here."""
        return self.redeemed_count + self.refused_count

    @property
    def success_rate(self) -> float | None:
        """Per cent of the decided share tokens that became customers; None without any."""
        return 100 * self.redeemed_count / self.decided_count if self.decided_count else None

    @property
    def agreement_has_ended(self) -> bool:
        """True after the agreement's last day (UTC); one without an end never ends."""
        return self.agreement_ends_on is not None and self.agreement_ends_on < _today()

    @property
    def agreement_days_left(self) -> int | None:
        """Days until the agreement ends when that is near, else None."""
        if self.agreement_ends_on is None or self.agreement_has_ended:
            return None
        left = self.agreement_ends_on - _today()
        return left.days if left <= AGREEMENT_NOTICE else None


def _today() -> date:
    return timezone.now().date()
