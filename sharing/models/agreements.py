"""Agreements with partners: what they rest on, which ways they cover, and their documents."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from sharing.models.bars import Way
from sharing.models.documents import StoredDocument


class LawfulBasis(models.TextChoices):
    """What makes processing lawful (GDPR, article 6, paragraph 1, letters a to f)."""

    CONSENT = "consent", "Consent (a)"
    CONTRACT = "contract", "Contract (b)"
    LEGAL_OBLIGATION = "legal_obligation", "Legal obligation (c)"
    VITAL_INTERESTS = "vital_interests", "Vital interests (d)"
    PUBLIC_TASK = "public_task", "Public task (e)"
    LEGITIMATE_INTERESTS = "legitimate_interests", "Legitimate interests (f)"


class Covers(models.TextChoices):
    """Which ways of sharing an agreement is about."""

    BOTH = "both", "Both ways"
    IN = Way.IN.value, "Only what they share with us"
    OUT = Way.OUT.value, "Only what we share with them"

    def includes(self, way: Way) -> bool:
        """True when the agreement is about this way."""
        return self is Covers.BOTH or self.value == way.value


class AgreementPaperQuerySet(models.QuerySet["AgreementPaper"]):
    """Questions about many papers."""

    def newest_first(self) -> "AgreementPaperQuerySet":
        """With their documents and people, the one that stands now first."""
        return self.select_related("document", "added_by").order_by("-pk")


class AgreementPaper(models.Model):
    """A document of the agreement with a partner. The newest stands; earlier ones stay readable.

    What was shared under an earlier agreement must remain provable, so a newer paper replaces
    nothing. `reference` is what the agreement was called when the paper was added.
    """

    partner = models.ForeignKey("sharing.Partner", models.CASCADE, related_name="papers")
    document = models.OneToOneField(StoredDocument, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=120, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    objects = AgreementPaperQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"agreement paper {self.pk}"

    @property
    def dialog_id(self) -> str:
        """The dialog on the page that asks before this paper is erased."""
        return f"erase-paper-{self.pk}"
