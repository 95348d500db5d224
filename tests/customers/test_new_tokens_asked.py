"""Asking a donor for new share tokens: the list, the preview of what came back, and who may."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from customers.models import Import, Row, RowState
from customers.reasons import Reason
from tests.customers.renewals import address, an_import, asked, links, looked_at, mark
from tests.parts.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

S = RowState
SignIn = Callable[[User], Client]


def test_the_list_names_who_waits_why_and_no_share_token(office: Client, officer: User) -> None:
    imported = an_import(S.IMPORTED, S.REFUSED, S.CHECKING, S.NEEDS_PERSON, S.EXPIRED)
    Row.objects.of(imported).on_lines([3]).update(
        reason=Reason.RULE,
        error_code=10507,
        error_name="reusable-kyc-not-approved-applicant",
        label="=Ada",
        external_id="LM-1",
        token_sealed=b"sealed",
    )
    first, second = asked(office, imported)
    assert list(first) == [
        "line",
        "token_mark",
        "label",
        "external_id",
        "error_code",
        "error_name",
        "reason",
        "token",
    ]
    assert (first["line"], first["token_mark"]) == ("3", mark(imported, 3))
    assert (first["label"], first["external_id"], first["token"]) == ("'=Ada", "LM-1", "")
    assert (first["error_code"], first["reason"]) == ("10507", "Not approved at the donor")
    assert second["line"] == "6"
    event = AuditEvent.objects.get(deed="import.new_tokens_asked")
    assert (event.actor, event.details["rows"]) == (officer, 2)


def test_the_list_can_be_of_one_card_or_with_the_cancelled_rows(office: Client) -> None:
    imported = an_import(S.EXPIRED, S.NOT_IMPORTED, S.CANCELLED)
    by_card = asked(office, imported, "?why=expired.deadline..")
    assert [row["line"] for row in by_card] == ["2"]
    assert [row["line"] for row in asked(office, imported)] == ["2", "3"]
    assert [row["line"] for row in asked(office, imported, "?cancelled=yes")] == ["2", "3", "4"]


def test_the_import_says_how_many_wait_and_where_to_go(office: Client) -> None:
    imported = an_import(S.IMPORTED, S.EXPIRED, S.EXPIRED)
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert "2 rows wait" in page
    assert f'href="{address(imported)}"' in page
    assert "Ask for 2 new tokens" in page
    nobody = words(office.get(f"/imports/{an_import(S.IMPORTED).pk}/"))
    assert "New share tokens" not in nobody


# ---- the preview --------------------------------------------------------------------------


def test_the_preview_counts_each_way_and_shows_no_share_token(office: Client) -> None:
    imported = an_import(*[S.EXPIRED] * 4, S.IMPORTED)
    Row.objects.of(imported).on_lines([3]).update(external_id="LM-3")
    text = (
        "token,token_mark,external_id\n"
        f"_act-a,{mark(imported, 5)},\n"
        "_act-b,,LM-3\n"
        "_act-c,,\n"
        f"_act-d,{mark(imported, 6)},\n"
        "_act-e,ffffffffffff,\n"
        "=f,,\n"
    )
    page = looked_at(office, imported, text)
    told = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page)
    assert dict(told) == {
        "By token mark": "1",
        "By external id": "1",
        "By order only": "1",
        "Rows still without": "1",
        "Share tokens for no row": "1",
    }
    assert "1 share token names a row that needs none" in page
    assert "1 faulty line is stored" in page
    assert "_act-" not in page
    assert Import.objects.count() == 1


def test_a_screen_reader_is_told_the_sum_of_the_preview_and_not_its_rows(office: Client) -> None:
    imported = an_import(*[S.EXPIRED] * 3)
    assert '<p class="sr-only" role="status" id="pairing-say">' in words(
        office.get(address(imported))
    )
    preview = looked_at(office, imported, "token\n_act-a\n_act-b\n")
    (said,) = re.findall(r'<p id="pairing-say" hx-swap-oob="innerHTML">([^<]+)</p>', preview)
    assert said == (
        "2 share tokens found their rows: 0 by token mark, 0 by external id, 2 by order only, "
        "to be confirmed. 0 for no row, 1 row still without."
    )
    assert '<div class="stack" id="pairing">' in words(office.get(address(imported)))


def test_a_file_that_cannot_be_read_is_refused_in_the_preview(office: Client) -> None:
    page = looked_at(office, an_import(), "name\nAda\n")
    assert "no column named “token”" in page
    assert 'id="pairing"' not in page


# ---- who ----------------------------------------------------------------------------------


def test_who_may_not_import_or_export_only_looks(
    client_for: SignIn, viewer: User, auditor: User, admin: User
) -> None:
    imported = an_import(S.EXPIRED)
    for person in (viewer, auditor, admin):
        client = client_for(person)
        page = words(client.get(address(imported)))
        assert "1 row waits for a new share token" in page
        assert 'type="file"' not in page
        assert "list.csv" not in page
        assert client.get(address(imported, "list.csv")).status_code == 403
        for more in ("", "pairing/"):
            answer = client.post(address(imported, more), {"pasted": "_act-x"})
            assert answer.status_code == 403
    assert links(imported) == {2: None}


def test_an_import_that_is_none_is_not_found(office: Client, donor_operator: User) -> None:
    for more in ("", "list.csv"):
        assert office.get(f"/imports/999999/new-tokens/{more}").status_code == 404
    for more in ("", "pairing/"):
        assert office.post(f"/imports/999999/new-tokens/{more}").status_code == 404
    office.force_login(donor_operator, "django.contrib.auth.backends.ModelBackend")
    assert office.get("/imports/999999/new-tokens/").status_code == 403
