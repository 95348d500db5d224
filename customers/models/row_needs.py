"""Which rows a new share token helps, and which another level: from state, reason and code."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from customers.models.index_words import filled
from customers.models.row_states import RowState
from customers.reasons import Reason
from sumsub.codes import REFUSAL_CODES, Remedy, refusal_code

if TYPE_CHECKING:
    from customers.models.rows import Row

    _RowQueries = models.QuerySet[Row]
else:
    _RowQueries = models.QuerySet

# The share token went unused or died, and no applicant came of it.
_ENDED_WITHOUT = (RowState.NOT_IMPORTED, RowState.EXPIRED, RowState.INVALID)
# Refusals that were about this one share token, or cost it.
_SPENT = frozenset({Reason.TOKEN_DEAD, Reason.TOO_LARGE, Reason.WRONG_REQUEST})
_HELPED_BY_NEW_TOKEN = (Remedy.NEW_TOKEN, Remedy.LATER_NEW_TOKEN)
_NEW_TOKEN_CODES = {row.code for row in REFUSAL_CODES if row.remedy in _HELPED_BY_NEW_TOKEN}
_OTHER_LEVEL_CODES = {row.code for row in REFUSAL_CODES if row.remedy is Remedy.OTHER_LEVEL}
# States in which nothing of a row is under way, in doubt, or achieved.
RENEWABLE_STATES = (
    RowState.REFUSED,
    RowState.NOT_IMPORTED,
    RowState.EXPIRED,
    RowState.CANCELLED,
    RowState.INVALID,
)
NOT_FOLLOWED = Q(replaced_by=None, renewed_by=None)
FOLLOWED = Q(replaced_by__isnull=False) | Q(renewed_by__isnull=False)
# Without the share token's time, which moves.
OTHER_LEVEL_HELPS = Q(
    state=RowState.REFUSED, error_code__in=_OTHER_LEVEL_CODES, token_sealed__isnull=False
)
# Given up unsent because of what Sumsub's preview said; what it said stands in the forecast.
GIVEN_UP_FOR_FORECAST = Q(state=RowState.CANCELLED, reason=Reason.FORECAST)
# A preview that says no says it as a refusal would.
_FORETOLD_NO = GIVEN_UP_FOR_FORECAST & Q(forecast__outlook="refused")


def helped_by_new_token(state: str, reason: str, error_code: int | None, error_name: str) -> bool:
    """True where the way on is a new share token, once the old one is gone."""
    if state in _ENDED_WITHOUT or (state == RowState.REFUSED and reason in _SPENT):
        return True
    if state != RowState.REFUSED or reason == Reason.ID_IN_USE:
        return False
    known = refusal_code(error_code, error_name or None)
    return known is not None and known.remedy in (*_HELPED_BY_NEW_TOKEN, Remedy.OTHER_LEVEL)


def another_level_helps(error_code: int | None) -> bool:
    """True for Sumsub's codes that another level may avoid."""
    return error_code in _OTHER_LEVEL_CODES


class RowNeeds(_RowQueries):
    """Questions about rows that ended without a customer."""

    def waiting_for_token(self, *, with_cancelled: bool = False) -> Self:
        """Rows that only a new share token helps and that have none yet.

        Refusals that another level may avoid are among them once their share token is gone, and
        rows that were not sent because Sumsub's preview refused them: theirs is gone as well.
        `with_cancelled` adds the rows that people gave up unsent.
        """
        by_rule = Q(error_code__in=_NEW_TOKEN_CODES) & ~Q(reason=Reason.ID_IN_USE)
        by_level = Q(error_code__in=_OTHER_LEVEL_CODES, token_sealed=None)
        refused = Q(state=RowState.REFUSED) & (Q(reason__in=_SPENT) | by_rule | by_level)
        ended = [*_ENDED_WITHOUT, *([RowState.CANCELLED] if with_cancelled else [])]
        return self.filter(NOT_FOLLOWED, Q(state__in=ended) | refused | _foretold_and_helped())

    def given_up_for_forecast(self) -> Self:
        """Rows that were not sent because Sumsub's preview did not speak for them."""
        return self.filter(GIVEN_UP_FOR_FORECAST)

    def renewable(self) -> Self:
        """Rows that a new share token may follow: over, without a customer, not followed yet."""
        return self.filter(NOT_FOLLOWED, state__in=RENEWABLE_STATES)

    def followable(self, row_ids: Sequence[int]) -> Self:
        """Those of the rows named that are over and have no new share token yet."""
        return self.filter(pk__in=row_ids, state__in=RENEWABLE_STATES, renewed_by=None)

    def owning_applicant(self, applicant_id: str) -> "Row | None":
        """The imported row that an applicant at Sumsub belongs to."""
        owning = self.filter(filled("applicant_id"), applicant_id=applicant_id)
        return owning.select_related("import_ref").first()

    def for_another_level(self, now: datetime) -> Self:
        """Refused rows that another level may accept, their share token still kept at `now`."""
        return self.filter(OTHER_LEVEL_HELPS, NOT_FOLLOWED, token_until__gt=now)

    def too_late_for_another_level(self, now: datetime) -> Self:
        """Refused rows that another level might have accepted while their share token was kept."""
        gone = Q(token_sealed=None) | Q(token_until=None) | Q(token_until__lte=now)
        alike = Q(state=RowState.REFUSED, error_code__in=_OTHER_LEVEL_CODES)
        return self.filter(gone, alike, NOT_FOLLOWED)

    def not_settled_after(self, moment: datetime) -> Self:
        """Rows as they stood at `moment`: those that came to their end since are left out."""
        return self.exclude(settled_at__gt=moment)

    def at_other_levels(self, level: str, import_level: str) -> Self:
        """Rows that would not be sent at `level`; one without a level goes at its import's."""
        same = [level, ""] if level == import_level else [level]
        return self.exclude(level_name__in=same)


def _foretold_and_helped() -> Q:
    codes = Q(error_code__in=_NEW_TOKEN_CODES | _OTHER_LEVEL_CODES)
    by_code = codes & ~Q(forecast__reason=Reason.ID_IN_USE)
    return _FORETOLD_NO & (Q(forecast__reason__in=_SPENT) | by_code)
