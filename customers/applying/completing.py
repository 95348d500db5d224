"""Storing what was entered into an application, without overwriting what somebody else entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from customers.applying.deeds import Author, Overtaken, conclude, events_since, locked, told_changes
from customers.applying.items import Item, item_of_field
from customers.applying.ssn import kept_ssn, sealed_ssn
from customers.applying.values import CUSTOMER_FIELDS, read
from customers.countries import kept_letters
from customers.duplicates.remembering import identity_changed
from customers.models import Application, AttestationKind, Completion, Customer
from customers.models.application_states import COMPLETABLE
from customers.models.customers import PLACEHOLDER_COUNTRY
from customers.outgoing import telling
from customers.outgoing.outbox import emit_all
from sharing.database_clock import database_now

NOT_OPEN = "Only a draft, or an application for which information was requested, can be changed."


@dataclass(frozen=True)
class Saved:
    """What a saving changed, the faults of what it did not take, and the version that is now."""

    version: int
    changed: tuple[str, ...]
    faults: Mapping[str, str]


@transaction.atomic
def save(
    application_id: UUID,
    given: Mapping[str, Any],
    author: Author,
    *,
    based_on: int | None = None,
) -> Saved:
    """Store the values among `given` that may be stored; an empty value empties its field.

    `based_on` is the version that the person had before them. Where somebody changed one of the
    fields since and to something else, nothing is stored. Raises Overtaken then, NotPossible when
    the application is not open for changes, Application.DoesNotExist.
    """
    application = locked(application_id, COMPLETABLE, NOT_OPEN)
    entries = read(given)
    before = current(application)
    changed = tuple(name for name, value in entries.values.items() if before[name] != value)
    _not_overtaken(application, frozenset((*changed, *entries.faults)), based_on)
    if changed:
        _store(application, {name: entries.values[name] for name in changed})
        now = database_now()
        _let_accuracy_lapse(application, now)
        note_answered(application, {item for name in changed if (item := item_of_field(name))})
        fields = ", ".join(sorted(changed))
        conclude(application, author, "application.completed", now=now, fields=fields)
    return Saved(application.version, changed, entries.faults)


def current(application: Application) -> dict[str, Any]:
    """What is stored of every field. Raises CannotOpen without the key that sealed the SSN."""
    customer, completion = application.customer, _completion(application)
    values: dict[str, Any] = {name: getattr(customer, name) for name in CUSTOMER_FIELDS}
    values["country"] = "" if customer.address_is_placeholder else kept_letters(customer.country)
    values["nationality"] = kept_letters(customer.nationality)
    return values | {
        "employment_status": completion.employment_status,
        "purpose_of_account": completion.purpose_of_account,
        "source_of_wealth": completion.source_of_wealth,
        "ssn": kept_ssn(completion),
    }


def note_answered(application: Application, items: set[Item]) -> None:
    """Remember with a request for information what was given again since. Inside a transaction."""
    if application.status not in COMPLETABLE:
        return
    last = application.status_changes.order_by("pk").last()
    if last is None or last.enters != application.status:
        return
    answered = sorted({*last.answered, *map(str, items)})
    if answered != last.answered:
        last.answered = answered
        last.save(update_fields=["answered"])


def _not_overtaken(application: Application, fields: frozenset[str], based_on: int | None) -> None:
    if based_on is None or based_on == application.version:
        return
    events = [
        event
        for event in events_since(application.pk, based_on)
        if fields.intersection(_fields(event.details))
    ]
    if events:
        theirs = frozenset(name for event in events for name in _fields(event.details))
        sentence = f"{told_changes(events)} Nothing of yours was stored here."
        raise Overtaken(sentence, theirs & fields)


def _fields(details: Mapping[str, Any]) -> list[str]:
    return str(details.get("fields", "")).split(", ")


def _store(application: Application, values: Mapping[str, Any]) -> None:
    of_customer = {name: value for name, value in values.items() if name in CUSTOMER_FIELDS}
    if of_customer:
        _store_customer(application.customer, of_customer)
    given = {name: value for name, value in values.items() if name not in CUSTOMER_FIELDS}
    if given:
        completion = _completion(application)
        if "ssn" in given:
            completion.ssn_sealed = sealed_ssn(completion, given.pop("ssn"))
        for name, value in given.items():
            setattr(completion, name, value)
        completion.save()


def _store_customer(customer: Customer, values: dict[str, Any]) -> None:
    if "name" in values:
        # Sumsub's parts of the name would contradict one that was entered as a whole.
        values |= {"first_name": "", "middle_name": "", "last_name": ""}
    if values.get("country") == "":
        values["country"] = PLACEHOLDER_COUNTRY
    for name, value in values.items():
        setattr(customer, name, value)
    customer.save(update_fields=[*values, "updated_at"])
    if {"name", "date_of_birth"} & values.keys():
        identity_changed(customer)
    emit_all([telling.customer_updated(customer, changed=sorted(values))])


def _completion(application: Application) -> Completion:
    found = Completion.objects.filter(pk=application.pk).first()
    return found or Completion(application=application)


def _let_accuracy_lapse(application: Application, now: datetime) -> None:
    """Who attested that everything is accurate did not mean what was changed afterwards."""
    standing = application.attestations.filter(lapsed_at__isnull=True)
    standing.filter(kind=AttestationKind.ACCURACY).update(lapsed_at=now)
