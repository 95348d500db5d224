"""Partners, the donor's applicants, the ledger of issued share tokens, and the rate budget."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from sharing.review_states import REVIEW_STATES
from sumsub.review import Review, ReviewWord, review_word

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


class ApplicantSource(models.TextChoices):
    """How we came to know an applicant of our own workspace."""

    CSV = "csv", "Dashboard export"
    LOOKUP = "lookup", "Lookup"
    WEBHOOK = "webhook", "Webhook"


class ApplicantQuerySet(models.QuerySet["Applicant"]):
    """Questions about many applicants."""

    def found_by(self, words: str) -> "ApplicantQuerySet":
        """Applicants whose name, e-mail or your id contains `words`, or whose id begins so."""
        words = words.strip()
        return self.filter(
            models.Q(name__icontains=words)
            | models.Q(email__icontains=words)
            | models.Q(external_user_id__icontains=words)
            | models.Q(applicant_id__startswith=words)
        )

    def in_review_state(self, word: ReviewWord) -> "ApplicantQuerySet":
        """Applicants whose review the dashboard calls `word`."""
        return self.filter(**REVIEW_STATES[word].stored)


class Applicant(models.Model):
    """An applicant of our own Sumsub workspace whose verification may be shared (donor's side)."""

    applicant_id = models.CharField("Sumsub applicant id", max_length=64, unique=True)
    external_user_id = models.CharField("your id", max_length=256, blank=True, db_index=True)
    name = models.CharField(max_length=256, blank=True)
    email = models.CharField(max_length=254, blank=True)
    country = models.CharField(max_length=3, blank=True)
    level_name = models.CharField(max_length=256, blank=True)
    review_status = models.CharField(max_length=40, blank=True)
    review_answer = models.CharField(max_length=10, blank=True)
    review_reject_type = models.CharField(max_length=10, blank=True)
    profile = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=10, choices=ApplicantSource.choices)
    created_at = models.DateTimeField(default=timezone.now)
    created_at_sumsub = models.DateTimeField(null=True, blank=True)
    looked_up_at = models.DateTimeField(null=True, blank=True)

    objects = ApplicantQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name or self.applicant_id

    @property
    def review_word(self) -> ReviewWord:
        """The dashboard's word for this applicant's review."""
        review = Review(
            status=self.review_status,
            answer=self.review_answer or None,
            reject_type=self.review_reject_type or None,
        )
        return review_word(review)

    @property
    def review_look(self) -> str:
        """The name of the look that the review's state has."""
        state = REVIEW_STATES.get(self.review_word)
        return state.look if state else "pending"


class IssuedTokenQuerySet(models.QuerySet["IssuedToken"]):
    """Questions about the ledger."""

    def live(self) -> "IssuedTokenQuerySet":
        """Share tokens whose time to live is not over (they may have been redeemed)."""
        return self.filter(expires_at__gt=timezone.now())

    def for_recipient(self, partner: Partner) -> "IssuedTokenQuerySet":
        """Share tokens minted for one recipient."""
        return self.filter(partner=partner)

    def dying_by(self, moment: datetime) -> "IssuedTokenQuerySet":
        """Live share tokens that die of age at `moment` or before."""
        return self.live().filter(expires_at__lte=moment)

    def expired(self) -> "IssuedTokenQuerySet":
        """Share tokens that are dead of age."""
        return self.filter(expires_at__lte=timezone.now())

    def found_by(self, words: str) -> "IssuedTokenQuerySet":
        """Lines whose token mark begins with `words`, or whose applicant or id matches them."""
        words = words.strip()
        mark = words.replace("·", "").lower()
        return self.filter(
            models.Q(token_mark__startswith=mark)
            | models.Q(applicant__name__icontains=words)
            | models.Q(applicant__external_user_id__icontains=words)
            | models.Q(applicant__applicant_id=words)
        )


class IssuedToken(models.Model):
    """One line of the ledger of share tokens: for whom, by whom, until when; never the token."""

    applicant = models.ForeignKey(Applicant, models.PROTECT, related_name="issued_tokens")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="issued_tokens")
    token_mark = models.CharField(max_length=12, db_index=True)
    ttl_seconds = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = IssuedTokenQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"share token {self.token_mark}"

    @property
    def is_live(self) -> bool:
        """True until the share token's time to live is over (it may have been redeemed)."""
        return timezone.now() < self.expires_at


class Budget(models.Model):
    """The permits to call Sumsub that all processes of this installation share.

    One line per kind of call (`post`, `get`). `given` are the permits of the last window as pairs
    of moment (epoch seconds) and count; `spent_until` is the moment up to which they are spread
    evenly. `pace` is the part of the limit that was left at `cut_at`, the last 429; it recovers.
    `slack` is how much longer than Sumsub's window ours had become then; it is forgotten slowly.
    """

    kind = models.CharField(max_length=4, primary_key=True)
    given = models.JSONField(default=list)
    spent_until = models.FloatField(default=0.0)
    pace = models.FloatField(default=1.0)
    cut_at = models.FloatField(default=0.0)
    slack = models.FloatField(default=0.0)

    def __str__(self) -> str:
        return f"budget for {self.kind}"
