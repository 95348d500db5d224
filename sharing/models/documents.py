"""Documents that people hand in: agreements with partners, proofs for applications."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.ids import uuid7


class DocumentKind(models.TextChoices):
    """What the bytes of a document are; the values are the usual endings of its name."""

    PDF = "pdf", "PDF"
    JPEG = "jpg", "JPEG"
    PNG = "png", "PNG"

    @property
    def content_type(self) -> str:
        """How HTTP names it."""
        return {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}[self.value]


class StoredDocument(models.Model):
    """One document, sealed at rest in the database: every worker and web process reaches it there.

    `sealed` is None once it was erased; name, size and digest stay as the proof of what was there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=4, choices=DocumentKind.choices)
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField(null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"document {self.pk}"

    @property
    def context(self) -> str:
        """The place that the sealed bytes are bound to."""
        return f"sharing.document:{self.pk}"
