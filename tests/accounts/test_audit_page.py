"""The audit page: newest first, filters, paging, whose events, words, links, verification."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import audit, chain_checks
from accounts.audit_page import PAGE_SIZE
from accounts.models import AuditEvent, ChainCheck, SavedFilter, User
from accounts.sealing import seal_events
from tests.parts.audit_trail import drop_triggers
from tests.parts.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SignedIn = Callable[[User], Client]


def write(
    *,
    deed: str = "import.created",
    actor: User | None = None,
    times: int = 1,
    about: str = "import",
) -> None:
    """Events of one deed, each about an object of its own."""
    with transaction.atomic():
        audit.record_all(
            audit.drafted(deed, actor=actor, subject=f"{about}:{n}") for n in range(times)
        )


def found(browser: Client, query: str) -> list[str]:
    """Deed and subject of the rows that a filter finds."""
    page = browser.get(f"/audit/?{query}").context["page"]
    return [f"{row.deed} {row.subject}" for row in page.rows]


def subjects(browser: Client, address: str) -> list[str]:
    """What the rows of a page are about."""
    rows: list[AuditEvent] = browser.get(address).context["page"].rows
    return [row.subject for row in rows if row.subject.startswith("import:")]


def test_newest_event_stands_first(client_for: SignedIn, auditor: User) -> None:
    browser = client_for(auditor)
    write(times=3)
    assert subjects(browser, "/audit/") == ["import:2", "import:1", "import:0"]


def test_older_events_are_one_click_away(client_for: SignedIn, auditor: User) -> None:
    browser = client_for(auditor)
    write(times=PAGE_SIZE + 7)
    first = "/audit/?deed=import.created"
    older = browser.get(first).context["page"].older
    second = f"{first}&before={older}"
    assert f"before={older}" in browser.get(first).content.decode()
    assert subjects(browser, first) + subjects(browser, second) == [
        f"import:{n}" for n in reversed(range(PAGE_SIZE + 7))
    ]
    assert browser.get(second).context["page"].older is None


def test_filter_by_deed_person_and_day(client_for: SignedIn, auditor: User, officer: User) -> None:
    browser = client_for(auditor)
    write(deed="import.paused", actor=officer)
    write(deed="partner.added", about="partner")
    today = timezone.now().date()
    assert found(browser, "deed=import.paused") == ["import.paused import:0"]
    assert found(browser, f"person={officer.pk}") == ["import.paused import:0"]
    assert found(browser, "person=system&deed=partner") == ["partner.added partner:0"]
    assert found(browser, f"first={today}&last={today}&deed=import") == ["import.paused import:0"]
    assert found(browser, f"last={today - timedelta(days=1)}") == []
    assert found(browser, f"first={today + timedelta(days=1)}") == []


def test_a_family_finds_deeds_that_belong_together(client_for: SignedIn, auditor: User) -> None:
    browser = client_for(auditor)
    write(deed="gate.closed", about="gate")
    write(deed="breaker.opened", about="connection")
    write(deed="import.paused")
    deeds = [line.split()[0] for line in found(browser, "deed=hold")]
    assert deeds == ["breaker.opened", "gate.closed"]


def test_an_outcome_tells_what_came_about_from_what_was_refused(
    client_for: SignedIn, auditor: User
) -> None:
    browser = client_for(auditor)
    with transaction.atomic():
        audit.record("share_token.minted", actor=None, subject="applicant:1", outcome="refused")
        audit.record("share_token.minted", actor=None, subject="applicant:2")
    assert found(browser, "deed=share_token&outcome=failed") == ["share_token.minted applicant:1"]
    assert found(browser, "deed=share_token&outcome=done") == ["share_token.minted applicant:2"]


@pytest.mark.parametrize("typed", ["import:7", "Import 7", "import 7", " IMPORT  7 "])
def test_an_object_is_found_as_people_write_it(
    client_for: SignedIn, auditor: User, typed: str
) -> None:
    browser = client_for(auditor)
    write(times=9)
    response = browser.get("/audit/", {"about": typed})
    assert [row.subject for row in response.context["page"].rows] == ["import:7"]
    assert "What happened to Import 7" in words(response)


def test_an_import_is_asked_for_with_what_people_did_to_its_rows_and_its_gate(
    client_for: SignedIn, auditor: User, officer: User
) -> None:
    browser = client_for(auditor)
    with transaction.atomic():
        for deed, subject, import_id in (
            ("import.started", "import:7", None),
            ("row.closed", "row:91", 7),
            ("row.closed", "row:92", 8),
            ("row.imported", "row:93", 7),
            ("gate.closed", "gate:import:7", None),
            ("gate.closed", "gate:import:77", None),
        ):
            audit.record(deed, actor=officer, subject=subject, import_id=import_id, line=2)
    assert found(browser, "about=import:7") == [
        "gate.closed gate:import:7",
        "row.closed row:91",
        "import.started import:7",
    ]


def test_deeds_are_told_in_words_and_lead_to_what_they_are_about(
    client_for: SignedIn, auditor: User, donor_operator: User
) -> None:
    write(deed="share_token.minted", about="applicant", times=2, actor=donor_operator)
    write(deed="import.exported", actor=donor_operator)
    page = words(client_for(auditor).get("/audit/"))
    assert "Outcomes of an import taken as a file" in page
    assert 'href="/imports/0/"' in page
    assert 'href="/applicants/1/"' not in page
    assert 'href="/applicants/1/"' in words(client_for(donor_operator).get("/audit/"))


def test_people_and_partners_are_named_not_numbered(
    client_for: SignedIn, auditor: User, officer: User
) -> None:
    page = words(client_for(auditor).get(f"/audit/?about=person:{officer.pk}"))
    assert "What happened to Olga Officer" in page


def test_filter_that_finds_nothing_offers_to_clear_it(client_for: SignedIn, auditor: User) -> None:
    page = client_for(auditor).get("/audit/?last=2020-01-01").content.decode()
    assert "No event matches this filter" in page
    assert "Clear the filter" in page


def test_period_that_ends_before_it_begins_is_named(client_for: SignedIn, auditor: User) -> None:
    page = client_for(auditor).get("/audit/?first=2026-02-01&last=2026-01-01").content.decode()
    assert "Choose a day on or after the first one." in page


@pytest.mark.parametrize(
    "nonsense",
    [
        "before=x",
        "before=-1",
        "person=999",
        "person=x",
        "first=soon",
        "last=9999-12-31",
        "about=import:x",
        "about=%00",
        "about=:",
        "about=row:'",
        "deed=%27",
        "outcome=maybe",
    ],
)
def test_nonsense_in_the_address_is_harmless(
    client_for: SignedIn, auditor: User, nonsense: str
) -> None:
    assert client_for(auditor).get(f"/audit/?{nonsense}").status_code == HTTPStatus.OK


def test_a_filter_is_kept_and_opens_the_page_from_then_on(
    client_for: SignedIn, auditor: User
) -> None:
    browser = client_for(auditor)
    browser.post("/filters/audit/save/", {"name": "Files", "query": "deed=import.exported"})
    saved = SavedFilter.objects.get()
    browser.post(f"/filters/{saved.pk}/default/", {"on": "1"})
    response = browser.get("/audit/")
    assert response["Location"] == "/audit/?deed=import.exported"
    assert "Files" in words(browser.get(response["Location"]))


def test_operator_sees_only_own_deeds(client_for: SignedIn, officer: User, auditor: User) -> None:
    write(deed="import.paused", actor=officer)
    write(deed="partner.added", actor=auditor)
    response = client_for(officer).get("/audit/")
    actors = {event.actor for event in response.context["page"].rows}
    assert actors == {officer}


@pytest.mark.parametrize("asked", ["person={}", "about=partner:0", "deed=partner", "all=1"])
def test_operator_cannot_ask_for_others_by_hand(
    client_for: SignedIn, officer: User, auditor: User, asked: str
) -> None:
    write(deed="partner.added", actor=auditor, about="partner")
    response = client_for(officer).get(f"/audit/?{asked.format(auditor.pk)}")
    assert "partner.added" not in {event.deed for event in response.context["page"].rows}


def test_verification_says_that_the_chain_holds_and_is_itself_audited(
    client_for: SignedIn, auditor: User
) -> None:
    browser = client_for(auditor)
    write(times=2)
    sealed = seal_events()
    page = browser.post("/audit/verify/", follow=True).content.decode()
    assert f"{sealed} sealed events are unchanged" in page
    event = AuditEvent.objects.get(deed="audit.verified")
    assert (event.actor, event.outcome, event.details["sealed"]) == (auditor, "holds", sealed)


def test_a_verification_is_kept_with_its_time_and_who_asked_for_it(
    client_for: SignedIn, auditor: User
) -> None:
    browser = client_for(auditor)
    write(times=3)
    seal_events()
    browser.post("/audit/verify/")
    check = ChainCheck.objects.get()
    assert f'href="/audit/checks/{check.pk}/"' in words(browser.get("/audit/"))
    page = words(browser.get(f"/audit/checks/{check.pk}/"))
    assert "The chain holds" in page
    assert "by Aurel Auditor" in page


def test_a_long_chain_is_walked_in_parts_that_go_on_where_the_last_one_ended(
    client_for: SignedIn, auditor: User
) -> None:
    browser = client_for(auditor)
    write(times=1200)
    sealed = seal_events()
    check = ChainCheck.objects.create(upto=sealed, started_by=auditor)
    assert chain_checks.go_on(check.pk, by=auditor, seconds=0).reached == 500
    page = words(browser.get(f"/audit/checks/{check.pk}/"))
    assert f"500 of {sealed:,} events".replace(",", "\u00a0") in page
    assert "Go on" in page
    part = browser.post(f"/audit/checks/{check.pk}/go-on/", headers={"HX-Request": "true"})
    assert "The chain holds" in words(part)
    assert ChainCheck.objects.get().reached == sealed
    assert AuditEvent.objects.of_deeds("audit.verified").count() == 1


def test_without_scripts_a_button_walks_on(client_for: SignedIn, auditor: User) -> None:
    browser = client_for(auditor)
    write(times=2)
    check = ChainCheck.objects.create(upto=seal_events(), started_by=auditor)
    page = browser.post(f"/audit/checks/{check.pk}/go-on/", follow=True)
    assert "The chain holds" in words(page)


def test_a_changed_event_is_named_by_its_place(client_for: SignedIn, auditor: User) -> None:
    browser = client_for(auditor)
    write(times=4)
    seal_events()
    third = AuditEvent.objects.get(seq=3)
    drop_triggers("audit_no_update")
    AuditEvent.objects.filter(pk=third.pk).update(details={"rows": 4})
    page = words(browser.post("/audit/verify/", follow=True))
    assert "The chain breaks at number 3." in page
    broken = ChainCheck.objects.get()
    assert "This event was changed after it was sealed." in words(
        browser.get(f"/audit/checks/{broken.pk}/")
    )


def test_an_end_that_was_cut_off_since_the_last_check_is_noticed(
    client_for: SignedIn, auditor: User
) -> None:
    browser = client_for(auditor)
    write(times=5)
    sealed = seal_events()
    browser.post("/audit/verify/")
    AuditEvent.objects.filter(seq__gte=sealed - 1).delete()
    page = words(browser.post("/audit/verify/", follow=True))
    assert f"The chain breaks at number {sealed - 1}. This event is missing." in page


def test_only_readers_of_the_whole_trail_verify_and_see_results(
    client_for: SignedIn, officer: User
) -> None:
    check = ChainCheck.objects.create(upto=0)
    browser = client_for(officer)
    assert browser.post("/audit/verify/").status_code == HTTPStatus.FORBIDDEN
    assert browser.get(f"/audit/checks/{check.pk}/").status_code == HTTPStatus.FORBIDDEN
    assert browser.post(f"/audit/checks/{check.pk}/go-on/").status_code == HTTPStatus.FORBIDDEN
    assert "Verify the chain" not in words(browser.get("/audit/"))


def test_no_check_answers_under_a_number_that_none_has(client_for: SignedIn, auditor: User) -> None:
    browser = client_for(auditor)
    assert browser.get("/audit/checks/7/").status_code == HTTPStatus.NOT_FOUND
    assert browser.post("/audit/checks/7/go-on/").status_code == HTTPStatus.NOT_FOUND


def test_numbers_that_name_something_are_written_in_one_piece(
    client_for: SignedIn, auditor: User
) -> None:
    audit.record(
        "row.refused", actor=None, subject="row:7", error_code=10511, import_id=1234, rows=4321
    )
    page = words(client_for(auditor).get("/audit/"))
    for shown in ("error code <b>10511", "import <b>1234", "rows <b>4\xa0321"):
        assert shown in page
