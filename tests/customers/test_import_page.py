"""The page of an import: figures, rows, filters, next steps."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from customers.models import (
    Import,
    ImportState,
    Row,
    RowState,
)
from customers.reasons import Reason
from tests.parts.import_maker import lines, make_import, make_row
from tests.parts.pages import words
from tests.parts.partners import make_partner

SignIn = Callable[[User], Client]
S = RowState


def test_the_head_names_file_level_mode_partner_and_person(office: Client, officer: User) -> None:
    donor = make_partner(name="Ostermoor Pay", client_id="om", is_donor=True)
    imported = make_import(S.PENDING, by=officer, partner=donor, file_name="november.csv")
    page = words(office.get(f"/imports/{imported.pk}/"))
    for part in ("from Ostermoor Pay", "november.csv", "id-only", "Reusable KYC", "Olga Officer"):
        assert part in page


def test_progress_says_how_many_rows_have_their_outcome(office: Client) -> None:
    imported = make_import(S.IMPORTED, S.REFUSED, S.PENDING, S.PENDING)
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert "50 %" in page
    assert "2 of 4 rows have their outcome" in page


def test_rows_come_latest_first_or_in_file_order(office: Client) -> None:
    imported = make_import(S.IMPORTED, S.REFUSED, S.PENDING)
    assert lines(words(office.get(f"/imports/{imported.pk}/"))) == [4, 3, 2]
    assert lines(words(office.get(f"/imports/{imported.pk}/?order=file"))) == [2, 3, 4]


def test_a_row_shows_customer_applicant_review_and_token_mark(office: Client) -> None:
    imported = make_import(S.IMPORTED)
    row = Row.objects.get()
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert f"/customers/{row.customer_id}/" in page
    for part in (row.name, row.applicant_id, "Approved", f"{row.token_mark[:4]}·"):
        assert part in page


def test_an_id_of_ours_is_set_as_an_id_and_a_label_as_a_name(office: Client) -> None:
    imported = make_import(S.PENDING, S.PENDING)
    Row.objects.of(imported).on_lines([2]).update(name="", label="Ada Mercer", external_id="LM-1")
    Row.objects.of(imported).on_lines([3]).update(name="", label="", external_id="LM-2")
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert '<span class="main-link">Ada Mercer</span>' in page
    assert '<span class="mono">LM-2</span>' in page


def test_a_refused_row_shows_reason_code_and_next_step(office: Client) -> None:
    imported = make_import(S.REFUSED)
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert "Document type not accepted at this level." in page
    assert "10513" in page
    assert "Try a level that accepts more types of document" in page


def test_a_row_in_doubt_says_not_to_request_a_new_token(office: Client) -> None:
    imported = make_import(S.CHECKING)
    assert "Do not request a new token yet." in words(office.get(f"/imports/{imported.pk}/"))


def test_waiting_rows_say_their_place_in_line(office: Client) -> None:
    imported = make_import(S.IMPORTED, S.PENDING, S.PENDING)
    page = words(office.get(f"/imports/{imported.pk}/?order=file"))
    assert "Next in line." in page
    assert "Place 2 in line" in page


def test_a_row_with_an_earlier_deadline_stands_before_earlier_lines(office: Client) -> None:
    imported = make_import(S.PENDING, S.PENDING)
    soon = timezone.now() + timedelta(minutes=3)
    Row.objects.filter(line=3).update(deadline_at=soon, claim_order=soon)
    page = words(office.get(f"/imports/{imported.pk}/?state=pending&q=3"))
    assert "Next in line." in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=refused", [3]),
        ("state=skipped", [5, 4]),
        ("state=nonsense", [5, 4, 3, 2]),
        ("q=3", [3]),
        ("why=refused.rule.10513.reusable-kyc-not-compatible-doc-type", [3]),
        ("why=broken", []),
    ],
)
def test_rows_are_filtered_by_label_words_and_reason(
    office: Client, query: str, found: list[int]
) -> None:
    imported = make_import(S.IMPORTED, S.REFUSED, S.INVALID, S.INVALID)
    assert lines(words(office.get(f"/imports/{imported.pk}/?{query}"))) == found


def test_paging_shows_every_row_exactly_once(office: Client) -> None:
    imported = make_import()
    for line in range(2, 125):
        make_row(imported, line, S.PENDING, change=line % 3)
    seen: list[int] = []
    query: str | None = ""
    while query is not None:
        page = words(office.get(f"/imports/{imported.pk}/{query}"))
        seen += lines(page)
        query = _next_query(page)
    assert sorted(seen) == list(range(2, 125))


def _next_query(page: str) -> str | None:
    if 'rel="next"' not in page:
        return None
    return page.split('rel="next" href="')[1].split('"')[0]


def test_equal_refusals_are_one_card_whose_count_leads_to_its_rows(office: Client) -> None:
    imported = make_import(*[S.REFUSED] * 300, S.IMPORTED, state=ImportState.FINISHED)
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert page.count('<article class="reason"') == 1
    link = page.split('class="count" href="')[1].split('"')[0]
    assert ">300</a>" in page
    filtered = words(office.get(f"/imports/{imported.pk}/{link.split('#')[0]}"))
    assert len(lines(filtered)) == 50


def test_next_steps_are_grouped_by_who_acts(office: Client) -> None:
    donor = make_partner(name="Ostermoor Pay", client_id="om", is_donor=True)
    imported = make_import(S.REFUSED, S.NEEDS_PERSON, S.CHECKING, S.NOT_IMPORTED, partner=donor)
    page = words(office.get(f"/imports/{imported.pk}/"))
    headings = ["For you", "Nobody: we are asking Sumsub", "For Ostermoor Pay"]
    assert [page.index(heading) for heading in headings] == sorted(
        page.index(heading) for heading in headings
    )


def test_a_duplicate_links_to_the_row_that_owns_its_token(office: Client) -> None:
    first = make_import(S.IMPORTED, state=ImportState.FINISHED)
    second = make_import(S.DUPLICATE, state=ImportState.FINISHED)
    owner = Row.objects.get(import_ref=first)
    Row.objects.filter(import_ref=second).update(
        duplicate_of=owner, reason=Reason.DUPLICATE_ELSEWHERE
    )
    page = words(office.get(f"/imports/{second.pk}/"))
    assert f"/imports/{first.pk}/?order=file&q=2" in page


def test_the_page_of_a_large_import_asks_no_more_than_that_of_a_small_one(
    office: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    imported = make_import(*[S.IMPORTED] * 60, *[S.PENDING] * 60)
    with django_assert_max_num_queries(31):  # type: ignore[attr-defined]
        office.get(f"/imports/{imported.pk}/")


def test_no_share_token_and_no_seal_is_in_the_page(office: Client) -> None:
    imported = make_import(S.PENDING)
    Row.objects.update(token_sealed=b"sealed-bytes-of-a-token")
    assert b"sealed-bytes" not in office.get(f"/imports/{imported.pk}/").content
    assert Import.objects.count() == 1


def test_who_may_not_see_personal_data_sees_masked_names(viewer: User, client_for: SignIn) -> None:
    imported = make_import(S.IMPORTED)
    page = words(client_for(viewer).get(f"/imports/{imported.pk}/"))
    assert "Ada Mercer" not in page
    assert "A… M…" in page


def test_names_cannot_be_found_by_who_may_not_see_them(
    viewer: User, office: Client, client_for: SignIn
) -> None:
    imported = make_import(S.IMPORTED)
    address = f"/imports/{imported.pk}/?q=mercer"
    assert lines(words(client_for(viewer).get(address))) == []
    assert lines(words(office.get(address))) == [2]


def test_a_search_that_finds_who_begins_so_leads_to_all_rows_with_the_words(office: Client) -> None:
    imported = make_import(S.REFUSED, S.REFUSED)
    for line, name in ((2, "Berta Holm"), (3, "Anna Berg")):
        Row.objects.filter(line=line).update(label=name)
    few = office.get(f"/imports/{imported.pk}/?q=ber")
    assert lines(words(few)) == [2]
    assert 'href="?q=*ber"' in few.content.decode().replace("%2A", "*")
    assert set(lines(words(office.get(f"/imports/{imported.pk}/?q=*ber")))) == {2, 3}


def test_a_cancelled_import_that_still_gives_rows_up_promises_no_sending(office: Client) -> None:
    states = (S.IMPORTED, S.CANCELLED, S.PENDING, S.PENDING)
    made = make_import(*states, state=ImportState.CANCELLED)
    page = words(office.get(f"/imports/{made.pk}/"))
    assert "2 still to be given up; none is sent" in page
    for gone in ("in line", "all are sent", "Rows at risk", "Oldest waiting token", "Time left"):
        assert gone not in page


@pytest.mark.parametrize(
    ("state", "says"),
    [(S.SENDING, "1 in flight; no other is sent"), (S.CHECKING, "in doubt; all are looked up")],
)
def test_what_is_left_of_a_cancelled_import_is_named(
    office: Client, state: RowState, says: str
) -> None:
    made = make_import(S.CANCELLED, state, state=ImportState.CANCELLED)
    assert says in words(office.get(f"/imports/{made.pk}/"))


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (ImportState.STAGED, "not started"),
        (ImportState.RUNNING, "50 % done"),
        (ImportState.PAUSED, "paused at 50 %"),
        (ImportState.FINISHED, "finished"),
        (ImportState.CANCELLED, "cancelled"),
    ],
)
def test_the_browsers_tab_says_how_far_it_is(office: Client, state: ImportState, says: str) -> None:
    made = make_import(S.IMPORTED, S.PENDING, state=state)
    page = words(office.get(f"/imports/{made.pk}/"))
    assert f"<title>Import {made.pk}, {says} · KYC Relay</title>" in page


def test_a_chosen_reason_is_named_and_its_rows_are_counted(office: Client) -> None:
    made = make_import(*[S.REFUSED] * 3, S.IMPORTED)
    why = "refused.rule.10513.reusable-kyc-not-compatible-doc-type"
    page = words(office.get(f"/imports/{made.pk}/?why={why}"))
    assert '<span class="tag">Document type not accepted at this level <a' in page
    assert '<span class="count" data-row-count>3</span>' in page


def test_the_card_of_rows_in_doubt_says_when_sumsub_is_asked_next(office: Client) -> None:
    made = make_import(S.CHECKING, S.CHECKING, S.PENDING)
    now = timezone.now()
    for line, minutes in ((2, 40), (3, 30)):
        Row.objects.of(made).on_lines([line]).update(
            next_lookup_at=now + timedelta(minutes=minutes)
        )
    card = words(office.get(f"/imports/{made.pk}/")).split('id="import-next-steps">')[1]
    soonest = now + timedelta(minutes=30)
    assert f"We look again by ourselves, next at {soonest:%H:%M:%S}." in card
    Row.objects.of(made).on_lines([3]).update(next_lookup_at=now - timedelta(seconds=1))
    card = words(office.get(f"/imports/{made.pk}/")).split('id="import-next-steps">')[1]
    assert "We look again by ourselves, next at once." in card
