"""Links by which applicants supply themselves what their application lacks."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.models.applications import Application


class LinkEnd(models.TextChoices):
    """How a link came to its end."""

    SENT = "sent", "Sent"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"
    TAKEN_OVER = "taken_over", "Taken over"
    REPLACED = "replaced", "Replaced by a newer link"
    CLOSED = "closed", "The application moved on"


class LinkState(models.TextChoices):
    """Where a link stands: open, or how it ended."""

    OPEN = "open", "Open"
    SENT = "sent", "Sent"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"
    TAKEN_OVER = "taken_over", "Taken over"
    REPLACED = "replaced", "Replaced"
    CLOSED = "closed", "Closed"


class ApplicantLinkQuerySet(models.QuerySet["ApplicantLink"]):
    """Questions about many links."""

    def with_secret(self, sha256: str) -> "ApplicantLinkQuerySet":
        """The one whose address has this secret, if there is one."""
        return self.filter(secret_sha256=sha256)

    def of(self, application: Application) -> "ApplicantLinkQuerySet":
        """Every link there was for an application."""
        return self.filter(application=application)

    def not_ended(self) -> "ApplicantLinkQuerySet":
        """Links that nobody ended; the time of some may be over."""
        return self.filter(ended_at__isnull=True)

    def run_out(self, now: datetime) -> "ApplicantLinkQuerySet":
        """Links whose time is over, and nobody has written that down yet."""
        return self.not_ended().filter(expires_at__lte=now)

    def end(self, end: LinkEnd, now: datetime, *, by: int | None = None) -> int:
        """End those among them that are not ended; returns how many."""
        return self.not_ended().update(ended_at=now, ended_as=end, ended_by=by)

    def seen(self, pk: int, now: datetime, before: datetime) -> bool:
        """Note that the applicant looked, if they were last seen before `before`.

        True when it was the first time.
        """
        mine = self.not_ended().filter(pk=pk)
        first = mine.filter(opened_at__isnull=True).update(opened_at=now, seen_at=now) == 1
        if not first:
            mine.filter(seen_at__lte=before).update(seen_at=now)
        return first


class ApplicantLink(models.Model):
    """One link to a page without sign-in, for one application; one at a time is open.

    `secret_sha256` is the SHA-256 of 256 random bits in its address. `fields` are the form fields
    that were filled in by it: the page shows the applicant no others. `signed` says that they put
    their name to something there. `words` is what they answered to a request for information:
    personal data, perhaps, which is why it is here and not in the audit trail.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="applicant_links")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, help_text="when a mail server took its e-mail")
    opened_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    fields = models.JSONField(default=list, blank=True)
    signed = models.BooleanField(default=False)
    words = models.CharField(max_length=1000, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=10, choices=LinkEnd.choices, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = ApplicantLinkQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(ended_at__isnull=True),
                name="applicant_link_one_open",
            )
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(ended_at__isnull=True),
                name="applicant_link_runs",
            )
        ]

    def __str__(self) -> str:
        return f"applicant link {self.pk}"

    @property
    def state(self) -> LinkState:
        """Where it stands now."""
        if self.ended_as:
            return LinkState(self.ended_as)
        return LinkState.EXPIRED if self.expires_at <= timezone.now() else LinkState.OPEN

    @property
    def is_open(self) -> bool:
        """True while the applicant may enter something by it."""
        return self.state is LinkState.OPEN
