"""Which rows Sumsub's preview is to be asked about, and which have one forecast or another."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from customers.models.index_words import written_out
from customers.models.row_states import RowState
from customers.reasons import Reason

if TYPE_CHECKING:
    from customers.models.rows import Row

    _RowQueries = models.QuerySet[Row]
else:
    _RowQueries = models.QuerySet

_WAITING = "waiting"
_CHOSEN = Q(forecast__outlook=_WAITING)
# The same share token came before: a lookup must decide, for a used one may have its applicant.
_MAY_BE_THERE = Q(look_first=True, forecast__reason=Reason.TOKEN_DEAD)


class RowOutlooks(_RowQueries):
    """Questions about rows that are not started, and what Sumsub's preview said of them."""

    def not_started(self) -> Self:
        """Rows that wait for a start, or for the look before it."""
        return self.filter(written_out(RowState.STAGED))

    def after_in_line(self, claim_order: datetime, line: int) -> Self:
        """Rows that are sent later than the one with these values."""
        later = Q(claim_order__gt=claim_order)
        # Asked so that the index of the queue finds the first at once.
        return self.filter(later | Q(claim_order=claim_order, line__gt=line)).filter(
            claim_order__gte=claim_order
        )

    def to_be_asked(self, *, chosen_only: bool) -> Self:
        """Rows that Sumsub's preview is to be asked about: those chosen, or all without a word."""
        wanted = _CHOSEN if chosen_only else _CHOSEN | Q(forecast=None)
        return self.not_started().filter(wanted)

    def with_outlook(self, *outlooks: str) -> Self:
        """Rows of which the preview says one of these."""
        return self.filter(forecast__outlook__in=outlooks)

    def worth_sending(self, *outlooks: str) -> Self:
        """Rows to send when only those with these forecasts are to be.

        A share token that looks used and came before is among them: its lookup goes first.
        """
        return self.not_started().filter(Q(forecast__outlook__in=outlooks) | _MAY_BE_THERE)

    def alike(
        self, outlook: str, reason: str, error_code: int | None, error_name: str, steps: str
    ) -> Self:
        """Rows of which the preview says the same for the same reason."""
        return self.filter(
            forecast__outlook=outlook,
            forecast__reason=reason,
            forecast__error_code=error_code,
            forecast__error_name=error_name,
            forecast__steps=steps,
        )
