"""What belongs to a partner and may be several: people to speak to, reasons of refusal."""

from django.db import models

from sumsub.codes import refusal_code


class PartnerContact(models.Model):
    """Somebody at a partner, and what to speak to them about."""

    partner = models.ForeignKey("sharing.Partner", models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    email = models.EmailField("e-mail address", blank=True)
    purpose = models.CharField("for", max_length=120, blank=True)

    class Meta:
        ordering = ("pk",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"contact {self.pk}"


class PartnerRefusal(models.Model):
    """How many share tokens of a partner were refused for one reason.

    `error_code` is Sumsub's, 0 where it gave none. Counted in the transaction of the outcomes,
    under the lock on the partner's row.
    """

    partner = models.ForeignKey("sharing.Partner", models.CASCADE, related_name="refusals")
    error_code = models.PositiveIntegerField()
    error_name = models.CharField(max_length=120, blank=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        ordering = ("-count", "error_code")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["partner", "error_code"], name="one_count_per_reason")
        ]

    def __str__(self) -> str:
        return f"refusals {self.error_code} of partner {self.partner_id}"

    @property
    def title(self) -> str:
        """The reason in words; Sumsub's own name for it where we have none."""
        known = refusal_code(self.error_code or None, self.error_name or None)
        return known.title if known else self.error_name or "No reason given"
