"""Fields of a body that are read as pages read them: the rules and sentences of `values`."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.drainage import set_override
from rest_framework import serializers

from customers.applying.values import DAY_WANTED, NEEDED, NEW_CUSTOMER, READERS, Faulty, Reader
from customers.models import Customer


class Entered(serializers.Field[Any, Any, Any, Any]):
    """One entry of `readers`. null or an empty text empties it, where it may be empty.

    A day is emptied by null alone: the contract calls it a date, which an empty text is not.
    """

    readers: Mapping[str, Reader] = READERS

    def __init__(self, entry: str, **options: Any) -> None:
        super().__init__(**options)
        self.entry = entry
        set_override(self, "field", _schema(entry))

    def to_internal_value(self, data: Any) -> Any:
        """The value in the form in which it is kept. Raises ValidationError."""
        if data == "" and self.entry in _DAYS:
            raise serializers.ValidationError(f"{DAY_WANTED} null empties it.")
        try:
            return self.readers[self.entry](data)
        except Faulty as fault:
            raise serializers.ValidationError(str(fault)) from None


class OfNewCustomer(Entered):
    """One entry of a new customer."""

    readers = NEW_CUSTOMER

    def __init__(self, entry: str, **options: Any) -> None:
        needed = NEEDED.get(entry)
        sentences = {"required": needed, "null": needed} if needed else {}
        super().__init__(entry, required=bool(needed), error_messages=sentences, **options)


def _schema(entry: str) -> dict[str, Any]:
    if entry in _DAYS:
        return {"type": "string", "format": "date"}
    if entry in _AS_PEOPLE_WRITE_THEM:
        return {"type": "string"}
    longest = getattr(Customer._meta.get_field(entry), "max_length", None)
    return {"type": "string", "maxLength": longest}


_DAYS = frozenset({"date_of_birth"})
# These are kept in another form than the one they may be written in.
_AS_PEOPLE_WRITE_THEM = frozenset({"country", "nationality", "ssn"})
