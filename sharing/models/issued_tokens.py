"""The ledger of issued share tokens; never the tokens."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.days import on_days
from accounts.models import User
from sharing.models.applicants import Applicant
from sharing.models.partners import Partner
from sumsub.codes import refusal_code

if TYPE_CHECKING:
    from sharing.models.hand_overs import HandOver
    from sharing.models.mint_rows import MintRow


class HandedOver(models.TextChoices):
    """How a share token left this installation."""

    NONE = "none", "Not handed over"
    PAGE = "page", "Shown on the page"
    COPIED = "copied", "Copied from the page"
    FILE = "file", "In a file"
    LINK = "link", "By link"
    COMMAND = "command", "On the command line"
    API = "api", "By the API"


class TokenOutcome(models.TextChoices):
    """What became of a share token; known only where its recipient is our own client id."""

    UNKNOWN = "", "Not known here"
    REDEEMED = "redeemed", "Redeemed"
    REFUSED = "refused", "Refused"
    UNUSED = "unused", "Came back unused"


class Fate(models.TextChoices):
    """Where a share token stands: each has exactly one fate."""

    LIVE = "live", "Live"
    EXPIRED = "expired", "Expired"
    REDEEMED = "redeemed", "Redeemed"
    REFUSED = "refused", "Refused"


# How long a form that was sent may come again.
KEPT = timedelta(days=7)
_DECIDED = (TokenOutcome.REDEEMED, TokenOutcome.REFUSED)


def _fates(now: datetime) -> dict[Fate, models.Q]:
    open_ones = ~models.Q(outcome__in=_DECIDED)
    return {
        Fate.LIVE: open_ones & models.Q(expires_at__gt=now),
        Fate.EXPIRED: open_ones & models.Q(expires_at__lte=now),
        Fate.REDEEMED: models.Q(outcome=TokenOutcome.REDEEMED),
        Fate.REFUSED: models.Q(outcome=TokenOutcome.REFUSED),
    }


class IssuedTokenQuerySet(models.QuerySet["IssuedToken"]):
    """Questions about the ledger."""

    def live(self) -> "IssuedTokenQuerySet":
        """Share tokens that may still be redeemed, as far as is known here."""
        return self.of_fate(Fate.LIVE)

    def of_fate(self, fate: Fate) -> "IssuedTokenQuerySet":
        """Share tokens of one fate; each has exactly one (`IssuedToken.fate`)."""
        return self.filter(_fates(timezone.now())[fate])

    def counted_by_fate(self) -> dict[Fate, int]:
        """How many share tokens of each fate there are, in one query."""
        counts = self.aggregate(
            **{
                fate.name: models.Count("pk", filter=condition)
                for fate, condition in _fates(timezone.now()).items()
            }
        )
        return {fate: counts[fate.name] for fate in Fate}

    def for_recipient(self, partner: Partner) -> "IssuedTokenQuerySet":
        """Share tokens minted for one recipient."""
        return self.filter(partner=partner)

    def dying_by(self, moment: datetime) -> "IssuedTokenQuerySet":
        """Live share tokens that die of age at `moment` or before."""
        return self.live().filter(expires_at__lte=moment)

    def of_known_end(self) -> "IssuedTokenQuerySet":
        """Share tokens of which something came to be known, the latest first."""
        known = self.filter(outcome_at__isnull=False).select_related("partner")
        return known.order_by("-outcome_at")

    def issuers(self) -> models.QuerySet[User]:
        """Everybody who ever issued one, by name."""
        return User.objects.filter(
            models.Exists(IssuedToken.objects.filter(issued_by=models.OuterRef("pk")))
        ).order_by("name", "pk")

    def issued_by_person(self, person: User) -> "IssuedTokenQuerySet":
        """Share tokens that one person issued."""
        return self.filter(issued_by=person)

    def handed_over_by(self, way: HandedOver) -> "IssuedTokenQuerySet":
        """Share tokens that left this installation in one way, or not at all."""
        return self.filter(handed_over=way)

    def issued_between(
        self, first: datetime | None, before: datetime | None
    ) -> "IssuedTokenQuerySet":
        """Share tokens issued from `first` on and before `before`; None bounds nothing."""
        found = self.filter(issued_at__gte=first) if first else self
        return found.filter(issued_at__lt=before) if before else found

    def issued_on(self, first: date | None, last: date | None) -> "IssuedTokenQuerySet":
        """Share tokens issued from the day `first` to the day `last`, both included, in UTC."""
        return self.filter(on_days("issued_at", first, last))

    def counted_by_day(self) -> dict[date, int]:
        """How many were issued on each day (in UTC); days without any are left out."""
        days = self.order_by().annotate(day=TruncDate("issued_at"))
        return dict(days.values_list("day").annotate(models.Count("pk")))

    def of_marks(self, marks: Iterable[str], client_id: str) -> "IssuedTokenQuerySet":
        """Share tokens with these marks that were made for the workspace `client_id`."""
        return self.filter(partner__client_id=client_id, token_mark__in=list(marks))

    def of_rows(self, rows: "models.QuerySet[MintRow]") -> "IssuedTokenQuerySet":
        """The lines that rows of a batch led to."""
        return self.filter(pk__in=rows.values("issued_id"))

    def note_kept(self) -> None:
        """Write down that these share tokens left this installation in no way after all."""
        self.update(handed_over=HandedOver.NONE, handed_over_at=None)

    def note_handed_over(self, way: HandedOver) -> None:
        """Write down the last way in which these share tokens left this installation."""
        self.update(handed_over=way, handed_over_at=timezone.now())

    def found_by(self, words: str, *, by_person: bool = True) -> "IssuedTokenQuerySet":
        """Lines whose token mark begins with `words`, or whose applicant has this id.

        `by_person` looks at names too and at parts of your ids; leave it out for readers who may
        not know whose share tokens these are.
        """
        words = words.strip()
        mark = words.replace("·", "").lower()
        found = models.Q(token_mark__startswith=mark) | models.Q(applicant__applicant_id=words)
        if by_person:
            found |= models.Q(applicant__name__icontains=words)
            found |= models.Q(applicant__external_user_id__icontains=words)
        return self.filter(found)


class IssuedToken(models.Model):
    """One line of the ledger of share tokens: for whom, by whom, until when; never the token.

    `handed_over` is the last way it left us. `outcome_code` and `outcome_name`
    are Sumsub's, of a refusal.
    """

    applicant = models.ForeignKey(Applicant, models.PROTECT, related_name="issued_tokens")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="issued_tokens")
    token_mark = models.CharField(max_length=12, db_index=True)
    ttl_seconds = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    handed_over = models.CharField(
        max_length=10, choices=HandedOver.choices, default=HandedOver.NONE
    )
    handed_over_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        max_length=10, choices=TokenOutcome.choices, blank=True, default=TokenOutcome.UNKNOWN
    )
    outcome_at = models.DateTimeField(null=True, blank=True)
    outcome_code = models.PositiveIntegerField(null=True, blank=True)
    outcome_name = models.CharField(max_length=120, blank=True, default="")

    link: "HandOver | None" = None
    """The hand-over that it went by, where `ledger_links.note_links` filled it in."""

    objects = IssuedTokenQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"share token {self.token_mark}"

    @property
    def is_live(self) -> bool:
        """True while the share token may be redeemed, as far as is known here."""
        return self.fate is Fate.LIVE

    @property
    def fate(self) -> Fate:
        """Where the share token stands; `IssuedTokenQuerySet.of_fate` asks the same."""
        if self.outcome in _DECIDED:
            return Fate(self.outcome)
        return Fate.LIVE if timezone.now() < self.expires_at else Fate.EXPIRED

    @property
    def fate_look(self) -> str:
        """The name of the look that this fate has."""
        return "died" if self.fate is Fate.EXPIRED else self.fate.value

    @property
    def outcome_reason(self) -> str:
        """Why it was refused, in words, with Sumsub's code; empty without a refusal."""
        if self.outcome != TokenOutcome.REFUSED:
            return ""
        known = refusal_code(self.outcome_code, self.outcome_name)
        if known:
            return f"{known.cause} ({known.code})"
        return f"Sumsub’s code {self.outcome_code}." if self.outcome_code else "Sumsub refused it."


class MintRequestQuerySet(models.QuerySet["MintRequest"]):
    """Questions about presses of the button."""

    def forget_old(self) -> None:
        """Forget presses whose page nobody has open any more."""
        self.filter(made_at__lt=timezone.now() - KEPT).delete()


class MintRequest(models.Model):
    """One press of *Generate share token*, so that a second press of the same one mints nothing."""

    key = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = MintRequestQuerySet.as_manager()

    def __str__(self) -> str:
        return f"mint request {self.pk}"
