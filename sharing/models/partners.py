"""The partner register: companies that we share verified customers with."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from django.conf import settings
from django.db import models
from django.db.models.expressions import OrderBy
from django.utils import timezone

from accounts.compiled import Compiled, counted
from sharing.models.agreements import Covers, LawfulBasis
from sharing.models.bars import Bar, Way
from sharing.models.partner_tokens import FIRST_REMINDER, TokenUse

# From this long before its end on, an agreement is announced as ending.
AGREEMENT_NOTICE = timedelta(days=30)


class PartnerState(models.TextChoices):
    """Whether data may be shared with a partner at the moment."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    REMOVED = "removed", "Removed"


class PartnerOrder(StrEnum):
    """How a list of partners may be sorted."""

    NAME = "name"
    SEEN = "seen"
    ENDING = "ending"
    REFUSED = "refused"
    NEWEST = "newest"


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
        """Partners that nobody paused or removed; see `clear_for` for whether sharing may go on."""
        return self.filter(state=PartnerState.ACTIVE)

    def clear_for(self, way: Way) -> "PartnerQuerySet":
        """Partners that sharing is allowed with now, this way: `Partner.bar` in one question."""
        known = _known_as(settings.SUMSUB_CLIENT_ID)
        role = models.Q(is_donor=True) if way is Way.IN else models.Q(is_recipient=True)
        return self.active().filter(role, known | _agreement_in_force(way, _today()))

    def found_by(self, words: str) -> "PartnerQuerySet":
        """Partners whose name, client id, agreement or contact contains `words`."""
        words = words.strip()
        contacts = Partner.objects.filter(
            models.Q(contacts__name__icontains=words) | models.Q(contacts__email__icontains=words)
        )
        return self.filter(
            models.Q(name__icontains=words)
            | models.Q(client_id__icontains=words)
            | models.Q(agreement_reference__icontains=words)
            | models.Q(pk__in=contacts.values("pk"))
        )

    def with_id(self, partner_id: int) -> "PartnerQuerySet":
        """The partner with this number, if it is among them."""
        return self.filter(pk=partner_id)

    def numbered(self, numbers: Iterable[str]) -> "PartnerQuerySet":
        """Partners with these numbers."""
        return self.filter(pk__in=list(numbers))

    def with_client_id(self, client_id: str) -> "PartnerQuerySet":
        """The partner with this client id, if there is one."""
        return self.filter(client_id=client_id)

    def contradicted(self) -> "PartnerQuerySet":
        """Partners that Sumsub's last answer about them does not know as ours."""
        return self.filter(contradicted_at__isnull=False)

    def agreement_ending(self) -> "PartnerQuerySet":
        """Listed partners whose agreement ends within AGREEMENT_NOTICE, or has ended."""
        return self.listed().filter(agreement_ends_on__lte=_today() + AGREEMENT_NOTICE)

    def in_force_before(self) -> "PartnerQuerySet":
        """Partners with an agreement that was signed: it may end, or have ended."""
        signed = self.filter(agreement_signed_on__isnull=False)
        return signed.exclude(agreement_reference="")

    def without_agreement(self, ourselves: str, today: date) -> "PartnerQuerySet":
        """Active partners whose agreement does not cover what they are registered for."""
        missing_in = models.Q(is_donor=True) & ~_agreement_in_force(Way.IN, today)
        missing_out = models.Q(is_recipient=True) & ~_agreement_in_force(Way.OUT, today)
        return self.active().filter(missing_in | missing_out).exclude(_known_as(ourselves))

    def needing_attention(self) -> "PartnerQuerySet":
        """Active partners that Sumsub contradicts, whose agreement is missing or ends soon, or
        whose partner token dies before it was entered."""
        return self.needing_attention_at(**attention_moments())

    def needing_attention_at(
        self, *, ourselves: str, today: date, ends_by: date, dies_by: datetime
    ) -> "PartnerQuerySet":
        """The same with everything said that it depends on, as `attention_moments` says it."""
        missing = self.model.objects.without_agreement(ourselves, today)
        return self.active().filter(
            models.Q(contradicted_at__isnull=False)
            | models.Q(agreement_ends_on__lte=ends_by)
            | models.Q(pk__in=missing.values("pk"))
            | models.Q(pk__in=TokenUse.objects.dying_by(dies_by).values("partner"))
        )

    def needing_attention_count(self) -> int:
        """How many partners of the whole register need attention; every page asks it."""
        return int(_NEEDING_ATTENTION.first(**attention_moments()))

    def in_order(self, order: PartnerOrder) -> "PartnerQuerySet":
        """Sorted as people ask for it; what has no value stands last."""
        columns: dict[PartnerOrder, tuple[str | OrderBy, ...]] = {
            PartnerOrder.NAME: ("name", "pk"),
            PartnerOrder.SEEN: (models.F("seen_at").desc(nulls_last=True), "name"),
            PartnerOrder.ENDING: (models.F("agreement_ends_on").asc(nulls_last=True), "name"),
            PartnerOrder.REFUSED: ("-refused_count", "name"),
            PartnerOrder.NEWEST: ("-created_at", "-pk"),
        }
        return self.order_by(*columns[order])


class Partner(models.Model):
    """A company that we share verified customers with, known by its Sumsub client id.

    Sumsub keeps the relation in its dashboard and has no call to read it, so this register is
    our record of it; `confirmed_at` and `contradicted_at` say what Sumsub's answers showed, and
    at most one of the two is set. `not_partners_at` is the last 10501, also when a success came
    since. `seen_at` is the last outcome that concerned the partner.
    """

    name = models.CharField(max_length=120)
    client_id = models.CharField("Sumsub client id", max_length=120, unique=True)
    is_donor = models.BooleanField("shares with us", default=False)
    is_recipient = models.BooleanField("receives from us", default=False)
    state = models.CharField(
        max_length=10, choices=PartnerState.choices, default=PartnerState.ACTIVE
    )
    agreement_reference = models.CharField(max_length=120, blank=True)
    agreement_signed_on = models.DateField(null=True, blank=True)
    agreement_ends_on = models.DateField(null=True, blank=True)
    agreement_covers = models.CharField(max_length=4, choices=Covers.choices, default=Covers.BOTH)
    lawful_basis = models.CharField(max_length=20, choices=LawfulBasis.choices, blank=True)
    lawful_basis_note = models.CharField(max_length=300, blank=True)
    default_level = models.CharField(max_length=256, blank=True)
    default_ttl_seconds = models.PositiveIntegerField(default=1200)
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    contradicted_at = models.DateTimeField(null=True, blank=True)
    not_partners_at = models.DateTimeField(null=True, blank=True)
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

    def bar(self, way: Way) -> Bar | None:
        """What stands against sharing with this partner that way now; None when nothing does.

        Our own workspace needs no agreement: in a same-key test nothing leaves the house.
        """
        if self.state == PartnerState.REMOVED:
            return Bar.REMOVED
        if self.state == PartnerState.PAUSED:
            return Bar.PAUSED
        if not (self.is_donor if way is Way.IN else self.is_recipient):
            return Bar.NO_ROLE
        return None if self.is_ourselves else self._agreement_bar(way)

    def may_share(self, way: Way) -> bool:
        """True while sharing with this partner is allowed that way."""
        return self.bar(way) is None

    def _agreement_bar(self, way: Way) -> Bar | None:
        if not self.agreement_reference:
            return Bar.NO_AGREEMENT
        if self.agreement_signed_on is None or self.agreement_signed_on > _today():
            return Bar.NOT_SIGNED
        if self.agreement_has_ended:
            return Bar.ENDED
        return None if Covers(self.agreement_covers).includes(way) else Bar.OTHER_WAY

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways of sharing that the partner is registered for."""
        found = ((Way.IN, self.is_donor), (Way.OUT, self.is_recipient))
        return tuple(way for way, is_one in found if is_one)

    @property
    def agreement_bar(self) -> Bar | None:
        """What its agreement lacks for a way that the partner is registered for."""
        if self.is_ourselves:
            return None
        bars = (self._agreement_bar(way) for way in self.ways)
        return next((bar for bar in bars if bar is not None), None)

    @property
    def is_ourselves(self) -> bool:
        """True for our own workspace, which is a partner in same-key tests only."""
        return bool(self.client_id) and self.client_id == settings.SUMSUB_CLIENT_ID

    @property
    def has_tokens(self) -> bool:
        """True once share tokens were made for it, or are to be."""
        return self.issued_tokens.exists() or self.mint_batches.exists()

    @property
    def choice_label(self) -> str:
        """How selects name the partner."""
        own = ", your own workspace: only for tests" if self.is_ourselves else ""
        return f"{self.name} ({self.client_id}{own})"

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


class AttentionMoments(TypedDict):
    """What it depends on whether a partner needs attention: our client id, and the time."""

    ourselves: str
    today: date
    ends_by: date
    dies_by: datetime


def attention_moments() -> AttentionMoments:
    """What it depends on now."""
    today = _today()
    return {
        "ourselves": settings.SUMSUB_CLIENT_ID,
        "today": today,
        "ends_by": today + AGREEMENT_NOTICE,
        "dies_by": timezone.now() + FIRST_REMINDER,
    }


_NEEDING_ATTENTION = Compiled(
    lambda **moments: counted(Partner.objects.needing_attention_at(**moments)),
    ourselves=str,
    today=date,
    ends_by=date,
    dies_by=datetime,
)


def _known_as(client_id: str) -> models.Q:
    return models.Q(client_id=client_id) & ~models.Q(client_id="")


def _agreement_in_force(way: Way, today: date) -> models.Q:
    return (
        ~models.Q(agreement_reference="")
        & models.Q(agreement_signed_on__isnull=False, agreement_signed_on__lte=today)
        & (models.Q(agreement_ends_on__isnull=True) | models.Q(agreement_ends_on__gte=today))
        & models.Q(agreement_covers__in=(Covers.BOTH.value, way.value))
    )
