"""What may be entered of a customer: one validator for pages, the API and links.

It holds wherever a customer is made by hand or an application is completed. What Sumsub carries
over is evidence and is taken as it comes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.utils import timezone

from customers.applying.missing import ADULT, is_adult
from customers.applying.ssn import as_written, is_ssn
from customers.countries import three_letters
from customers.models import Customer, EmploymentStatus, Purpose, WealthSource

DAY_WANTED = "Enter a day as year-month-day, for example 1988-06-04."
OLDEST_BIRTH = date(1900, 1, 1)
_CONTROL = {chr(number) for number in range(32)} | {"\x7f"}


class Faulty(ValueError):
    """A value that is not taken; its text says why, and what to enter instead."""


@dataclass(frozen=True)
class Entries:
    """What was given: values that may be stored, and sentences about those that may not."""

    values: dict[str, Any] = field(default_factory=dict, repr=False)
    faults: dict[str, str] = field(default_factory=dict)


def read(given: Mapping[str, Any]) -> Entries:
    """Look at what was given for an application, by field; an empty value empties its field.

    A field that is not known is a fault too. Values are texts, dates, or lists of texts.
    """
    return _read_by(READERS, given)


def read_new(given: Mapping[str, Any]) -> Entries:
    """Look at what was given of a new customer; without what every customer needs it is faulty."""
    return _read_by(NEW_CUSTOMER, dict.fromkeys(NEEDED, "") | dict(given))


def _read_by(readers: "Mapping[str, Reader]", given: Mapping[str, Any]) -> Entries:
    entries = Entries()
    for name, value in given.items():
        reader = readers.get(name)
        try:
            if reader is None:
                raise Faulty("There is no such field.")
            entries.values[name] = reader(value)
        except Faulty as fault:
            entries.faults[name] = str(fault)
    return entries


Reader = Callable[[Any], Any]


def _line(name: str) -> Reader:
    longest: int | None = getattr(Customer._meta.get_field(name), "max_length", None)

    def reader(value: Any) -> str:
        text = _text(value)
        if longest is not None and len(text) > longest:
            raise Faulty(f"At most {longest} characters fit here.")
        return text

    return reader


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Faulty("Enter a text.")
    text = " ".join(value.split())
    if _CONTROL.intersection(text):
        raise Faulty("Leave out characters that cannot be printed.")
    return text


def _name(value: Any) -> str:
    text = str(_line("name")(value))
    if text and not any(letter.isalpha() for letter in text):
        raise Faulty("Enter the name in letters.")
    return text


def _born(value: Any) -> date | None:
    if value in ("", None):
        return None
    born = value if isinstance(value, date) else _day(_text(value))
    today = timezone.now().date()
    if not OLDEST_BIRTH <= born <= today:
        raise Faulty("Enter a day between 1 January 1900 and today.")
    if not is_adult(born, today):
        raise Faulty(f"Customers must be {ADULT} or older.")
    return born


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # Python reads other forms of ISO 8601 too, which people take for something else.
    if day is None or day.isoformat() != text:
        raise Faulty(DAY_WANTED)
    return day


def _country(value: Any) -> str:
    text = _text(value)
    code = three_letters(text)
    if text and not code:
        raise Faulty("Choose a country, or enter its two or three letters, for example DE.")
    return code


def _email(value: Any) -> str:
    text = str(_line("email")(value))
    try:
        if text:
            validate_email(text)
    except ValidationError:
        raise Faulty("Enter an e-mail address, for example name@company.example.") from None
    return text


def _phone(value: Any) -> str:
    text = str(_line("phone")(value))
    digits = [letter for letter in text if letter.isdigit()]
    if text and not (len(digits) >= _FEWEST_DIGITS and set(text) <= _PHONE_LETTERS):
        raise Faulty("Enter the number with its country code, for example +31 30 123 4567.")
    return text


def _ssn(value: Any) -> str:
    text = as_written(_text(value))
    if text and not is_ssn(text):
        raise Faulty("Enter a number such as 123-45-6789. Nobody was ever given this one.")
    return text


def _one_of(choices: type[TextChoices]) -> Reader:
    def reader(value: Any) -> str:
        text = _text(value)
        if text and text not in choices.values:
            raise Faulty("Choose one of the values that are offered.")
        return text

    return reader


def _some_of(choices: type[TextChoices]) -> Reader:
    def reader(value: Any) -> list[str]:
        if not isinstance(value, list | tuple):
            raise Faulty("Give a list of values.")
        chosen = [one for one in value if one in choices.values]
        if len(chosen) < len(value):
            raise Faulty("Choose among the values that are offered.")
        return [one for one in choices.values if one in chosen]

    return reader


def _needed(reader: Reader, sentence: str) -> Reader:
    def insisting(value: Any) -> Any:
        read_value = reader(value)
        if not read_value:
            raise Faulty(sentence)
        return read_value

    return insisting


_FEWEST_DIGITS = 5
_PHONE_LETTERS = frozenset("0123456789+-()/. ")
READERS: dict[str, Reader] = {
    "name": _name,
    "date_of_birth": _born,
    "nationality": _country,
    "email": _email,
    "phone": _phone,
    "street": _line("street"),
    "city": _line("city"),
    "region": _line("region"),
    "postal_code": _line("postal_code"),
    "country": _country,
    "employment_status": _one_of(EmploymentStatus),
    "purpose_of_account": _some_of(Purpose),
    "source_of_wealth": _some_of(WealthSource),
    "ssn": _ssn,
}
CUSTOMER_FIELDS = frozenset(
    {
        "name",
        "date_of_birth",
        "nationality",
        "email",
        "phone",
        "street",
        "city",
        "region",
        "postal_code",
        "country",
    }
)
# What nobody becomes a customer without, and the sentence for whoever leaves it out.
NEEDED = {
    "name": "Enter the full name.",
    "country": "Choose the country of residence.",
}
NEW_CUSTOMER: dict[str, Reader] = {
    "name": _needed(_name, NEEDED["name"]),
    "date_of_birth": _born,
    "email": _email,
    "country": _needed(_country, NEEDED["country"]),
    "external_id": _line("external_id"),
}
