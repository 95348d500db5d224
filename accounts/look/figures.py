"""Numbers and times in words, the same everywhere: 2 000; 14:06:15; 4 min 20 s; 9c41·e07b."""

from datetime import date, datetime

from django.utils import timezone

NO_BREAK_SPACE = "\u00a0"
MINUTE, HOUR, DAY = 60, 3600, 86_400
MARK_HALF = 4

# Below these seconds a countdown turns urgent, then last.
SOON, LAST = 300, 60


def thousands(value: int | None) -> str:
    """2000 as "2 000" with a no-break space; a dash for none."""
    return "–" if value is None else f"{value:,}".replace(",", NO_BREAK_SPACE)


def clock(value: datetime | None) -> str:
    """The time of day in UTC as 14:06:15; a dash for none."""
    return "–" if value is None else _utc(value).strftime("%H:%M:%S")


def moment(value: datetime | None) -> str:
    """Day and time in UTC as "20 Nov 2026, 14:02"; a dash for none."""
    return "–" if value is None else f"{day(_utc(value))}, {_utc(value):%H:%M}"


def day(value: date | None) -> str:
    """A day as "4 Jun 1988"; a dash for none."""
    return "–" if value is None else f"{value.day} {value:%b %Y}"


def duration(seconds: float | None) -> str:
    """Seconds as "38 s", "4 min 20 s", "2 h 05 min" or "3 days"; a dash for none."""
    if seconds is None:
        return "–"
    whole = max(0, round(seconds))
    if whole < MINUTE:
        return _joined(f"{whole} s")
    if whole < HOUR:
        return _joined(f"{whole // MINUTE} min {whole % MINUTE:02d} s")
    if whole < 2 * DAY:
        return _joined(f"{whole // HOUR} h {whole % HOUR // MINUTE:02d} min")
    return _joined(f"{whole // DAY} days")


def urgency(seconds: float) -> str:
    """How a countdown with `seconds` left looks: ok, soon, last or over."""
    if seconds <= 0:
        return "over"
    if seconds < LAST:
        return "last"
    return "soon" if seconds < SOON else "ok"


def token_mark(fingerprint: str) -> str:
    """The first eight hex digits of a share token's fingerprint, grouped: "9c41·e07b"."""
    mark = fingerprint[: 2 * MARK_HALF]
    return f"{mark[:MARK_HALF]}·{mark[MARK_HALF:]}" if mark else "–"


def plain_name(name: str) -> str:
    """A name out of the code in words: `in_flight` is "In flight"."""
    return name.replace(".", " ").replace("_", " ").capitalize()


def initials(name: str) -> str:
    """At most two letters for a person's badge: "Ilse Varnholt" is "IV"."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def _utc(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _joined(text: str) -> str:
    return text.replace(" ", NO_BREAK_SPACE)
