"""Reading Sumsub's JSON: absent, unknown and ill-typed fields become empty values, not errors.

Text loses what no database stores (NUL and lone surrogates).
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime

Json = Mapping[str, object]


def document(value: object) -> Json:
    """The JSON object a body must be; raises ValueError for anything else."""
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def identifier(source: Json, key: str, *, longest: int = 100) -> str:
    """A name that must be there; raises ValueError when it is no text of at most `longest`."""
    found = text(source, key)
    if not 0 < len(found) <= longest:
        raise ValueError(f"no usable {key}")
    return found


def text(source: Json, key: str) -> str:
    """The text under a key, or an empty one."""
    value = source.get(key)
    # Most fields are absent, and every answer has dozens.
    return storable(value) if value and isinstance(value, str) else ""


def optional_text(source: Json, key: str) -> str | None:
    """The text under a key, or None when it is absent or empty."""
    return text(source, key) or None


def number(source: Json, key: str) -> int:
    """The whole number under a key, or 0."""
    value = source.get(key)
    return value if isinstance(value, int) else 0


def flag(source: Json, key: str) -> bool:
    """The boolean under a key; Sumsub has been seen to send it as the text "true" or "false"."""
    value = source.get(key)
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def inner(source: Json, key: str) -> Json:
    """The object under a key, or an empty one."""
    value = source.get(key)
    return value if isinstance(value, dict) else {}


def objects(source: Json, key: str) -> tuple[Json, ...]:
    """The objects of the list under a key."""
    return tuple([item for item in _items(source, key) if isinstance(item, dict)])


def texts(source: Json, key: str) -> tuple[str, ...]:
    """The texts of the list under a key."""
    return tuple([storable(item) for item in _items(source, key) if isinstance(item, str)])


def numbers(source: Json, key: str) -> tuple[int, ...]:
    """The whole numbers of the list under a key."""
    return tuple([item for item in _items(source, key) if isinstance(item, int)])


def moment(source: Json, key: str) -> datetime | None:
    """The time under a key, in UTC; Sumsub writes GMT both with and without an offset."""
    written = text(source, key)
    if not written:
        return None
    try:
        found = datetime.fromisoformat(written)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(source: Json, key: str) -> date | None:
    """The calendar date under a key."""
    written = text(source, key)
    if not written:
        return None
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None


def _items(source: Json, key: str) -> list[object]:
    value = source.get(key)
    return value if isinstance(value, list) else []


def storable(value: str) -> str:
    """The text without what no database stores."""
    if value.isascii() and "\x00" not in value:
        return value
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
