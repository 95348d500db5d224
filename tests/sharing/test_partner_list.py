"""The list of partners: its tabs, its order, its search, what needs a person."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from sharing import register
from sharing.models import Partner
from tests.parts.partners import make_partner
from tests.sharing.conftest import Browse


def test_the_tabs_count_and_show_the_two_sides(
    viewer: User, client_for: Browse, donor: Partner, recipient: Partner
) -> None:
    make_partner(name="Both Ways", client_id="both_1", is_donor=True, is_recipient=True)
    client = client_for(viewer)
    donors = client.get("/partners/").content.decode()
    assert 'Donors <span class="n">2</span>' in donors
    assert 'Recipients <span class="n">2</span>' in donors
    assert ("Ostermoor Pay" in donors, "Velmora Bank" in donors) == (True, False)
    recipients = client.get("/partners/?tab=recipients").content.decode()
    assert ("Ostermoor Pay" in recipients, "Velmora Bank" in recipients) == (False, True)


def test_search_and_states_narrow_the_list(
    viewer: User, client_for: Browse, donor: Partner
) -> None:
    client = client_for(viewer)
    other = make_partner(name="Pellworth", client_id="pw_1", is_donor=True, state="paused")
    assert list(client.get("/partners/?q=ostermoor_pay").context["partners"]) == [donor]
    assert list(client.get("/partners/?state=paused").context["partners"]) == [other]
    page = client.get("/partners/?q=<i>nobody").content.decode()
    assert "No partner matches “&lt;i&gt;nobody”" in page


def test_what_needs_a_person_stands_above_the_list_with_what_to_press(
    admin: User, viewer: User, client_for: Browse, donor: Partner
) -> None:
    register.record_contradiction(donor.pk, timezone.now())
    make_partner(
        name="Caldermoss Trust",
        client_id="ct_1",
        is_donor=True,
        agreement_reference="CT-2024-02",
        agreement_ends_on=timezone.now().date() - timedelta(days=1),
    )
    page = client_for(admin).get("/partners/").content.decode()
    assert "Sumsub does not know Ostermoor Pay as your partner" in page
    assert f'href="/partners/{donor.pk}/#steps">Show the steps' in page
    assert "The agreement with Caldermoss Trust has ended" in page
    assert "Record agreement" in page
    assert "Record agreement" not in client_for(viewer).get("/partners/").content.decode()


def test_an_empty_tab_says_what_a_donor_is_and_who_adds_one(
    admin: User, viewer: User, client_for: Browse
) -> None:
    page = client_for(admin).get("/partners/").content.decode()
    assert "No donors yet" in page
    assert 'href="/partners/add/?tab=donors">Add donor' in page
    page = client_for(viewer).get("/partners/?tab=recipients").content.decode()
    assert "An admin adds recipients here" in page
    assert "/partners/add/" not in page


def test_the_list_is_sorted_as_asked_and_searches_agreements_and_contacts(
    viewer: User, client_for: Browse, donor: Partner
) -> None:
    client, today = client_for(viewer), timezone.now().date()
    other = make_partner(
        name="Aldermoor",
        client_id="am_1",
        is_donor=True,
        agreement_reference="AM-7",
        agreement_ends_on=today + timedelta(days=90),
        refused_count=4,
    )
    register.record_redeemed(donor.pk, 1)
    donor.contacts.create(name="Imke", email="imke@ostermoor.example")

    def shown(query: str) -> list[Partner]:
        return list(client.get(f"/partners/?{query}").context["partners"])

    assert shown("") == shown("order=nonsense") == [other, donor]
    assert shown("order=seen") == [donor, other]
    assert shown("order=ending") == shown("order=refused") == [other, donor]
    assert shown("q=AM-7") == [other]
    assert shown("q=imke%40") == [donor]
    assert shown("state=ending") == []
