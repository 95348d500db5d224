"""The ledger of issued share tokens; never the tokens."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from sharing.models.applicants import Applicant
from sharing.models.partners import Partner


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
