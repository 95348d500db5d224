"""Saved filters: a person's own, under a name, for the lists that say so."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts import saved_filters
from accounts.models import AuditEvent, SavedFilter, User
from accounts.saved_filters import FilterRefused
from sharing.ledger_filter import FILTERED as PAGE

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

Browse = Callable[[User], Client]
LIVE = "first=2026-11-01&state=live"


@pytest.fixture
def live(donor_operator: User) -> SavedFilter:
    """Doris keeps the live share tokens of a month."""
    return saved_filters.save(PAGE, "Live ones", "?state=live&first=2026-11-01", by=donor_operator)


def test_a_filter_is_kept_without_what_the_page_does_not_know(donor_operator: User) -> None:
    query = "?state=live&before=7&csrf=x&q=&first=2026-11-01&state="
    kept = saved_filters.save(PAGE, "Live ones", query, by=donor_operator)
    assert kept.query == LIVE


def test_the_list_shows_them_by_name_and_which_is_in_use(
    live: SavedFilter, donor_operator: User, client_for: Browse
) -> None:
    saved_filters.save(PAGE, "a first one", "state=expired", by=donor_operator)
    page = client_for(donor_operator).get("/share-tokens/?state=live&first=2026-11-01&before=9")
    filters = page.context["filters"]
    assert [one.name for one in filters.saved] == ["a first one", "Live ones"]
    assert filters.current == live
    assert f'href="/share-tokens/?{LIVE.replace("&", "&amp;")}" aria-current="true"' in (
        page.content.decode()
    )


def test_one_person_never_sees_or_changes_anothers(
    live: SavedFilter, auditor: User, client_for: Browse
) -> None:
    client = client_for(auditor)
    assert "Live ones" not in client.get("/share-tokens/").content.decode()
    for deed in ("rename", "delete", "default"):
        assert client.post(f"/filters/{live.pk}/{deed}/", {"name": "x"}).status_code == 404
    live.refresh_from_db()
    assert live.name == "Live ones"


def test_saving_from_the_page_keeps_the_filter_and_leads_back(
    donor_operator: User, client_for: Browse
) -> None:
    answer = client_for(donor_operator).post(
        "/filters/share-tokens/save/", {"name": " Live ones ", "query": LIVE}, follow=True
    )
    assert answer.redirect_chain == [(f"/share-tokens/?{LIVE}", 302)]
    assert "The filter “Live ones” is saved." in answer.content.decode()
    event = AuditEvent.objects.get(deed="filter.saved")
    assert (event.actor, event.details) == (donor_operator, {"page": "share-tokens"})


@pytest.mark.parametrize(
    ("name", "query", "sentence"),
    [
        ("", LIVE, "Enter a name for the filter."),
        ("x" * 61, LIVE, "A name has at most 60 characters."),
        ("All", "before=5", "Nothing is filtered, so there is nothing to save."),
        ("Long", "q=" + "x" * 2000, "This filter is too long to be saved."),
    ],
)
def test_what_cannot_be_kept_is_said(
    donor_operator: User, client_for: Browse, name: str, query: str, sentence: str
) -> None:
    answer = client_for(donor_operator).post(
        "/filters/share-tokens/save/", {"name": name, "query": query}, follow=True
    )
    assert sentence in answer.content.decode()
    assert not SavedFilter.objects.exists()


def test_the_same_name_in_any_case_replaces(live: SavedFilter, donor_operator: User) -> None:
    again = saved_filters.save(PAGE, "LIVE ones", "state=expired", by=donor_operator)
    assert again.pk == live.pk
    assert SavedFilter.objects.get().query == "state=expired"


def test_a_filter_gets_another_name_but_not_one_that_is_taken(
    live: SavedFilter, donor_operator: User, client_for: Browse
) -> None:
    other = saved_filters.save(PAGE, "Old ones", "state=expired", by=donor_operator)
    client = client_for(donor_operator)
    client.post(f"/filters/{live.pk}/rename/", {"name": "Fresh ones"})
    live.refresh_from_db()
    assert live.name == "Fresh ones"
    page = client.post(f"/filters/{other.pk}/rename/", {"name": "fresh ONES"}, follow=True)
    assert "Another of your filters has this name." in page.content.decode()
    other.refresh_from_db()
    assert other.name == "Old ones"


def test_a_list_opens_with_the_default_filter_and_shows_all_when_asked(
    live: SavedFilter, donor_operator: User, client_for: Browse
) -> None:
    client = client_for(donor_operator)
    other = saved_filters.save(PAGE, "Old ones", "state=expired", by=donor_operator)
    client.post(f"/filters/{other.pk}/default/", {"on": "1"})
    client.post(f"/filters/{live.pk}/default/", {"on": "1"})
    assert [one.name for one in SavedFilter.objects.all() if one.is_default] == ["Live ones"]
    assert client.get("/share-tokens/")["Location"] == f"/share-tokens/?{LIVE}"
    assert client.get("/share-tokens/?all=1").status_code == 200
    client.post(f"/filters/{live.pk}/default/", {"on": "0"})
    assert client.get("/share-tokens/").status_code == 200


def test_a_deleted_filter_is_gone(
    live: SavedFilter, donor_operator: User, client_for: Browse
) -> None:
    answer = client_for(donor_operator).post(f"/filters/{live.pk}/delete/")
    assert answer["Location"] == "/share-tokens/?all=1"
    assert not SavedFilter.objects.exists()


def test_nobody_keeps_filters_of_a_list_they_may_not_see(viewer: User, client_for: Browse) -> None:
    client = client_for(viewer)
    form = {"name": "Mine", "query": "status=Approved"}
    assert client.post("/filters/applicants/save/", form).status_code == 403
    assert client.post("/filters/nowhere/save/", form).status_code == 404
    assert not SavedFilter.objects.exists()


def test_a_person_keeps_so_many_and_no_more(donor_operator: User) -> None:
    for number in range(saved_filters.PER_PAGE):
        saved_filters.save(PAGE, f"n{number}", "state=live", by=donor_operator)
    with pytest.raises(FilterRefused):
        saved_filters.save(PAGE, "one more", "state=live", by=donor_operator)
    saved_filters.save(PAGE, "n0", "state=expired", by=donor_operator)


@pytest.mark.parametrize("address", ["/filters/share-tokens/save/", "/filters/1/delete/"])
def test_a_deed_is_not_done_by_a_get(
    donor_operator: User, client_for: Browse, address: str
) -> None:
    assert client_for(donor_operator).get(address).status_code == 405
