"""The breaker: when Sumsub stops answering, rows stop too, before a whole file is in doubt.

Five bad results within half a minute open it. A harmless GET probes; after a good probe one row
at a time goes out until a definite answer comes, pausing twice as long after each bad one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts import audit
from accounts.compiled import Compiled
from customers.models import BreakerState, Import, Link
from customers.timing import Timing

_FIELDS = ["breaker", "failures", "opened_at", "probe_at", "pause_seconds", "updated_at"]


def link() -> Link:
    """The one line about the connection, made when it is missing."""
    return _LINK.first() or Link.objects.get_or_create(pk=1)[0]


_LINK = Compiled(lambda: Link.objects.filter(pk=1))


def locked_link() -> Link:
    """The same line, locked until the transaction ends."""
    link()
    return Link.objects.select_for_update().get(pk=1)


def note(results: Sequence[bool], *, now: datetime, timing: Timing) -> None:
    """Take in results of redemptions, True for a definite answer and False for a bad one.

    Inside a transaction, after the locks on imports and rows.
    """
    if not results or (all(results) and _is_calm(link())):
        return
    line = locked_link()
    for good in results:
        _note_good(line) if good else _note_bad(line, now, timing)
    line.updated_at = now
    line.save(update_fields=_FIELDS)


def _is_calm(line: Link) -> bool:
    return line.breaker == BreakerState.CLOSED


def _note_good(line: Link) -> None:
    if line.breaker == BreakerState.TRIAL:
        line.breaker, line.failures = BreakerState.CLOSED, []
        line.opened_at = line.probe_at = None
        line.pause_seconds = 0
        audit.record("breaker.closed", actor=None, subject="connection")


def _note_bad(line: Link, now: datetime, timing: Timing) -> None:
    since = now.timestamp() - timing.breaker_window
    line.failures = [moment for moment in line.failures if moment >= since] + [now.timestamp()]
    if line.breaker == BreakerState.TRIAL:
        _open(line, now, min(timing.breaker_longest_pause, line.pause_seconds * 2))
    elif line.breaker == BreakerState.CLOSED and len(line.failures) >= timing.breaker_failures:
        line.opened_at = now
        _open(line, now, timing.breaker_pause)
        audit.record("breaker.opened", actor=None, subject="connection")


def _open(line: Link, now: datetime, pause: float) -> None:
    line.breaker, line.pause_seconds = BreakerState.OPEN, pause
    line.probe_at = now + timedelta(seconds=pause)


def probed(good: bool, *, now: datetime, timing: Timing) -> None:
    """Take in what a probe of an open breaker showed. Inside a transaction."""
    line = locked_link()
    if line.breaker != BreakerState.OPEN:
        return
    if good:
        line.breaker, line.probe_at = BreakerState.TRIAL, None
    else:
        _open(line, now, min(timing.breaker_longest_pause, line.pause_seconds * 2))
    line.updated_at = now
    line.save(update_fields=_FIELDS)


def claim_probe(now: datetime, timing: Timing) -> bool:
    """True for exactly one process when a probe of the open breaker is due."""
    due = Link.objects.filter(pk=1, breaker=BreakerState.OPEN, probe_at__lte=now)
    # Read first: a write would wait for whoever writes now, several times a second.
    later = now + timedelta(seconds=timing.write_within + 45)
    return due.exists() and due.update(probe_at=later) == 1


def allowance(free: int) -> int:
    """How many rows may be claimed now, given the breaker and `free` lanes.

    Inside a transaction, after the locks on imports and rows. On trial the line stays locked until
    it commits, so that two drains cannot both send the one row that is allowed.
    """
    if _is_calm(link()):
        return free
    if locked_link().breaker != BreakerState.TRIAL:
        return 0
    return 0 if Import.objects.on_the_wire().exists() else min(free, 1)
