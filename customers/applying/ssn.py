"""US social security numbers: which are real, who needs one, how one is kept."""

import re

from customers.countries import three_letters
from customers.models import Application, Completion
from sharing.sealing import open_sealed, seal

US = "USA"
_FORM = re.compile(r"(\d{3})-(\d{2})-(\d{4})", re.ASCII)
_DIGITS = re.compile(r"\d{9}", re.ASCII)
# Printed on sample cards and in advertisements, and void since.
_ADVERTISED = frozenset({"078-05-1120", "219-09-9999"})


def is_ssn(text: str) -> bool:
    """True for three, two and four digits as the Social Security Administration gives them out.

    No area is 000, 666 or 900 and above (those are ITINs); no group 00; no serial 0000.
    """
    parts = _FORM.fullmatch(text)
    if parts is None or text in _ADVERTISED:
        return False
    area, group, serial = parts.groups()
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def as_written(text: str) -> str:
    """What a person typed, with dashes where nine bare digits came."""
    bare = re.sub(r"\s", "", text)
    return f"{bare[:3]}-{bare[3:5]}-{bare[5:]}" if _DIGITS.fullmatch(bare) else bare


def is_us_person(application: Application) -> bool:
    """True for somebody of US nationality or residence, or with a US passport."""
    customer = application.customer
    if US in (three_letters(customer.nationality), three_letters(customer.country)):
        return True
    return any(
        one.get("type") == "PASSPORT" and three_letters(str(one.get("country", ""))) == US
        for one in application.documents
    )


def kept_ssn(completion: Completion | None) -> str:
    """The SSN that was entered, in clear; empty when there is none. Raises CannotOpen."""
    if completion is None or completion.ssn_sealed is None:
        return ""
    return open_sealed(bytes(completion.ssn_sealed), context=completion.ssn_context)


def sealed_ssn(completion: Completion, number: str) -> bytes | None:
    """The SSN for its column; None for an empty one."""
    return seal(number, context=completion.ssn_context) if number else None


def masked_ssn(number: str) -> str:
    """The last four digits: •••-••-6789."""
    return f"•••-••-{number[-4:]}" if number else ""
