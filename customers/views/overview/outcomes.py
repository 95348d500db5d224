"""What became of rows lately: by the day their import was stored, and why some were refused."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import TruncDate

from accounts.compiled import Compiled
from accounts.counting import Bounded
from accounts.day_counts import by_day
from accounts.days import midnight
from customers.models import Customer, Import, Row, RowState
from customers.reason_groups import Acts, ReasonGroup, grouped
from customers.views.charts import DayChart, day_chart
from customers.views.overview.periods import Period
from customers.wording import Story, story

SHOWN = ("imported", "refused", "expired")
MOST_REASONS = 6

_WHO = {
    Acts.YOU: "You",
    Acts.NOBODY_YET: "Nobody yet",
    Acts.DONOR: "The donor",
    Acts.ADMINS: "Admins of both sides",
    Acts.SUMSUB: "Sumsub",
    Acts.PERSON: "The person",
    Acts.NOBODY: "Nobody",
}

Sums = Mapping[date, Mapping[str, int]]


@dataclass(frozen=True)
class RefusalLine:
    """A reason of refusal over the period."""

    group: ReasonGroup
    story: Story

    @property
    def acts(self) -> str:
        """Who must act, in a word."""
        return _WHO[self.group.acts]


@dataclass(frozen=True)
class Refusals:
    """Why rows were refused: the most frequent reasons, and how many rows had others."""

    lines: list[RefusalLine]
    others: int

    @property
    def most(self) -> int:
        """Rows of the most frequent reason."""
        return self.lines[0].group.rows if self.lines else 0


def sums_by_day(first: date) -> Sums:
    """Rows by outcome and day from `first` on, from the imports' own counters."""
    return dict(_split(one) for one in _SUMS(since=midnight(first)))


def _sums_since(since: datetime) -> Any:
    return (
        Import.objects.stored_since(since)
        .order_by()
        .annotate(day=TruncDate("created_at"))
        .values("day")
        .annotate(
            imported=Sum("imported_count"),
            refused=Sum(F("refused_count") + F("not_imported_count")),
            expired=Sum("expired_count"),
            rules=Sum("refused_count"),
            stored=Sum("total_count"),
        )
    )


def _split(one: Any) -> tuple[date, dict[str, int]]:
    """A line of sums as its day and its counts."""
    return one["day"], {name: count or 0 for name, count in one.items() if name != "day"}


def outcome_chart(sums: Sums, period: Period, today: date) -> DayChart:
    """The chart of a period, in its bars."""
    bars: dict[date, Counter[str]] = {bar: Counter() for bar in period.bars(today)}
    for day, counts in sums.items():
        bar = bars.get(period.bar_of(day, today))
        if bar is not None:
            bar.update({name: counts[name] for name in SHOWN})
    return day_chart(period.bars(today), bars, SHOWN, step=period.step)


def refusals(sums: Sums, period: Period, today: date) -> Refusals:
    """The most frequent reasons of refusal; those of today at most a minute old."""
    days = period.every_day(today)
    stamps = {day: counts["rules"] for day, counts in sums.items() if counts["rules"]}
    found = by_day("refusals", days, _reasons_of_days, stamps=stamps)
    rows: Counter[tuple[str, str, int | None, str]] = Counter()
    for groups in found.values():
        for state, reason, code, name, count in groups:
            rows[state, reason, code, name] += count
    shown = [ReasonGroup(*reason, rows=count) for reason, count in rows.most_common(MOST_REASONS)]
    lines = [RefusalLine(group, story(group.sample)) for group in shown]
    return Refusals(lines, rows.total() - sum(group.rows for group in shown))


def today_figures(sums: Sums, today: date) -> dict[str, Any]:
    """Imports, rows and customers of today."""
    counts = sums.get(today, {})
    return {
        "imports": _IMPORTS(since=midnight(today)),
        "rows": counts.get("stored", 0),
        "imported": counts.get("imported", 0),
        "customers": _CUSTOMERS(since=midnight(today)),
    }


def _reasons_of_days(days: Sequence[date]) -> dict[date, list[tuple[Any, ...]]]:
    return {day: _reasons_of(day) for day in days}


def _reasons_of(day: date) -> list[tuple[Any, ...]]:
    """Groups of refused rows of the imports stored on a day, as plain values."""
    imports = Import.objects.stored_between(day, day).with_refusals().order_by()
    rows = Row.objects.of_any(imports).in_state(RowState.REFUSED)
    return [(g.state, g.reason, g.error_code, g.error_name, g.rows) for g in grouped(rows)]


_SUMS = Compiled(_sums_since, since=datetime)
_IMPORTS = Bounded(lambda since: Import.objects.stored_since(since), since=datetime)
_CUSTOMERS = Bounded(lambda since: Customer.objects.added_since(since), since=datetime)
