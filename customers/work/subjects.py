"""The things that tasks are about, as a reader may see them, and how they are read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.page_addresses import folder_of
from customers.applying.deeds import subject_of
from customers.applying.missing import Facts
from customers.masking import shown_name
from customers.models import Gate, Import, Lookalikes, Row, Thing
from customers.work.drafts import facts_by_key
from customers.work.few import partner_of
from sharing.models import Partner

NAMELESS = "Unnamed customer"


@dataclass(frozen=True)
class Subject:
    """The thing of a task as one reader may see it.

    `name`: what a list calls it; `link`: its own page; `reference`: how the audit trail names it.
    """

    name: str
    link: str
    reference: str
    partner: str = ""


def subject(thing: Thing, known: Any, *, by_name: bool) -> Subject:
    """A thing that was read. Without `by_name` names of people are masked."""
    return _SUBJECTS[thing](known, by_name)


def read(thing: Thing, keys: Iterable[Any]) -> dict[Any, Any]:
    """Things of one kind with all that is told of them, by key, in a handful of queries."""
    return _READ[thing](keys)


def _of_application(facts: Facts, by_name: bool) -> Subject:
    application = facts.application
    customer = application.customer
    return Subject(
        shown_name(customer.name, unmasked=by_name) or NAMELESS,
        f"{folder_of('customers:application')}{application.pk}/",
        subject_of(application.pk),
        customer.partner.name if customer.partner else "",
    )


def _of_row(row: Row, by_name: bool) -> Subject:
    imported = row.import_ref
    return Subject(
        f"Line {row.line} of import {imported.pk}",
        reverse("customers:row", args=[imported.pk, row.line]),
        f"row:{row.pk}",
        imported.partner.name if imported.partner else "",
    )


def _of_pair(pair: Lookalikes, by_name: bool) -> Subject:
    both = (pair.first, pair.second)
    names = (shown_name(one.name, unmasked=by_name) or NAMELESS for one in both)
    partners = {one.partner.name for one in both if one.partner}
    return Subject(
        " and ".join(names),
        reverse("customers:pair", args=[pair.pk]),
        f"pair:{pair.pk}",
        ", ".join(sorted(partners)),
    )


def _of_import(imported: Import, by_name: bool) -> Subject:
    return Subject(
        f"Import {imported.pk}" + (f", {imported.file_name}" if imported.file_name else ""),
        reverse("customers:import", args=[imported.pk]),
        f"import:{imported.pk}",
        imported.partner.name if imported.partner else "",
    )


def _of_gate(gate: Gate, by_name: bool) -> Subject:
    partner = Partner.objects.all().with_id(partner_of(gate) or 0).first()
    return Subject(
        gate.get_reason_display(),
        f"{reverse('customers:imports')}?state=running",
        f"gate:{gate.scope}",
        partner.name if partner else "",
    )


def _of_partner(partner: Partner, by_name: bool) -> Subject:
    return Subject(
        partner.name,
        reverse("sharing:partner", args=[partner.pk]),
        f"partner:{partner.pk}",
        partner.name,
    )


_SUBJECTS: dict[Thing, Callable[[Any, bool], Subject]] = {
    Thing.APPLICATION: _of_application,
    Thing.ROW: _of_row,
    Thing.PAIR: _of_pair,
    Thing.IMPORT: _of_import,
    Thing.GATE: _of_gate,
    Thing.PARTNER: _of_partner,
}
_READ: dict[Thing, Callable[[Iterable[Any]], dict[Any, Any]]] = {
    Thing.APPLICATION: facts_by_key,
    Thing.ROW: lambda keys: Row.objects.with_import().in_bulk(list(keys)),
    Thing.PAIR: lambda keys: Lookalikes.objects.with_people().in_bulk(list(keys)),
    Thing.IMPORT: lambda keys: Import.objects.select_related("partner").in_bulk(list(keys)),
    Thing.GATE: lambda keys: Gate.objects.in_bulk(list(keys)),
    Thing.PARTNER: lambda keys: Partner.objects.in_bulk(list(keys)),
}
