"""What the Add page says of a donor and its level: the agreement, and how rows fared lately."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from customers.donor_facts import DAYS, NOBODY, donor_facts
from customers.models import ImportMode, ImportState, RowState
from sharing.models import Partner
from sumsub.sandbox.process import Sandbox
from tests.parts.import_maker import make_import
from tests.parts.pages import words
from tests.parts.partners import make_partner

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

S = RowState


def donor(name: str = "Ostermoor Pay", **columns: object) -> Partner:
    return make_partner(name=name, client_id=name.lower(), is_donor=True, **columns)


def test_rows_of_a_donor_are_told_by_level_and_those_of_all_together() -> None:
    ours, other = donor(), donor("Brightwater")
    make_import(S.IMPORTED, S.IMPORTED, S.REFUSED, S.PENDING, S.EXPIRED, partner=ours)
    make_import(S.IMPORTED, partner=ours, state=ImportState.FINISHED)
    make_import(S.REFUSED, partner=ours, level_name="id-strict")
    make_import(S.IMPORTED, partner=other)
    facts = donor_facts([ours, other])
    assert facts[str(ours.pk)].went == {
        "id-only": "Last 30 days: 3 of 4 rows sent from Ostermoor Pay at this level became "
        "customers, 75 %.",
        "id-strict": "Last 30 days: 0 of 1 row sent from Ostermoor Pay at this level became "
        "customers.",
    }
    assert facts[NOBODY].went["id-only"] == (
        "Last 30 days: 4 of 5 rows sent at this level became customers, 80 %."
    )


def test_old_imports_copies_and_rows_that_were_never_sent_do_not_count() -> None:
    ours = donor()
    long_ago = timezone.now() - timedelta(days=DAYS, hours=1)
    make_import(S.IMPORTED, partner=ours, created_at=long_ago)
    make_import(S.IMPORTED, partner=ours, mode=ImportMode.COPY)
    make_import(S.PENDING, S.CANCELLED, partner=ours)
    assert donor_facts([ours])[str(ours.pk)].went == {}


def test_the_agreement_is_named_with_its_end() -> None:
    ends = timezone.now().date().replace(year=2031, month=3, day=31)
    ours = donor(agreement_reference="OP-2026-03", agreement_ends_on=ends)
    endless = donor("Brightwater", agreement_reference="BW-1")
    facts = donor_facts([ours, endless])
    assert facts[str(ours.pk)].agreement == "Agreement OP-2026-03, ends 31 Mar 2031."
    assert facts[str(endless.pk)].agreement == "Agreement BW-1, without an end."


def test_a_donor_named_in_the_address_brings_its_own_level(
    office: Client, connected: Sandbox
) -> None:
    own = connected.workspace("recipient").levels[2]
    ours = donor(default_level=own)
    page = words(office.get(f"/customers/add/?partner={ours.pk}"))
    assert f'<option value="{own}" selected>' in page
    gone = donor("Brightwater", default_level="no-such-level")
    page = words(office.get(f"/customers/add/?partner={gone.pk}"))
    first = connected.workspace("recipient").levels[0]
    assert f'<option value="{first}" selected>' in page
