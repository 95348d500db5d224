"""The list of applicants: who can be shared, order, neighbours, what a selection means."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from sharing.applicant_list import ApplicantList, chosen
from sharing.models import Applicant, ApplicantOrder, Shareability
from sharing.precheck import shareability
from tests.sharing.conftest import Browse

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

REVIEWS = (
    ("", "", ""),
    ("init", "", ""),
    ("pending", "GREEN", ""),
    ("completed", "", ""),
    ("completed", "GREEN", ""),
    ("completed", "GREEN", "RETRY"),
    ("completed", "RED", ""),
    ("completed", "RED", "FINAL"),
    ("onHold", "", ""),
    ("somethingNew", "", ""),
)
HELD = (None, False, True)


def _make(count: int, **columns: Any) -> list[Applicant]:
    return Applicant.objects.bulk_create(
        Applicant(applicant_id=f"a{number}", source="csv", **columns) for number in range(count)
    )


def test_the_database_and_the_pre_check_say_the_same_of_every_applicant() -> None:
    """Every mix of what decides: a filter never promises what the pre-check denies."""
    now = timezone.now()
    mixes = product(REVIEWS, (False, True), (False, True), HELD, HELD, (None, now), ("", "company"))
    Applicant.objects.bulk_create(
        Applicant(
            applicant_id=f"m{number}",
            source="lookup",
            review_status=review[0],
            review_answer=review[1],
            review_reject_type=review[2],
            deactivated=deactivated,
            unconfirmed=unconfirmed,
            has_identity=identity,
            has_selfie=selfie,
            deleted_at=deleted_at,
            applicant_type=kind,
        )
        for number, (
            review,
            deactivated,
            unconfirmed,
            identity,
            selfie,
            deleted_at,
            kind,
        ) in enumerate(mixes)
    )
    expected: dict[Shareability, set[int]] = {wanted: set() for wanted in Shareability}
    for applicant in Applicant.objects.all():
        expected[shareability(applicant)].add(applicant.pk)
    asked = {
        wanted: set(Applicant.objects.of_shareability(wanted).values_list("pk", flat=True))
        for wanted in Shareability
    }
    assert asked == expected
    assert all(expected.values()), "every answer is tried"
    assert Applicant.objects.counted_by_shareability() == {
        wanted: len(pks) for wanted, pks in expected.items()
    }
    assert set(Applicant.objects.of_shareability(Shareability.SHAREABLE)) == {
        one for one in Applicant.objects.all() if one.pk in expected[Shareability.SHAREABLE]
    }


def test_the_page_counts_each_answer_and_filters_by_it(
    exported: Applicant, donor_operator: User, client_for: Browse
) -> None:
    _make(2, review_status="init")
    _make(0)
    page = client_for(donor_operator).get("/applicants/?share=yes")
    assert page.context["segments"] == [
        ("", "All", 3),
        ("yes", "Can be shared", 1),
        ("no", "Would be refused", 2),
        ("unknown", "Not known", 0),
    ]
    assert page.context["page"].rows == [exported]
    assert page.context["found_count"] == 1


def _walk(listed: ApplicantList) -> list[str]:
    seen: list[str] = []
    before: str | None = None
    while True:
        page = listed.page(before)
        seen += [one.applicant_id for one in page.rows]
        if page.older is None:
            return seen
        before = str(page.older)


@pytest.mark.parametrize("order", list(ApplicantOrder))
def test_paging_in_every_order_shows_each_applicant_once_and_sorted(order: ApplicantOrder) -> None:
    day = datetime(2026, 11, 1, tzinfo=UTC)
    Applicant.objects.bulk_create(
        Applicant(
            applicant_id=f"a{number}",
            source="csv",
            name=["", "Ada", "Bo", "Cy"][number % 4],
            reviewed_at=None if number % 3 else day + timedelta(days=number % 7),
            looked_up_at=None if number % 5 else day + timedelta(days=number % 11),
        )
        for number in range(123)
    )
    everyone = list(Applicant.objects.all())
    never = datetime(1970, 1, 1, tzinfo=UTC)
    keys: dict[ApplicantOrder, Any] = {
        ApplicantOrder.NEWEST: lambda one: -one.pk,
        ApplicantOrder.NAME: lambda one: (
            (not one.name, one.name, -one.pk)[0:3] if one.name else (True, "", -one.pk)
        ),
        ApplicantOrder.REVIEWED: lambda one: (-(one.reviewed_at or never).timestamp(), -one.pk),
        ApplicantOrder.STALE: lambda one: ((one.looked_up_at or never).timestamp(), -one.pk),
    }
    expected = [one.applicant_id for one in sorted(everyone, key=keys[order])]
    listed = ApplicantList(QueryDict(f"sort={order.value}"))
    assert _walk(listed) == expected
    third = next(one for one in everyone if one.applicant_id == expected[2])
    beside = listed.neighbours(third)
    assert beside.previous is not None
    assert beside.next is not None
    assert (beside.previous.applicant_id, beside.next.applicant_id) == (expected[1], expected[3])


def test_filters_stay_while_one_pages_and_opens_an_applicant(
    donor_operator: User, client_for: Browse
) -> None:
    made = _make(60, level_name="id-only", country="NLD")
    _make(0)
    client = client_for(donor_operator)
    text = client.get("/applicants/?level=id-only&sort=name").content.decode()
    assert "level=id-only&amp;sort=name&amp;before=" in text
    middle = made[30]
    assert f"/applicants/{middle.pk}/?level=id-only&amp;sort=name" in text
    page = client.get(f"/applicants/{middle.pk}/?level=id-only&sort=name").content.decode()
    assert f"/applicants/{made[29].pk}/?level=id-only&amp;sort=name" in page
    assert f"/applicants/{made[31].pk}/?level=id-only&amp;sort=name" in page


def test_the_first_and_the_last_of_a_list_have_one_neighbour() -> None:
    made = _make(2)
    first, last = made[1], made[0]
    listed = ApplicantList(QueryDict())
    assert (listed.neighbours(first).previous, listed.neighbours(first).next) == (None, last)
    assert (listed.neighbours(last).previous, listed.neighbours(last).next) == (first, None)


def test_where_an_applicant_came_from_narrows_the_list(exported: Applicant) -> None:
    assert list(ApplicantList(QueryDict("source=csv")).found) == [exported]
    assert not ApplicantList(QueryDict("source=webhook")).found.exists()


def test_a_selection_means_the_chosen_ones(exported: Applicant) -> None:
    _make(3)
    posted = QueryDict(f"applicant={exported.pk}&applicant=x&applicant=999999")
    assert list(chosen(posted)) == [exported]
    assert not chosen(QueryDict("")).exists()


def test_a_selection_by_filter_means_all_that_it_finds(exported: Applicant) -> None:
    _make(80, review_status="init")
    assert chosen(QueryDict("all_of=status%3DDocuments%2Brequested&applicant=1")).count() == 80
    assert list(chosen(QueryDict("all_of=share%3Dyes"))) == [exported]
    assert chosen(QueryDict("all_of=")).count() == 81


def test_a_slip_in_a_filter_never_selects_everybody(exported: Applicant) -> None:
    assert not chosen(QueryDict("all_of=share%3Dmaybe")).exists()


def test_nothing_can_be_chosen_while_nothing_can_be_done_with_it(
    exported: Applicant, donor_operator: User, client_for: Browse
) -> None:
    answer = client_for(donor_operator).get("/applicants/")
    has_boxes = 'type="checkbox" name="applicant"' in answer.content.decode()
    assert has_boxes is bool(answer.context["acts"])


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"deactivated": True}, "Deactivated at Sumsub."),
        ({"missing_since": timezone.now()}, "That does not prove that it is gone"),
        ({"deleted_at": timezone.now()}, "Deleted at Sumsub."),
        ({"unconfirmed": True}, "Approved, to be confirmed."),
        ({"applicant_type": "company"}, '<span class="tag">Company</span>'),
        ({}, "Known from the dashboard’s export only."),
        ({"source": "webhook"}, "Known from webhooks only."),
    ],
)
def test_the_page_of_an_applicant_says_its_state(
    exported: Applicant,
    donor_operator: User,
    client_for: Browse,
    state: dict[str, Any],
    words: str,
) -> None:
    if state:
        Applicant.objects.update(**state)
    page = client_for(donor_operator).get(f"/applicants/{exported.pk}/").content.decode()
    assert words in page


def test_labels_tags_and_documents_are_on_the_page(
    exported: Applicant, donor_operator: User, client_for: Browse
) -> None:
    documents = [{"type": "PASSPORT", "country": "NLD", "valid_until": "2020-01-31"}]
    Applicant.objects.update(
        review_labels="FORGERY,BAD_SELFIE", tags="vip", profile={"documents": documents}
    )
    page = client_for(donor_operator).get(f"/applicants/{exported.pk}/").content.decode()
    for words in ("FORGERY", "BAD_<wbr>SELFIE", ">vip<", "Passport", "31 Jan 2020", "Run out"):
        assert words in page
