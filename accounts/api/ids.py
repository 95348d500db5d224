"""Ids as clients see them: the kind in front, so that no id is taken for another's."""

from enum import StrEnum
from uuid import UUID

from accounts.api.codes import Code
from accounts.api.problems import FieldError, Problem, invalid

LONGEST_NUMBER = 18


class Kind(StrEnum):
    """What an id names; the value is its beginning."""

    IMPORT = "imp"
    ROW = "row"
    CUSTOMER = "cus"
    APPLICATION = "app"
    PARTNER = "par"
    EVENT = "evt"
    CLIENT = "cli"
    GATE = "gate"
    REVIEW = "rev"
    PAPER = "pap"
    APPLICANT = "apl"
    SHARE_TOKEN = "tok"
    BATCH = "bat"
    BATCH_ROW = "brow"
    HAND_OVER = "hov"
    DOCUMENT = "doc"
    ENDPOINT = "hook"
    DELIVERY = "dlv"
    PAIR = "pair"
    NOTE = "note"
    PERSON = "per"
    PARTNER_TOKEN = "ptk"
    APPLICANT_LINK = "lnk"


# Kinds whose numbers are UUIDs.
BY_UUID = frozenset({Kind.CUSTOMER, Kind.APPLICATION, Kind.DOCUMENT, Kind.ENDPOINT})


def shown_id(kind: Kind, key: int | UUID) -> str:
    """`imp_48`, `cus_0b5c…`."""
    return f"{kind}_{key.hex if isinstance(key, UUID) else key}"


def shown_or_none(kind: Kind, key: int | UUID | None) -> str | None:
    """The same for what may not be there."""
    return None if key is None else shown_id(kind, key)


def number_in(kind: Kind, text: str) -> int | None:
    """The number in an id of this kind; None for what is none."""
    prefix, _, rest = text.partition("_")
    if prefix != kind or not (rest.isascii() and rest.isdecimal()) or len(rest) > LONGEST_NUMBER:
        return None
    return int(rest) if str(int(rest)) == rest else None


def uuid_in(kind: Kind, text: str) -> UUID | None:
    """The UUID in an id of this kind; None for what is none."""
    prefix, _, rest = text.partition("_")
    try:
        found = UUID(hex=rest)
    except ValueError:
        return None
    return found if prefix == kind and found.hex == rest else None


def number_of(kind: Kind, text: str) -> int:
    """The number in an id of an address. Raises Problem (404)."""
    found = number_in(kind, text)
    if found is None:
        raise Problem(Code.NOT_FOUND, _none_such(kind))
    return found


def uuid_of(kind: Kind, text: str) -> UUID:
    """The UUID in an id of an address. Raises Problem (404)."""
    found = uuid_in(kind, text)
    if found is None:
        raise Problem(Code.NOT_FOUND, _none_such(kind))
    return found


def key_in_field(kind: Kind, text: str, field: str) -> int | UUID:
    """What an id in a field names. Raises Problem (400) that names the field."""
    found = uuid_in(kind, text) if kind in BY_UUID else number_in(kind, text)
    if found is None:
        raise invalid(FieldError(field, f"An id here begins with {kind}_.", "invalid_id"))
    return found


def _none_such(kind: Kind) -> str:
    return f"There is nothing with this id. Ids here begin with {kind}_."
