"""The secret part of an answer of our API, sealed for the minutes in which it may be repeated."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import KeptCall


class KeptSecretQuerySet(models.QuerySet["KeptSecret"]):
    """Questions about many kept secrets."""

    def of(self, call: KeptCall) -> Self:
        """What is kept for this call."""
        return self.filter(call=call)

    def held_until(self, lease: datetime) -> Self:
        """Those of the holder whose lease ends at this very moment."""
        return self.filter(lease_until=lease)

    def let_fall(self, at: datetime) -> Self:
        """Those whose call has no answer, and whose holder had its time."""
        return self.filter(lease_until__lte=at, call__status=None)

    def over(self, at: datetime) -> Self:
        """Those that are kept and are shown no more."""
        return self.filter(sealed__isnull=False, until__lte=at)


class KeptSecret(models.Model):
    """What an answer under an idempotency key held besides its lasting part: a share token, or what
    opens a hand-over.

    A client whose connection broke gets it once more until `until`; then it is erased. The call's
    own row never holds it. `lease_until` is the holder's time to make it; another call under the
    key takes over afterwards, and the moment itself tells one holder from the next.
    """

    call = models.OneToOneField(KeptCall, models.CASCADE, related_name="+")
    lease_until: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )
    sealed = models.BinaryField(null=True)
    until: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, db_index=True
    )

    objects = KeptSecretQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed=None) | Q(until__isnull=False), name="kept_secret_has_an_end"
            )
        ]

    def __str__(self) -> str:
        return f"kept secret of call {self.call_id}"

    @property
    def context(self) -> str:
        """The place that the sealed text is bound to."""
        return f"sharing.kept_secret:{self.call_id}"
