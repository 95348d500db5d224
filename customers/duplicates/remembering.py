"""Storing what customers are compared by, in the transaction that makes or changes them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from accounts import sheets
from accounts.keyring import keyring
from accounts.sheets import draft_of
from customers.duplicates.likeness import FullName, Mark, marks_of, name_marks
from customers.models import Customer, PersonKey
from customers.models.duplicates import Ground
from sumsub.identity import Identity

_COLUMNS = ("customer", "ground", "key", "compared")


def drafts_for(customer_id: UUID, identity: Identity) -> list[Any]:
    """Keys of a new customer that are not stored yet, for `store`."""
    return _drafts(customer_id, marks_of(identity, keyring()))


def store(drafts: Iterable[Any]) -> None:
    """Store drafted keys in one statement; the comparison follows after the commit."""
    sheets.insert(PersonKey, _COLUMNS, list(drafts))


def identity_changed(customer: Customer) -> None:
    """Compare a customer anew by name and birth date, after these were entered or changed.

    What is known of their documents stays. Inside the transaction of the change.
    """
    name = FullName(customer.first_name, customer.middle_name, customer.last_name)
    whole = FullName(customer.name, "", "")
    marks = name_marks([name, whole], customer.date_of_birth, keyring())
    mine = PersonKey.objects.of(customer).filter(ground=Ground.NAME)
    kept = set(mine.values_list("key", flat=True))
    mine.exclude(key__in=[mark.key for mark in marks]).delete()
    store(_drafts(customer.pk, [mark for mark in marks if mark.key not in kept]))


def _drafts(customer_id: UUID, marks: Iterable[Mark]) -> list[Any]:
    draft = draft_of(PersonKey)
    return [
        draft(customer_id=customer_id, ground=mark.ground.value, key=mark.key) for mark in marks
    ]
