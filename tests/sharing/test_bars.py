"""What stands against sharing with a partner, and that question and query agree on it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sharing.bar_words import bar_sentence, barred_sentences
from sharing.models import Bar, Covers, Partner, Way
from tests.parts.partners import make_partner

TODAY = timezone.now().date()
DAY = timedelta(days=1)
CASES: list[tuple[dict[str, Any], Way, Bar | None]] = [
    ({}, Way.IN, None),
    ({}, Way.OUT, None),
    ({"agreement_ends_on": TODAY}, Way.IN, None),
    ({"agreement_signed_on": TODAY}, Way.IN, None),
    ({"agreement_covers": Covers.IN}, Way.IN, None),
    ({"agreement_covers": Covers.IN}, Way.OUT, Bar.OTHER_WAY),
    ({"agreement_covers": Covers.OUT}, Way.IN, Bar.OTHER_WAY),
    ({"state": "paused"}, Way.IN, Bar.PAUSED),
    ({"state": "removed"}, Way.OUT, Bar.REMOVED),
    ({"is_donor": False}, Way.IN, Bar.NO_ROLE),
    ({"is_recipient": False}, Way.OUT, Bar.NO_ROLE),
    ({"agreement_reference": ""}, Way.IN, Bar.NO_AGREEMENT),
    ({"agreement_signed_on": None}, Way.IN, Bar.NOT_SIGNED),
    ({"agreement_signed_on": TODAY + DAY}, Way.OUT, Bar.NOT_SIGNED),
    ({"agreement_ends_on": TODAY - DAY}, Way.OUT, Bar.ENDED),
]


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize(("values", "way", "bar"), CASES)
def test_a_bar_is_found_on_the_partner_and_in_the_query_alike(
    values: dict[str, Any], way: Way, bar: Bar | None
) -> None:
    both = {"name": "Ostermoor Pay", "client_id": "om", "is_donor": True, "is_recipient": True}
    partner = make_partner(**both | values)
    assert partner.bar(way) == bar
    assert Partner.objects.clear_for(way).exists() is (bar is None)
    if bar is not None:
        sentence = bar_sentence(partner, way, bar)
        assert "Ostermoor Pay" in sentence
        assert "An admin" in sentence
        assert ("imported from it" if way is Way.IN else "minted for it") in sentence


@pytest.mark.django_db
def test_a_sentence_names_the_agreement_and_the_day() -> None:
    partner = make_partner(
        name="Caldermoss Trust",
        client_id="ct",
        is_donor=True,
        agreement_reference="CT-2024-02",
        agreement_signed_on=TODAY.replace(year=2024, day=1),
        agreement_ends_on=TODAY.replace(year=2025, month=11, day=15),
    )
    assert bar_sentence(partner, Way.IN, Bar.ENDED) == (
        "Agreement CT-2024-02 with Caldermoss Trust ended on 15 November 2025, so nothing is "
        "imported from it. An admin records the renewed one under Partners."
    )


@pytest.mark.django_db
def test_a_select_tells_of_those_it_leaves_out_and_of_removed_ones_nothing() -> None:
    for number in range(5):
        name = f"Partner {number}"
        make_partner(name=name, client_id=name, is_donor=True, state="paused")
    make_partner(name="Gone", client_id="gone", is_donor=True, state="removed")
    told = barred_sentences(Way.IN)
    assert told[0].startswith("Partner 0 is paused")
    assert told[-1] == "2 more are left out; Partners says why."
    assert not any("Gone" in sentence for sentence in told)


@pytest.mark.django_db
def test_a_partner_without_a_signed_agreement_needs_attention_until_it_is_completed() -> None:
    partner = make_partner(
        name="Noor", client_id="noor", is_recipient=True, agreement_signed_on=None
    )
    assert partner in Partner.objects.needing_attention()
    assert partner.agreement_bar == Bar.NOT_SIGNED
    partner.agreement_signed_on = TODAY
    partner.save()
    assert partner not in Partner.objects.needing_attention()
