"""Where tasks come from that may be very many: each a question that an index answers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.compiled import Compiled
from accounts.counting import Count, counted
from customers.models import Application, ApplicationStatus, Lookalikes, Row, Waiting, WorkItem
from customers.models.work import overdue, put_off, taken
from customers.work.kinds import Kind
from customers.work.wanted import MOST, NOBODY, Cursor, Found, Shape, Wanted

AnyRows = QuerySet[Any]


@dataclass(frozen=True)
class Source:
    """Tasks of one kind out of a table. `since`: the column that says since when each waits."""

    kind: Kind
    waiting: Callable[[], AnyRows]
    since: str
    of_partner: Callable[[AnyRows, int], AnyRows]
    found_by: Callable[[AnyRows, str, bool], AnyRows]

    def opened(self) -> "Source":
        """Itself: it is asked anew each time."""
        return self

    def after(self, wanted: Wanted, cursor: Cursor | None, limit: int) -> list[Found]:
        """The first tasks after the cursor, the longest wait first."""
        if cursor is None and not wanted.words:
            found = _first_of(self, wanted.shape, limit)(**wanted.values)
        else:
            found = list(self.ordered(wanted, cursor)[:limit])
        return [Found(self.kind, key, since) for key, since in found]

    def before(self, wanted: Wanted, cursor: Cursor, limit: int) -> list[Found]:
        """The last tasks before the cursor, the one next to it first."""
        rows = self._asked(wanted).filter(self._beyond(cursor, earlier=True))
        nearest = rows.order_by(f"-{self.since}", "-pk").values_list("pk", self.since)
        return [Found(self.kind, key, since) for key, since in nearest[:limit]]

    def explained(self, wanted: Wanted, cursor: Cursor | None, limit: int = 51) -> str:
        """How the database reads a page of it: for benchmarks."""
        return str(self.ordered(wanted, cursor)[:limit].explain())

    def ordered(self, wanted: Wanted, cursor: Cursor | None = None) -> AnyRows:
        """Key and moment of each after the cursor, the longest wait first."""
        rows = self._asked(wanted)
        if cursor is not None:
            rows = rows.filter(self._beyond(cursor))
        if isinstance(wanted.holder, int) or wanted.overdue:
            # Few are planned so: find and sort them. An expression keeps PostgreSQL from walking
            # the index of everything that waits until it meets them.
            rows = rows.order_by(Coalesce(self.since, self.since), "pk")
        else:
            rows = rows.order_by(self.since, "pk")
        return rows.values_list("pk", self.since)

    def count(self, wanted: Wanted, most: int = MOST) -> Count:
        """How many there are, as far as `most`."""
        if wanted.words:
            return counted(self._asked(wanted), most)
        found = len(_some_of(self, wanted.shape)(**wanted.values))
        return Count(min(found, most), found > most)

    def among(self, keys: Collection[Any]) -> list[Found]:
        """The tasks about these things, as far as they wait."""
        found = self.waiting().filter(pk__in=keys).values_list("pk", self.since)
        return [Found(self.kind, key, since) for key, since in found]

    def _beyond(self, cursor: Cursor, *, earlier: bool = False) -> Q:
        sign = "lt" if earlier else "gt"
        of_the_moment = self.kind.rank < cursor.rank if earlier else self.kind.rank > cursor.rank
        beyond = Q(**{f"{self.since}__{sign}{'e' if of_the_moment else ''}": cursor.since})
        if self.kind.rank != cursor.rank:
            return beyond
        here = Q(**{self.since: cursor.since, f"pk__{sign}": cursor.key})
        # The first condition is where an index begins to read.
        return Q(**{f"{self.since}__{sign}e": cursor.since}) & (beyond | here)

    def _asked(self, wanted: Wanted) -> AnyRows:
        rows = self._planned(self._held(self.waiting(), wanted), wanted)
        if wanted.partner is not None:
            rows = self.of_partner(rows, wanted.partner)
        if wanted.before is not None:
            rows = rows.filter(**{f"{self.since}__lte": wanted.before})
        if wanted.words:
            rows = self.found_by(rows, wanted.words, wanted.by_name)
        return rows

    def _held(self, rows: AnyRows, wanted: Wanted) -> AnyRows:
        thing = self.kind.about.thing
        if wanted.holder == NOBODY:
            return rows.filter(~taken(thing))
        if isinstance(wanted.holder, int):
            # From the few that somebody has to the things, and not the other way round.
            return rows.filter(pk__in=WorkItem.objects.taken_by(wanted.holder).keys(thing))
        return rows

    def _planned(self, rows: AnyRows, wanted: Wanted) -> AnyRows:
        thing = self.kind.about.thing
        asleep = put_off(thing, self.since, wanted.now)
        if wanted.put_off:
            rows = rows.filter(pk__in=WorkItem.objects.asleep(wanted.now).keys(thing))
        rows = rows.filter(asleep if wanted.put_off else ~asleep)
        if wanted.overdue:
            late = WorkItem.objects.due_before(wanted.today).keys(thing)
            rows = rows.filter(overdue(thing, self.since, wanted.today), pk__in=late)
        return rows


@cache
def _first_of(source: Source, shape: Shape, limit: int) -> Compiled:
    """The question for the first tasks, made once in a process."""
    return Compiled(lambda **values: source.ordered(shape.wanted(values))[:limit], **shape.kinds)


@cache
def _some_of(source: Source, shape: Shape) -> Compiled:
    """The question for as many tasks as are counted, a 1 each; in their order, by their index."""
    return Compiled(
        lambda **values: source.ordered(shape.wanted(values)).values_list(Value(1), flat=True)[
            : MOST + 1
        ],
        **shape.kinds,
    )


def _application(kind: Kind, waiting: Callable[[], AnyRows]) -> Source:
    return Source(
        kind,
        waiting,
        "waiting_since",
        lambda rows, partner: rows.filter(customer__partner=partner),
        lambda rows, words, by_name: rows.found_by(words, by_name=by_name),  # type: ignore[attr-defined]
    )


def _ours(status: ApplicationStatus) -> Callable[[], AnyRows]:
    return lambda: Application.objects.ours(status)


_S = ApplicationStatus
LARGE: tuple[Source, ...] = (
    Source(
        Kind.ROW,
        # The engine writes the moment with the state; a row without it has no place in the order.
        lambda: Row.objects.for_a_person().filter(settled_at__isnull=False),
        "settled_at",
        lambda rows, partner: rows.filter(import_ref__partner=partner),
        lambda rows, words, by_name: rows.found_by(words, by_name=by_name),  # type: ignore[attr-defined]
    ),
    _application(Kind.REVERSED, _ours(_S.APPROVED)),
    _application(Kind.DECIDE, _ours(_S.UNDER_REVIEW)),
    _application(Kind.TAKE, _ours(_S.SUBMITTED)),
    _application(Kind.ANSWERED, _ours(_S.REQUEST_FOR_INFORMATION)),
    _application(Kind.COMPLETE, lambda: Application.objects.drafts_for_us()),
    _application(Kind.REQUESTED, lambda: Application.objects.waiting_on(Waiting.APPLICANT)),
    Source(
        Kind.PAIR,
        lambda: Lookalikes.objects.waiting(),
        "found_at",
        lambda rows, partner: rows.from_partner(partner),  # type: ignore[attr-defined]
        lambda rows, words, by_name: rows.found_by(words, by_name=by_name),  # type: ignore[attr-defined]
    ),
)
