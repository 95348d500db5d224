"""Every import there was: search, filters, order, paging, and what an empty list says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from customers.models import Import, ImportMode, ImportState, RowState
from customers.views.import_list import PAGE_SIZE
from sharing.models import Partner
from tests.parts.import_maker import make_import
from tests.parts.pages import words
from tests.parts.partners import make_partner

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SignIn = Callable[[User], Client]
S = RowState


def listed(client: Client, query: str = "") -> list[int]:
    """The numbers of the imports on a page, from the top."""
    lines = client.get(f"/imports/{query}").context["lines"]
    return [line.imported.pk for line in lines]


@pytest.fixture
def donor(db: None) -> Partner:
    return make_partner(name="Ostermoor Pay", client_id="om", is_donor=True)


def test_the_list_says_who_when_from_whom_which_level_and_how_it_ended(
    office: Client, officer: User, donor: Partner
) -> None:
    began = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
    make_import(
        S.IMPORTED,
        S.REFUSED,
        S.NEEDS_PERSON,
        state=ImportState.FINISHED,
        by=officer,
        partner=donor,
        level_name="id-and-liveness",
        created_at=began,
        started_at=began,
        finished_at=began + timedelta(minutes=4, seconds=20),
    )
    page = words(office.get("/imports/"))
    for part in (
        "from Ostermoor Pay",
        "tokens.csv",
        "Finished",
        "1 needs somebody",
        "100 % of 3",
        "id-and-liveness",
        "Olga Officer",
        "4\u00a0min\u00a020\u00a0s",
        "20 Nov 2026, 14:02",
    ):
        assert part in page


@pytest.mark.parametrize(
    "query",
    ["q=November", "q=officer", "q=ostermoor", "q=liveness", "q={pk}", "q=import+{pk}"],
)
def test_an_import_is_found_by_file_person_donor_level_or_number(
    office: Client, officer: User, donor: Partner, query: str
) -> None:
    wanted = make_import(
        by=officer, partner=donor, file_name="november.csv", level_name="id-and-liveness"
    )
    make_import()
    assert listed(office, f"?{query.format(pk=wanted.pk)}") == [wanted.pk]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=paused", ["paused"]),
        ("mode=copy", ["paused"]),
        ("holding=refusals", ["refused"]),
        ("holding=doubt", ["doubt"]),
        ("holding=needs", ["paused", "person", "staged"]),
        ("first=2026-11-02&last=2026-11-02", ["old"]),
        ("last=2026-11-01", []),
        ("first=2026-11-03&state=finished", ["person"]),
        ("state=nonsense&mode=x&first=yesterday", None),
    ],
)
def test_filters_narrow_the_list(office: Client, query: str, found: list[str] | None) -> None:
    late = datetime(2026, 11, 2, 23, 59, tzinfo=UTC)
    made = {
        "paused": make_import(S.PENDING, state=ImportState.PAUSED, mode=ImportMode.COPY),
        "refused": make_import(S.REFUSED),
        "doubt": make_import(S.CHECKING),
        "person": make_import(S.NEEDS_PERSON, state=ImportState.FINISHED),
        "staged": make_import(S.STAGED, state=ImportState.STAGED),
        "old": make_import(state=ImportState.FINISHED, created_at=late),
    }
    expected = made.values() if found is None else [made[name] for name in found]
    assert sorted(listed(office, f"?{query}")) == sorted(one.pk for one in expected)


def test_filters_by_person_and_donor(office: Client, officer: User, donor: Partner) -> None:
    mine, theirs = make_import(by=officer), make_import(partner=donor)
    assert listed(office, f"?person={officer.pk}") == [mine.pk]
    assert listed(office, f"?partner={donor.pk}") == [theirs.pk]


def test_a_period_that_ends_before_it_begins_is_said(office: Client) -> None:
    make_import()
    page = words(office.get("/imports/?first=2026-11-02&last=2026-11-01"))
    assert "Choose a day on or after the first one." in page


def test_a_period_may_end_with_the_last_day_there_is(office: Client) -> None:
    make_import(RowState.IMPORTED)
    page = office.get("/imports/?first=0001-01-01&last=9999-12-31")
    assert page.status_code == 200
    assert page.context["count"].number == 1


@pytest.mark.parametrize("order", ["", "oldest", "largest", "refused"])
def test_paging_shows_each_import_once_in_every_order(office: Client, order: str) -> None:
    made = PAGE_SIZE * 2 + 3
    Import.objects.bulk_create(
        Import(
            state=ImportState.FINISHED,
            source="file",
            level_name="id-only",
            total_count=number % 4,
            refused_count=number % 3,
        )
        for number in range(made)
    )
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = office.get("/imports/", {"order": order, "before": cursor}).context
        seen += [line.imported.pk for line in page["lines"]]
        cursor = page["older"]
    assert len(seen) == len(set(seen)) == made
    columns = {"largest": "-total_count", "refused": "-refused_count", "oldest": "pk"}
    wanted = Import.objects.order_by(columns.get(order, "-pk"), "-pk")
    assert seen == list(wanted.values_list("pk", flat=True))


def test_a_cursor_that_makes_no_sense_counts_as_none(office: Client) -> None:
    made = make_import()
    for cursor in ("x", "1", "1-", "-1", "²-3", f"{'9' * 40}-1"):
        assert listed(office, f"?before={cursor}") == [made.pk]


def test_an_order_narrows_nothing(office: Client) -> None:
    make_import()
    assert "All imports" in words(office.get("/imports/?order=largest"))
    assert "Found" in words(office.get("/imports/?state=running"))


def test_an_empty_list_says_what_to_do(office: Client, client_for: SignIn, viewer: User) -> None:
    page = words(office.get("/imports/"))
    assert "No imports yet" in page
    assert "Download template" in page
    assert "A compliance operator imports" in words(client_for(viewer).get("/imports/"))
    make_import()
    page = words(office.get("/imports/?q=nothing-like-it"))
    assert "No import matches this filter" in page
    assert "Clear the filter" in page


def test_a_full_page_asks_as_little_as_one_import(
    office: Client, officer: User, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(PAGE_SIZE):
        make_import(S.PENDING, by=officer)
    with django_assert_max_num_queries(15):  # type: ignore[attr-defined]
        office.get("/imports/")


@pytest.mark.parametrize("address", ["/imports/", "/imports/1/", "/imports/1/story/"])
def test_who_has_no_role_sees_no_import(
    client_for: SignIn, outsider: User, donor_operator: User, address: str
) -> None:
    make_import(pk=1)
    for person in (outsider, donor_operator):
        assert client_for(person).get(address).status_code == 403


def test_everybody_else_sees_what_was_seen_then(
    client_for: SignIn, viewer: User, auditor: User, officer: User, admin: User
) -> None:
    made = make_import(S.IMPORTED, state=ImportState.FINISHED, by=officer)
    for person in (viewer, auditor, officer, admin):
        assert listed(client_for(person)) == [made.pk]
        page = words(client_for(person).get(f"/imports/{made.pk}/"))
        assert "Level <b>id-only</b>" in page
        assert "What happened to this import" in page


def test_a_running_import_says_how_long_it_has_been_running(office: Client) -> None:
    make_import(S.PENDING, started_at=timezone.now() - timedelta(minutes=5))
    assert "so far" in words(office.get("/imports/"))
