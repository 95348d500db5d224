"""The rate budget: permits to call Sumsub, shared by every process through one database row.

The row remembers when the permits of the last window were given. One more is given while fewer
than the limit were given within a window (a little longer than Sumsub's, so that permits which
arrive closer together than they left do no harm): that is safe for a fixed and for a sliding
window, and late ticks waste nothing. A pace on top spreads permits over the window, so that pages
and minting get theirs while a drain is busy.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from django.conf import settings

from accounts.compiled import Compiled
from sharing.limits import Limit, parse_limit
from sharing.models import Budget

POST: Final = "post"
GET: Final = "get"

# Permits are remembered by moments that are this part of a window apart, the next one each.
GRAIN = 0.001
# Permits that return less than this part of a window after one another are worth one tick.
TOGETHER = 0.003
# A moment that lies further ahead (seconds) was given before the database's clock was set back.
AHEAD = 1.0
# Sumsub may ask to wait longer than this (seconds); we look again.
LONGEST_REST = 300.0
# Epoch seconds as floats are exact to about a microsecond; this part of a permit forgives that.
ROUNDING = 0.001
# Two moments that differ by less (seconds) are the same one.
EXACT = 0.0001
# A call that leaves this much after its permit (seconds) is counted from when it left.
LATE = 0.005
# After a 429: the pace at least kept, the factor of a cut, and the seconds to recover by half.
SLOWEST_PACE = 0.1
CUT = 0.5
RECOVERY_SECONDS = 30.0
# After a 429 calls seem to travel less evenly than we thought: the slack grows by so much, up to
# so much, and half of what it grew is forgotten in so many seconds.
SLACK_STEP = 0.01
MOST_SLACK = 0.04
SLACK_HALVES_SECONDS = 600.0


def limit(kind: str) -> Limit:
    """The limit for `post` or `get` calls that this installation is set to."""
    return parse_limit(settings.SUMSUB_POST_LIMIT if kind == POST else settings.SUMSUB_GET_LIMIT)


def take(kind: str, wanted: int, *, now: float) -> int:
    """Take up to `wanted` permits at `now` (epoch seconds); returns how many were given.

    Call inside a transaction: the budget's row stays locked until it commits, so that permits
    and the rows claimed with them are one fact. Lock it last.
    """
    if not limit(kind).calls or wanted <= 0:
        return max(0, wanted)
    budget = _locked(kind)
    bounds = _bounds(budget, now)
    pace = _recovered_pace(budget, now)
    interval = bounds.interval / pace
    start = max(_spent_until(budget, now), now - bounds.burst * interval)
    spread = int((now - start) / interval + 2 * ROUNDING)
    given: int = max(0, min(wanted, spread, _room(budget, bounds, now)))
    if given > 0:
        budget.spent_until = start + given * interval
        budget.given = _remembered(budget, bounds, now, given)
        budget.save()
    return given


def _spent_until(budget: Budget, now: float) -> float:
    """The moment up to which permits are spread; none when the clock was set back since."""
    return budget.spent_until if budget.spent_until <= now + LONGEST_REST else 0.0


def _room(budget: Budget, bounds: Limit, now: float) -> int:
    """Permits that the last window leaves."""
    return bounds.calls - sum(int(count) for _, count in _recent(budget, bounds, now))


def _recent(budget: Budget, bounds: Limit, now: float) -> list[list[float]]:
    """The permits of the last window."""
    return [one for one in budget.given if now - bounds.window < one[0] <= now + AHEAD]


def _remembered(budget: Budget, bounds: Limit, now: float, given: int) -> list[list[float]]:
    """The entries of the last window with the new permits."""
    recent = _recent(budget, bounds, now)
    grain = bounds.seconds * GRAIN
    moment = math.ceil(now / grain) * grain
    same = next((one for one in recent if abs(one[0] - moment) < EXACT), None)
    if same is None:
        return sorted([*recent, [moment, given]])
    same[1] += given
    return recent


def left_late(kind: str, calls: Iterable[tuple[float, float]]) -> None:
    """Count calls that left late from when they left, and not from when their permits were given.

    Each is the moment of its permit (as it was given to `take`) and the seconds that it left
    later. A call that was held up reaches Sumsub's window later, and leaves it later, too.
    Inside a transaction; where one was late, the budget's row stays locked until it commits. Lock
    it last.
    """
    late = [(given_at, delay) for given_at, delay in calls if delay > LATE]
    if not late or not limit(kind).calls:
        return
    budget = _locked(kind)
    for given_at, delay in late:
        _postpone(budget.given, given_at, given_at + delay)
    budget.given.sort()
    budget.save(update_fields=["given"])


def _postpone(given: list[list[float]], given_at: float, left_at: float) -> None:
    # A permit is remembered in the first entry that is not older than itself.
    entry = next((one for one in given if one[0] >= given_at - EXACT and one[1] > 0), None)
    if entry is None or entry[0] >= left_at:
        return
    entry[1] -= 1
    given.append([left_at, 1])
    given.sort()


def throttled(kind: str, *, now: float, retry_after: float | None) -> None:
    """Sumsub answered 429: wait as it says and halve the pace, which recovers slowly.

    Answers that come within one window of the last cut belong to the same episode and cut no more.
    """
    budget = _locked(kind)
    if now - budget.cut_at >= _bounds(budget, now).window:
        budget.pace = max(SLOWEST_PACE, _recovered_pace(budget, now) * CUT)
        budget.slack = min(MOST_SLACK, _learned_slack(budget, now) + SLACK_STEP)
        budget.cut_at = now
    budget.spent_until = max(budget.spent_until, now + min(retry_after or 1.0, LONGEST_REST))
    budget.save()


def next_permit_in(kind: str, *, now: float, gather: float = 0.0) -> float:
    """Seconds until the next permit can be had, at least 0.

    Who would rather take several at once says for how many seconds it may `gather`: then it is when
    the permits have come that are spread over that time, or that return close together within it.
    What is taken together returns together, so little is lost by waiting for the first time.
    """
    budget = _BUDGET.first(kind=kind)
    if budget is None or not limit(kind).calls:
        return 0.0
    bounds = _bounds(budget, now)
    interval = bounds.interval / _recovered_pace(budget, now)
    several = min(bounds.burst, max(1, round(gather / interval)))
    spread = max(0.0, _spent_until(budget, now) + (several - ROUNDING) * interval - now)
    if _room(budget, bounds, now) > 0:
        return spread
    moments = sorted(float(moment) for moment, _ in _recent(budget, bounds, now))
    last = _last_of_the_first(moments, bounds.seconds * TOGETHER, gather)
    return max(spread, last + bounds.window - now)


def _last_of_the_first(moments: Sequence[float], apart: float, most: float) -> float:
    """The last of the first moments that follow one another closely, `most` seconds in all."""
    last = moments[0]
    for moment in moments[1:]:
        if moment - last > apart or moment - moments[0] > most:
            break
        last = moment
    return last


def pace_now(kind: str, *, now: float) -> tuple[float, float]:
    """The part of the limit that is used at `now`, and the seconds that Sumsub asked us to wait.

    The wait counts only within a cut's recovery: else it is the spread between two permits.
    """
    budget = _BUDGET.first(kind=kind)
    if budget is None or not limit(kind).calls:
        return 1.0, 0.0
    pace = _recovered_pace(budget, now)
    rest = max(0.0, _spent_until(budget, now) - now) if pace < 1 else 0.0
    return pace, rest


def calls_a_second(kind: str, *, now: float) -> float:
    """How many permits a second were given in the window that ends at `now`."""
    budget = _BUDGET.first(kind=kind)
    bounds = limit(kind)
    if budget is None or not bounds.calls:
        return 0.0
    spent = sum(count for moment, count in budget.given if now - bounds.seconds < moment <= now)
    return float(spent / bounds.seconds)


def refused_at(kind: str) -> float:
    """When Sumsub last answered 429 (epoch seconds); 0 where it never did."""
    budget = _BUDGET.first(kind=kind)
    return budget.cut_at if budget else 0.0


_BUDGET = Compiled(lambda kind: Budget.objects.filter(pk=kind), kind=str)


def _locked(kind: str) -> Budget:
    locked = Budget.objects.select_for_update()
    if found := locked.filter(pk=kind).first():
        return found
    Budget.objects.get_or_create(pk=kind)
    return locked.get(pk=kind)


def _bounds(budget: Budget, now: float) -> Limit:
    """The limit with the slack that the last 429s taught."""
    bounds = limit(budget.kind)
    return replace(bounds, slack=bounds.slack + _learned_slack(budget, now))


def _learned_slack(budget: Budget, now: float) -> float:
    rested = max(0.0, now - budget.cut_at)
    return float(budget.slack * 0.5 ** (rested / SLACK_HALVES_SECONDS))


def _recovered_pace(budget: Budget, now: float) -> float:
    if budget.pace >= 1:
        return 1.0
    rested = max(0.0, now - budget.cut_at)
    return float(min(1.0, budget.pace * 2 ** (rested / RECOVERY_SECONDS)))
