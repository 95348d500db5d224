"""Hand-overs: a file of share tokens that waits, sealed, for one recipient to fetch it once."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

WRONG_TRIES = 10
"""After so many wrong passphrases nothing opens a hand-over any more."""


class HandOverState(models.TextChoices):
    """What became of a hand-over."""

    WAITING = "waiting", "Waiting"
    TAKEN = "taken", "Taken"
    REVOKED = "revoked", "Revoked"
    LOCKED = "locked", "Locked after wrong passphrases"
    EXPIRED = "expired", "Expired"


class HandOverQuerySet(models.QuerySet["HandOver"]):
    """Questions about many hand-overs."""

    def newest_first(self) -> "HandOverQuerySet":
        """With recipient and maker, the newest first."""
        return self.select_related("partner", "made_by", "revoked_by").order_by("-pk")

    def of_subject(self, subject: str) -> "HandOverQuerySet":
        """Hand-overs of what the audit trail names so, the newest first."""
        return self.newest_first().filter(subject=subject)

    def of_subjects(self, subjects: Iterable[str]) -> "HandOverQuerySet":
        """Hand-overs of any of these things, as the audit trail names them, with their makers."""
        return self.select_related("made_by").filter(subject__in=list(subjects))

    def with_secret(self, sha256: str) -> "HandOverQuerySet":
        """The one whose link has this secret, if there is one."""
        return self.filter(secret_sha256=sha256)

    def waiting(self, at: datetime) -> "HandOverQuerySet":
        """Those that the right link and passphrase still open."""
        alive = self.filter(taken_at=None, revoked_at=None, expires_at__gt=at)
        return alive.filter(wrong_tries__lt=WRONG_TRIES)

    def kept_in_vain(self, at: datetime) -> "HandOverQuerySet":
        """Those whose file is still here and that nothing opens any more."""
        return self.filter(sealed__isnull=False).exclude(pk__in=self.waiting(at).values("pk"))


class HandOver(models.Model):
    """One file for one recipient, behind a secret link and a passphrase.

    `secret_sha256` is the SHA-256 of the link's secret, which is 256 random bits; the passphrase
    is hashed as passwords are. `sealed` is the file, erased when it was taken or nothing opens
    it any more. `opened_at` is the first right passphrase.
    """

    partner = models.ForeignKey("sharing.Partner", models.PROTECT, related_name="hand_overs")
    subject = models.CharField(max_length=80, help_text="what the audit trail calls its source")
    file_name = models.CharField(max_length=120)
    token_count = models.PositiveIntegerField()
    redeem_by = models.DateTimeField(null=True)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    passphrase_hash = models.CharField(max_length=128)
    sealed = models.BinaryField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    opened_address = models.GenericIPAddressField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_address = models.GenericIPAddressField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = HandOverQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Hand-over {self.pk}"

    @property
    def context(self) -> str:
        """The place that the sealed file is bound to."""
        return f"sharing.hand_over:{self.secret_sha256}"

    @property
    def state(self) -> HandOverState:
        """Where it stands now."""
        if self.taken_at is not None:
            return HandOverState.TAKEN
        if self.revoked_at is not None:
            return HandOverState.REVOKED
        if self.wrong_tries >= WRONG_TRIES:
            return HandOverState.LOCKED
        return HandOverState.EXPIRED if self.expires_at <= timezone.now() else HandOverState.WAITING

    @property
    def is_waiting(self) -> bool:
        """True while the right link and passphrase open it."""
        return self.state is HandOverState.WAITING
