"""Rows that were not sent because of their forecast: their reasons, next steps and story."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from customers.forecast.beginning import begin
from customers.forecast.deciding import import_passing, send_rest, try_level
from customers.import_history import happenings
from customers.models import (
    Forecast,
    Import,
    ImportState,
    Look,
    LookKind,
    LookState,
    Outlook,
    Row,
    RowState,
)
from customers.reason_groups import ReasonGroup, reason_groups, rows_of_group
from customers.reasons import Reason
from customers.renewing import Scope, donor_list
from customers.reporting import report_on
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import drain_to_the_end, outcome, stored, tokens
from tests.customers.looking import looked
from tests.parts.import_maker import make_import
from tests.parts.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

S = RowState
DOC_TYPE: dict[str, Any] = {
    "error_code": 10513,
    "error_name": "reusable-kyc-not-compatible-doc-type",
}
Foretold = tuple[Outlook, str, dict[str, Any]]
DEAD: Foretold = (Outlook.REFUSED, Reason.TOKEN_DEAD, {})
OTHER_LEVEL: Foretold = (Outlook.REFUSED, Reason.RULE, DOC_TYPE)
DOCUMENTS: Foretold = (Outlook.DOCUMENTS, "", {})
UNANSWERED: Foretold = (Outlook.UNANSWERED, "", {})


def not_sent(*foretold: Foretold, **columns: Any) -> Import:
    """An import of which one row was imported and others were given up for their forecasts."""
    states = [S.IMPORTED, *[S.CANCELLED] * len(foretold)]
    imported = make_import(*states, **({"state": ImportState.FINISHED} | columns))
    look = Look.objects.create(import_ref=imported, kind=LookKind.ALL, state=LookState.DONE)
    for line, (outlook, reason, code) in enumerate(foretold, start=3):
        rows = Row.objects.of(imported).filter(line=line)
        rows.update(reason=Reason.FORECAST, **code)
        Forecast.objects.create(row=rows.get(), look=look, outlook=outlook, reason=reason, **code)
    return Import.objects.for_page().get(pk=imported.pk)


def foretold_groups(imported: Import) -> list[ReasonGroup]:
    return [group for group in reason_groups(imported) if group.is_foretold]


def story(imported: Import) -> list[str]:
    """Its moments, oldest first."""
    return [one.what for one in happenings(imported)][::-1]


# ---- reasons and next steps ------------------------------------------------------------------


def test_only_they_are_left_and_the_page_leads_to_the_donor(office: Client) -> None:
    imported = not_sent(DEAD, DEAD)
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert "<span>2 rows wait</span>" in page
    assert "Ask, or take in what came" in page
    assert "Ask for 2 new tokens" in page
    assert page.count('<article class="reason"') == 1
    assert "<h3>For the donor</h3>" in page
    assert "Share token expired or already used" in page


def test_a_dead_share_token_is_not_called_unused(office: Client) -> None:
    page = words(office.get(f"/imports/{not_sent(DEAD).pk}/"))
    assert "Nothing was sent, and the share token is no longer kept here." in page
    assert "Its share token was not used" not in page


@pytest.mark.parametrize(
    ("foretold", "waits"), [(DEAD, True), (OTHER_LEVEL, True), (DOCUMENTS, False)]
)
def test_card_list_and_rows_agree_on_who_waits_for_a_new_share_token(
    foretold: Foretold, *, waits: bool
) -> None:
    imported = not_sent(foretold, UNANSWERED)
    assert sum(group.waiting_for_token for group in reason_groups(imported)) == waits
    assert Row.objects.of(imported).waiting_for_token().count() == waits
    listed = "".join(donor_list(imported, Scope())).splitlines()[1:]
    assert [line.split(",")[0].strip('"') for line in listed] == ["3"] * waits


def test_rows_with_other_forecasts_are_other_groups_and_each_opens_its_own(office: Client) -> None:
    imported = not_sent(DEAD, DEAD, OTHER_LEVEL, DOCUMENTS, UNANSWERED)
    groups = foretold_groups(imported)
    assert len(groups) == 4
    rows = Row.objects.of(imported)
    for group in groups:
        assert rows_of_group(rows, group.key).count() == group.rows
        page = words(office.get(f"/imports/{imported.pk}/", {"why": group.key}))
        assert page.count("data-line=") == group.rows
    assert not rows_of_group(rows, "cancelled.cancelled..").exists()
    assert not rows_of_group(rows, "cancelled.forecast..").exists()


def test_another_level_is_named_as_the_way_with_the_share_token_uploaded_again(
    office: Client,
) -> None:
    page = words(office.get(f"/imports/{not_sent(OTHER_LEVEL).pk}/"))
    assert "<h3>For you</h3>" in page
    assert "upload the share token again while it lives, or ask the donor for a new one." in page


def test_what_a_person_cancelled_is_no_reason_of_sumsubs() -> None:
    imported = not_sent(DEAD)
    Row.objects.of(imported).update(reason=Reason.CANCELLED)
    assert reason_groups(imported) == []
    assert not Row.objects.of(imported).waiting_for_token().exists()


def test_a_forecast_stands_once_on_the_page_when_its_rows_were_given_up(
    office: Client, far_end: Sandbox
) -> None:
    contents = tokens(far_end, 1, outcome("approved")) + tokens(
        far_end, 2, outcome("refused:10513")
    ).removeprefix(b"token")
    imported = stored(contents)
    looked(imported)
    title = "<h4>Document type not accepted at this level</h4>"
    assert words(office.get(f"/imports/{imported.pk}/")).count(title) == 1
    import_passing(imported.pk, with_documents=True, by=None)
    drain_to_the_end(imported)
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert page.count(title) == 1
    assert "Ask for 2 new tokens" in page


def test_the_list_for_the_donor_offers_only_cancelled_rows_that_it_has_not(office: Client) -> None:
    imported = not_sent(DEAD, DOCUMENTS)
    page = words(office.get(f"/imports/{imported.pk}/new-tokens/"))
    assert "1 row waits for a new share token" in page
    assert "1 other row was cancelled unsent." in page
    nobody_else = not_sent(DEAD)
    assert "cancelled unsent" not in words(office.get(f"/imports/{nobody_else.pk}/new-tokens/"))


# ---- the report ------------------------------------------------------------------------------


def test_the_report_says_how_many_were_not_sent_and_why(office: Client) -> None:
    imported = not_sent(DEAD, OTHER_LEVEL)
    assert report_on(imported).not_sent == 2
    page = words(office.get(f"/imports/{imported.pk}/report/"))
    assert "2 rows were not sent, because Sumsub’s preview, asked before, did not speak" in page
    assert "Share token expired or already used" in page
    assert "10513 reusable-kyc-not-compatible-doc-type" in page


def test_the_report_of_an_import_that_nobody_looked_at_does_not_speak_of_it(
    office: Client,
) -> None:
    made = make_import(S.IMPORTED, S.CANCELLED, state=ImportState.CANCELLED)
    assert "not sent" not in words(office.get(f"/imports/{made.pk}/report/"))


# ---- the story -------------------------------------------------------------------------------


def test_the_story_tells_the_look_and_what_came_of_it(far_end: Sandbox, officer: User) -> None:
    contents = tokens(far_end, 2, outcome("approved"))
    contents += tokens(far_end, 1, outcome("documents_requested")).removeprefix(b"token")
    contents += tokens(far_end, 2, outcome("refused:10513")).removeprefix(b"token")
    imported = stored(contents)
    looked(imported)
    import_passing(imported.pk, with_documents=True, by=officer)
    assert story(imported)[1:] == [
        "Look begun: Sumsub is asked about 5 rows",
        "Looked: 3 would be imported, 1 of them with documents requested, 2 refused",
        "Started: 3 rows to send, 2 given up unsent for what the preview said",
    ]


def test_a_look_at_each_row_and_its_end_by_a_person_are_told(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 3, outcome("approved")))
    begin(imported.pk, LookKind.EACH, by=None)
    send_rest(imported.pk, by=None)
    assert story(imported)[1:] == [
        "Started: 3 rows, each looked at just before it is sent",
        "Look ended: 3 rows to send without being asked about",
    ]


def test_another_level_for_a_group_is_told(far_end: Sandbox, officer: User) -> None:
    imported = stored(tokens(far_end, 2, outcome("refused:10513")))
    look = looked(imported)
    group = Forecast.objects.of(look.pk).earliest("pk")
    key = f"{group.outlook}.{group.reason}.{group.error_code}.{group.error_name}."
    try_level(imported.pk, key, "another-level", by=officer)
    assert story(imported)[-1] == "2 rows to be looked at again at level another-level"


def test_no_deed_of_a_look_is_told_by_its_bare_name(far_end: Sandbox, settings: Any) -> None:
    settings.SUMSUB_SECRET_KEY = "wrong"
    imported = stored(tokens(far_end, 3, outcome("approved")))
    looked(imported)
    told = story(imported)
    stopped = "Look stopped: Sumsub rejects our credentials (4003); 0 would be imported so far"
    assert told[-1] == stopped
    assert not [one for one in told if re.match("Import ", one)]
