"""How imports that run at once share the budget, and what would hold a new one back.

Each import that sends gets an equal share, so one with few rows left is soon out of the way. The
k-th row of a new import goes once k of its own rows went, and of every other import as many, or
all that it has: at (k + sum of min(others, k)) / rate seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.compiled import Compiled
from customers import breaker, gates
from customers.models import BreakerState, Gate, GateScope, Import
from customers.redemption.due import with_row_to_send
from customers.wording import gate_sentence
from sharing import budget


@dataclass(frozen=True)
class Held:
    """Something that would hold rows back: for everything, one mode (`reuse`, `copy`), or one
    partner (`partner:7`), as `scope` says."""

    scope: str
    sentence: str


@dataclass(frozen=True)
class Shares:
    """The budget as a new import would find it now.

    `rate` is in rows a second, None without a limit; `others` are the rows that each import which
    sends now has left.
    """

    rate: float | None
    others: tuple[int, ...]
    held: tuple[Held, ...] = ()

    def seconds_until(self, place: int) -> float:
        """When the row at this place in line (1 goes first) is sent, if nothing changes."""
        return seconds_until(place, self.others, self.rate)


def seconds_until(place: int, others: Sequence[int], rate: float | None) -> float:
    """The rule at the head of this module; 0 without a limit."""
    return rows_until(place, others) / rate if rate else 0.0


def rows_until(place: int, others: Sequence[int]) -> int:
    """How many rows, of all imports, are sent up to the one at this place in line."""
    return place + sum(min(waiting, place) for waiting in others)


def shares_now() -> Shares:
    """How the budget is shared at this moment."""
    limit = budget.limit(budget.POST)
    return Shares(
        rate=limit.per_second if limit.calls else None,
        others=rows_to_send_by_import(),
        held=tuple(_held(list(Gate.objects.closed()))),
    )


_COUNTED_OF_SHARES = (
    "state",
    "mode",
    "partner_id",
    "staged_count",
    "pending_count",
    "checking_count",
)


_RUNNING = Compiled(
    lambda besides: (
        Import.objects.running().undecided().exclude(pk=besides).only(*_COUNTED_OF_SHARES)
    ),
    besides=int,
)


def rows_to_send_by_import(*, besides: Import | None = None) -> tuple[int, ...]:
    """The rows left of each import that sends now: running, and behind no closed gate.

    `besides` is left out.

    Where each row is looked at before it is sent, those that wait for the look are left too.
    """
    running = _RUNNING(besides=besides.pk if besides else 0)
    closed = gates.all_closed() if running else []
    free = [imported for imported in running if not gates.closed_over(imported, closed)]
    looking = [imported for imported in free if imported.staged_count]
    sending = with_row_to_send((one for one in free if not one.staged_count), timezone.now(), ())
    return tuple(
        imported.unsent_count for imported in (*looking, *sending) if imported.unsent_count
    )


def _held(closed: Sequence[Gate]) -> list[Held]:
    gates = [gate for gate in closed if not gate.scope.startswith(f"{GateScope.IMPORT}:")]
    held = [Held(gate.scope, gate_sentence(gate)) for gate in gates]
    if breaker.link().breaker == BreakerState.OPEN:
        held.append(Held(GateScope.CONNECTION.value, _NO_ANSWER))
    return held


_NO_ANSWER = "Sending is paused: Sumsub does not answer. Rows wait and none is lost."
