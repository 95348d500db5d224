"""Storing what customers are compared by, in the transaction that makes or changes them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from accounts import sheets
from accounts.keyring import keyring
from accounts.sheets import draft_of
from customers.duplicates.likeness import FullName, Mark, marks_of, name_marks
from customers.models import Customer, NewPerson, PersonKey
from customers.models.duplicates import Ground
from sumsub.identity import Identity

_COLUMNS = ("customer", "keys")


def draft_for(customer_id: UUID, identity: Identity) -> Any:
    """What a new customer is known by, not stored yet, for `store`."""
    return _draft(customer_id, marks_of(identity, keyring()))


def store(drafts: Iterable[Any]) -> None:
    """Store drafts in one statement; the comparison follows after the commit."""
    sheets.insert(NewPerson, _COLUMNS, [one for one in drafts if one.keys])


def identity_changed(customer: Customer) -> None:
    """Compare a customer anew by name and birth date, after these were entered or changed.

    What is known of their documents stays. Inside the transaction of the change.
    """
    name = FullName(customer.first_name, customer.middle_name, customer.last_name)
    whole = FullName(customer.name, "", "")
    marks = name_marks([name, whole], customer.date_of_birth, keyring())
    mine = PersonKey.objects.of(customer).filter(ground=Ground.NAME)
    mine.exclude(key__in=[mark.key for mark in marks]).delete()
    for waiting in NewPerson.objects.filter(customer=customer):
        waiting.keys = [pair for pair in waiting.keys if pair[0] != Ground.NAME]
        waiting.save(update_fields=["keys"])
    store([_draft(customer.pk, marks)])


def _draft(customer_id: UUID, marks: Iterable[Mark]) -> Any:
    keys = [(mark.ground.value, mark.key) for mark in marks]
    return draft_of(NewPerson)(customer_id=customer_id, keys=keys)
