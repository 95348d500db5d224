"""Days, which are UTC's everywhere here: when one begins, and what lies in a period of them."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q


def midnight(day: date) -> datetime:
    """The moment at which a day begins."""
    return datetime.combine(day, time.min, tzinfo=UTC)


def on_days(column: str, first: date | None, last: date | None) -> Q:
    """The moments in `column` from the day `first` to the day `last`, both included.

    None bounds nothing, and neither does the last day that a calendar of Python's has.
    """
    found = Q()
    if first:
        found &= Q(**{f"{column}__gte": midnight(first)})
    if last and last < date.max:
        found &= Q(**{f"{column}__lt": midnight(last + timedelta(days=1))})
    return found
