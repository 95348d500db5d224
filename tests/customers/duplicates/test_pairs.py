"""Pairs: found after an import and among customers by hand, decided once, never found again."""

import re
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, User
from customers.creation import Newcomers
from customers.duplicates import comparing, deciding, remembering
from customers.models import Customer, Lookalikes, PersonKey, RowState
from customers.models.duplicates import PairState
from customers.timing import Timing
from sharing.database_clock import database_now
from sumsub.identity import IdDoc, Identity
from sumsub.records import Applicant
from tests.parts.import_maker import make_import, make_row
from tests.parts.pages import words
from tests.parts.plans import plan_of, prefer_indexes

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SignIn = Callable[[User], Client]
BORN = date(1988, 6, 4)


def ada(number: int, **more: object) -> Applicant:
    known: dict[str, object] = {"first_name": "Ada", "last_name": "Mercer", "dob": BORN}
    return Applicant(id=f"66f0c2a4{number:016x}", info=Identity(**(known | more)))  # type: ignore[arg-type]


def taken_in(*applicants: Applicant) -> list[Customer]:
    """As the engine's tick takes them in, all in one transaction."""
    imported = make_import()
    newcomers = Newcomers()
    made: list[UUID] = []
    with transaction.atomic():
        for line, applicant in enumerate(applicants, start=2):
            row = make_row(imported, line, RowState.PENDING)
            links = newcomers.add(
                row, applicant, imported, now=database_now(), timing=Timing.current()
            )
            made.append(UUID(str(links["customer_id"])))
        newcomers.store()
    while comparing.compare():
        pass
    return [Customer.objects.get(pk=one) for one in made]


def by_hand(name: str, born: date | None = BORN) -> Customer:
    with transaction.atomic():
        customer = Customer.objects.create(name=name, date_of_birth=born)
        remembering.identity_changed(customer)
    comparing.compare()
    return customer


@pytest.fixture
def pair() -> Lookalikes:
    """Two Adas."""
    by_hand("Ada Mercer")
    by_hand("MERCER, Ada")
    return Lookalikes.objects.get()


# ---- finding ---------------------------------------------------------------------------------


def test_two_of_one_import_and_one_by_hand_are_found_each_pair_once() -> None:
    first, second = taken_in(ada(1), ada(2))
    third = by_hand("ada  mercér")
    pairs = {(one.first_id, one.second_id) for one in Lookalikes.objects.all()}
    assert len(pairs) == 3
    assert {first.pk, second.pk} in [set(one) for one in pairs]
    assert all(one.by_name and not one.by_document for one in Lookalikes.objects.all())
    assert sum(one[1] == third.pk for one in pairs) == 2


def test_a_document_finds_who_changed_the_name() -> None:
    papers = (IdDoc(type="PASSPORT", country="NLD", number="NX1234567"),)
    taken_in(ada(1, id_docs=papers), ada(2, last_name="Oostervelt", id_docs=papers))
    found = Lookalikes.objects.get()
    assert (found.by_document, found.by_name) == (True, False)


def test_the_documents_number_is_kept_nowhere() -> None:
    taken_in(ada(1, id_docs=(IdDoc(type="PASSPORT", country="NLD", number="NX1234567"),)))
    for model in (Customer, PersonKey):
        assert "NX1234567" not in str(list(model.objects.values()))
    assert PersonKey.objects.filter(ground="document").count() == 1


def test_the_engine_stores_keys_in_one_statement_and_compares_nothing() -> None:
    imported = make_import()
    newcomers = Newcomers()
    with transaction.atomic():
        for line in range(2, 22):
            row = make_row(imported, line, RowState.PENDING)
            newcomers.add(row, ada(line), imported, now=database_now(), timing=Timing.current())
        with CaptureQueriesContext(connection) as asked:
            newcomers.store()
    texts = [one["sql"] for one in asked]
    assert sum("customers_newperson" in text for text in texts) == 1
    assert not [text for text in texts if "customers_personkey" in text]
    assert not Lookalikes.objects.exists()


def test_a_key_that_very_many_share_does_not_make_a_pair_of_each_two() -> None:
    taken_in(*(ada(number) for number in range(60)))
    taken_in(ada(60), ada(61))
    assert 60 < Lookalikes.objects.count() <= 62 * comparing.MOST_ALIKE
    assert Lookalikes.objects.filter(second__application__provider_applicant_id=ada(61).id).count()


def test_who_looks_like_nobody_is_compared_once_and_rests() -> None:
    taken_in(ada(1))
    assert not comparing.is_anything_due()
    assert comparing.compare() == 0
    assert not Lookalikes.objects.exists()


def test_a_changed_name_is_compared_anew() -> None:
    by_hand("Ada Mercer")
    other = by_hand("Bram Oostervelt")
    other.name = "Ada Mercer"
    with transaction.atomic():
        remembering.identity_changed(other)
    comparing.compare()
    assert Lookalikes.objects.get().second == other


def test_customers_of_an_earlier_build_are_compared_by_a_command() -> None:
    for name in ("Ada Mercer", "Ada Mercer", "Bram Oostervelt"):
        Customer.objects.create(name=name, date_of_birth=BORN)
    call_command("compare_customers")
    assert Lookalikes.objects.count() == 1
    call_command("compare_customers")
    assert Lookalikes.objects.count() == 1


def test_a_million_keys_are_searched_by_the_index() -> None:
    with CaptureQueriesContext(connection) as asked:
        by_hand("Ada Mercer")
    query = next(one["sql"] for one in asked if "GROUP BY" in one["sql"])
    prefer_indexes()
    plan = plan_of(query)
    assert "person_key_once" in plan or "customers_personkey_1 (key=?)" in plan


# ---- deciding --------------------------------------------------------------------------------


def test_a_pair_is_linked_undone_and_dismissed_each_with_its_event_for_both(
    pair: Lookalikes, office: Client
) -> None:
    page = f"/customers/duplicates/{pair.pk}/"
    office.post(page + "link/", {"seen": "suspected"})
    assert "Linked by Olga Officer" in words(office.get(page))
    office.post(page + "undo/", {"seen": "linked"})
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (PairState.SUSPECTED, None)
    office.post(page + "dismiss/", {"seen": "suspected", "reason": "Twins, both confirmed."})
    assert "Twins, both confirmed." in words(office.get(page))
    for one in (pair.first_id, pair.second_id):
        about = AuditEvent.objects.about(f"customer:{one}").order_by("pk")
        assert [event.deed for event in about] == [
            "customer.linked",
            "customer.likeness_reopened",
            "customer.told_apart",
        ]
        assert "Twins" not in str([event.details for event in about])


def test_telling_apart_needs_a_reason(pair: Lookalikes, office: Client) -> None:
    answer = office.post(f"/customers/duplicates/{pair.pk}/dismiss/", {"reason": " "})
    assert answer.status_code == 422
    assert "Say in a few words" in words(answer)
    pair.refresh_from_db()
    assert pair.state == PairState.SUSPECTED


def test_a_dismissed_pair_is_not_flagged_again(pair: Lookalikes, officer: User) -> None:
    seen = PairState.SUSPECTED
    deciding.decide(pair.pk, PairState.DISMISSED, seen=seen, by=officer, reason="Twins.")
    PersonKey.objects.of(pair.second).delete()
    with transaction.atomic():
        remembering.identity_changed(pair.second)
    assert comparing.compare()
    assert Lookalikes.objects.get().state == PairState.DISMISSED


def test_the_second_of_two_people_who_decide_is_told_and_changes_nothing(
    pair: Lookalikes, office: Client, officer: User
) -> None:
    deciding.decide(pair.pk, PairState.LINKED, seen=PairState.SUSPECTED, by=officer)
    page = f"/customers/duplicates/{pair.pk}/"
    answer = office.post(page + "dismiss/", {"seen": "suspected", "reason": "No."}, follow=True)
    assert "decided about these two meanwhile" in words(answer)
    pair.refresh_from_db()
    assert pair.state == PairState.LINKED


# ---- pages -----------------------------------------------------------------------------------


def test_countries_stand_side_by_side_by_name(pair: Lookalikes, office: Client) -> None:
    Customer.objects.filter(pk=pair.first_id).update(nationality="GBR", country="NLD")
    page = words(office.get(f"/customers/duplicates/{pair.pk}/"))
    assert "United Kingdom" in page
    assert "Netherlands" in page
    assert "NLD" not in page


def test_what_neither_has_is_named_once_and_what_tells_nothing_is_never_the_same(
    pair: Lookalikes, office: Client
) -> None:
    Customer.objects.update(nationality="FRA")
    page = words(office.get(f"/customers/duplicates/{pair.pk}/"))
    assert "Known of neither: e-mail, phone, tax id, address" in page
    alike = re.findall(r'<th scope="row"[^>]*>([^<]+)</th>(?:(?!</tr>).)*>the same<', page, re.S)
    assert "Nationality" in alike
    assert not {"KYC status", "Added", "Donor"} & set(alike)


def test_a_social_security_number_is_compared_whole_and_shown_by_its_last_digits(
    pair: Lookalikes, office: Client
) -> None:
    for customer, number in ((pair.first, "524-12-6789"), (pair.second, "525-12-6789")):
        Customer.objects.filter(pk=customer.pk).update(tax_id=number)
    page = words(office.get(f"/customers/duplicates/{pair.pk}/"))
    assert page.count("•••-••-6789") == 2
    assert "-12-6789" not in page
    assert "the same" not in page.split("Tax id")[1].split("</tr>")[0]


def test_after_a_decision_the_next_pair_is_one_press_away(office: Client) -> None:
    taken_in(ada(1), ada(2), ada(3))
    while Lookalikes.objects.suspected().exists():
        first, *rest = Lookalikes.objects.suspected().order_by("-pk")
        office.post(f"/customers/duplicates/{first.pk}/link/", {"seen": "suspected"})
        page = words(office.get(f"/customers/duplicates/{first.pk}/"))
        named = re.findall(r'href="/customers/duplicates/(\d+)/"[^>]*>.*?Next pair', page)
        assert named == [str(one.pk) for one in rest[:1]]
    assert "All pairs" in page


def test_both_customers_pages_the_list_and_the_customers_list_name_the_pair(
    pair: Lookalikes, office: Client
) -> None:
    for customer in (pair.first, pair.second):
        page = words(office.get(f"/customers/{customer.pk}/"))
        assert "Perhaps the same person as" in page
        assert f"/customers/duplicates/{pair.pk}/" in page
    assert "Same name and birth date" in words(office.get("/customers/duplicates/"))
    assert "Possible duplicates" in words(office.get("/customers/"))
    assert "No such pair yet" in words(office.get("/customers/duplicates/?state=linked"))


def test_who_may_not_see_personal_data_sees_that_there_is_a_pair_and_not_who_it_is(
    pair: Lookalikes, viewer: User, client_for: SignIn
) -> None:
    browser = client_for(viewer)
    places = ("/customers/duplicates/", f"/customers/duplicates/{pair.pk}/")
    for place in (*places, f"/customers/{pair.first_id}/"):
        page = words(browser.get(place))
        assert "Mercer" not in page
        assert "1988" not in page
    shown = words(browser.get(places[1]))
    assert "M… A…" in shown or "A… M…" in shown
    assert "Link as the same person" not in shown


@pytest.mark.parametrize("role", ["admin", "donor_operator", "auditor", "viewer", "outsider"])
def test_only_who_manages_customers_decides_and_only_who_sees_them_looks(
    request: pytest.FixtureRequest, pair: Lookalikes, client_for: SignIn, role: str
) -> None:
    browser = client_for(request.getfixturevalue(role))
    looks = 200 if role == "viewer" else 403
    page = f"/customers/duplicates/{pair.pk}/"
    assert browser.get("/customers/duplicates/").status_code == looks
    assert browser.get(page).status_code == looks
    for deed in ("link/", "dismiss/", "undo/"):
        assert browser.post(page + deed, {"reason": "No."}).status_code == 403
        assert browser.get(page + deed).status_code in (403, 405)
        assert Client().post(page + deed).status_code == 302
    pair.refresh_from_db()
    assert pair.state == PairState.SUSPECTED
