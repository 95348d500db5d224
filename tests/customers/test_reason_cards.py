"""Reason cards on an import's page: equal failures as one, who must act, and the act itself."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.look.figures import clock, day
from accounts.models import User
from customers.models import Import, ImportState, Row, RowState
from customers.reasons import Reason
from customers.views import reason_cards
from tests.parts.import_maker import make_import
from tests.parts.pages import words

SignIn = Callable[[User], Client]
S = RowState
RETRY = re.compile(r"Retry [\d\u00a0]+ at another level")


def refused(rows: int, state: ImportState = ImportState.FINISHED) -> Import:
    """Equal refusals whose share tokens are kept."""
    imported = make_import(*[S.REFUSED] * rows, state=state)
    later = timezone.now() + timedelta(minutes=9)
    Row.objects.of(imported).update(token_sealed=b"sealed", token_until=later)
    return imported


def cards(client: Client, imported: Import) -> str:
    page = words(client.get(f"/imports/{imported.pk}/"))
    return page.split('id="import-next-steps">')[1].split("</section>\n  </div>")[0]


def test_three_hundred_equal_failures_are_one_card_with_code_words_and_act(office: Client) -> None:
    page = cards(office, refused(300))
    assert page.count('<article class="reason"') == 1
    for part in (
        "For you",
        "Document type not accepted at this level",
        "10513 reusable-kyc-not-compatible-doc-type",
        "Try a level that accepts more types of document",
        "Retry 300 at another level",
        "Show rows",
    ):
        assert part in page
    assert "Ask for" not in page
    dies = Row.objects.order_by("token_until")[0].token_until
    assert dies
    at = f"{day(dies)}, {clock(dies)}"
    assert f"Retry before {at}, when the first of their share tokens dies." in page


def test_a_card_is_drawn_once_while_nothing_on_it_changes(
    office: Client, client_for: SignIn, viewer: User
) -> None:
    imported = refused(3)
    first = cards(office, imported)
    drawn = reason_cards._drawn.cache_info().misses
    assert cards(office, imported) == first
    assert reason_cards._drawn.cache_info().misses == drawn
    assert "Retry 3 at another level" not in cards(client_for(viewer), imported)
    assert reason_cards._drawn.cache_info().misses == drawn + 1


def test_once_the_share_tokens_are_gone_the_donor_is_asked_instead(office: Client) -> None:
    imported = refused(3)
    Row.objects.of(imported).on_lines([2, 3]).update(token_sealed=None, token_until=None)
    page = cards(office, imported)
    assert "Retry 1 at another level" in page
    assert "Ask for 2 new tokens" in page


def test_of_several_rows_that_need_a_person_the_first_is_one_press_away(
    office: Client, client_for: SignIn, viewer: User
) -> None:
    imported = make_import(S.IMPORTED, S.NEEDS_PERSON, S.NEEDS_PERSON, state=ImportState.FINISHED)
    page = cards(office, imported)
    assert f'href="/imports/{imported.pk}/rows/3/">Open the first, line 3</a>' in page
    assert "Open the first" not in cards(client_for(viewer), imported)
    whole = words(office.get(f"/imports/{imported.pk}/"))
    assert '<div class="notice warn">' in whole
    assert '<div class="notice ok">' not in whole


def test_a_cancelled_import_offers_no_retry(office: Client) -> None:
    assert not RETRY.search(cards(office, refused(2, ImportState.CANCELLED)))


@pytest.mark.parametrize(
    ("state", "reason", "code", "party"),
    [
        (S.REFUSED, Reason.RULE, 10507, "For the donor"),
        (S.REFUSED, Reason.RULE, 10511, "For you"),
        (S.REFUSED, Reason.RULE, 10521, "For the persons themselves"),
        (S.REFUSED, Reason.TOKEN_DEAD, None, "For the donor"),
        (S.NEEDS_PERSON, Reason.UNANSWERABLE, None, "For you"),
        (S.CHECKING, Reason.NO_ANSWER, None, "Nobody: we are asking Sumsub"),
    ],
)
def test_a_card_stands_under_who_must_act(
    office: Client, state: RowState, reason: Reason, code: int | None, party: str
) -> None:
    imported = make_import(state)
    Row.objects.of(imported).update(reason=reason, error_code=code, error_name="")
    assert f"<h3>{party}</h3>" in cards(office, imported)


def test_rows_that_need_a_person_or_an_answer_are_not_asked_of_the_donor(office: Client) -> None:
    page = cards(office, make_import(S.NEEDS_PERSON, S.CHECKING, S.DUPLICATE))
    assert "Ask the donor" not in page
    assert "Open line 2" in page


def test_who_only_looks_is_offered_the_rows_and_nothing_else(
    client_for: SignIn, viewer: User, auditor: User
) -> None:
    imported = refused(3)
    Row.objects.of(imported).on_lines([2]).update(token_sealed=None)
    for person in (viewer, auditor):
        page = cards(client_for(person), imported)
        assert not RETRY.search(page)
        assert "Ask the donor" not in page
        assert "/new-tokens/" not in page
        assert "1 row waits" in page
        assert "Show rows" in page
