"""Times in a file: ISO 8601, `YYYY-MM-DD HH:MM:SS` (UTC), or seconds since the epoch."""

import re
from datetime import UTC, datetime

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_EPOCH = re.compile(r"\d{9,10}(\.\d{1,6})?")
_YEARS = range(2000, 2100)


def read_time(text: str) -> datetime:
    """The moment that `text` names; without a zone it is UTC.

    Raises ValueError for anything else, a date without a time of day included.
    """
    if _EPOCH.fullmatch(text):
        moment = datetime.fromtimestamp(float(text), UTC)
    elif _ISO.match(text):
        moment = _aware(datetime.fromisoformat(text))
    else:
        raise ValueError("not a time")
    if moment.year not in _YEARS:
        raise ValueError("not a time of our days")
    return moment


def _aware(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
