"""Registers of earlier versions come over complete: agreements count as signed, contacts stay."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db.migrations.state import StateApps

from tests.parts.earlier import earlier_models, migrated_to

BEFORE, AFTER = ("sharing", "0003_documents"), ("sharing", "0004_partners")


@pytest.fixture
def earlier(transactional_db: None) -> Iterator[StateApps]:
    yield from earlier_models(BEFORE)


@pytest.mark.both_databases
def test_a_register_of_an_earlier_version_comes_over(earlier: StateApps) -> None:
    old = earlier.get_model("sharing", "Partner").objects
    joined = datetime(2025, 4, 1, 12, tzinfo=UTC)
    signed = {"agreement_reference": "OP-2026-03", "contact": "compliance@ostermoor.example"}
    old.create(name="Signed", client_id="s", is_donor=True, created_at=joined, **signed)
    old.create(name="Bare", client_id="b", is_donor=True, contact="Noor, +31 20 555 0100")
    new = migrated_to(AFTER)
    partners = new.get_model("sharing", "Partner").objects
    assert partners.get(client_id="s").agreement_signed_on == joined.date()
    assert partners.get(client_id="b").agreement_signed_on is None
    contacts = new.get_model("sharing", "PartnerContact").objects
    assert set(contacts.values_list("name", "email")) == {
        ("compliance@ostermoor.example", "compliance@ostermoor.example"),
        ("Noor, +31 20 555 0100", ""),
    }
