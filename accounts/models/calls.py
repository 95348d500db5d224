"""Calls that may be repeated: what a client's idempotency key stands for, and the answer given."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone

from accounts.models.clients import ApiClient


class KeptCallQuerySet(models.QuerySet["KeptCall"]):
    """Questions about many kept calls."""

    def of(self, client: int, method: str, path: str, key: str) -> Self:
        """The call that the client of this number made at this address with this key."""
        return self.filter(client=client, method=method, path=path, key=key)

    def unanswered(self) -> Self:
        """Calls whose deed is done and whose answer is still to come."""
        return self.filter(status=None)

    def numbered(self, number: int) -> Self:
        """The call with this number."""
        return self.filter(pk=number)


class KeptCall(models.Model):
    """One call under an idempotency key, stored in the transaction of its deed.

    Kept as long as what it made: a share token can never be redeemed again, so neither may the
    call that brought it. The body is known by a keyed hash only; the answer, which may name a
    person, is sealed.
    """

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="+")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    body_hash = models.CharField(max_length=64)
    about = models.CharField(max_length=120, blank=True, help_text="what it made: import:48")
    status = models.PositiveSmallIntegerField(null=True, help_text="of the answer; null = to come")
    answer_sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    answered_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )

    objects = KeptCallQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["client", "method", "path", "key"], name="call_once_per_key"
            )
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"
