"""The periods that a reader may choose on the start page, and the bars they are drawn in."""

from dataclasses import dataclass
from datetime import date, timedelta

WEEK = 7


@dataclass(frozen=True)
class Period:
    """The last `days` days, today among them, drawn in bars of `step` days each."""

    days: int
    label: str
    step: int = 1

    def first(self, today: date) -> date:
        """Its first day."""
        return today - timedelta(days=self.days - 1)

    def every_day(self, today: date) -> list[date]:
        """All of its days, the oldest first."""
        return [self.first(today) + timedelta(days=n) for n in range(self.days)]

    def bars(self, today: date) -> list[date]:
        """The first day of each bar."""
        return self.every_day(today)[:: self.step]

    def bar_of(self, day: date, today: date) -> date:
        """The bar that a day belongs to."""
        behind = (day - self.first(today)).days
        return day - timedelta(days=behind % self.step)


PERIODS = (
    Period(WEEK, "7 days"),
    Period(2 * WEEK, "14 days"),
    Period(30, "30 days"),
    Period(13 * WEEK, "13 weeks", step=WEEK),
)
USUAL = PERIODS[1]


def period_named(days: str | None) -> Period:
    """The period with so many days; the usual one for anything else."""
    return next((one for one in PERIODS if str(one.days) == days), USUAL)
