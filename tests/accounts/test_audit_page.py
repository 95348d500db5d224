"""The audit page: newest first, filters, paging, whose events, verification."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.db import transaction
from django.test import Client

from accounts import audit
from accounts.audit_page import PAGE_SIZE
from accounts.models import AuditEvent, User
from accounts.sealing import seal_events

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SignedIn = Callable[[User], Client]


def write(*, deed: str = "import.created", actor: User | None = None, times: int = 1) -> None:
    """Events of one deed, each about an import of its own."""
    with transaction.atomic():
        audit.record_all(
            audit.drafted(deed, actor=actor, subject=f"import:{n}") for n in range(times)
        )


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
    write(deed="partner.added")
    assert browser.get("/audit/?deed=import.paused").context["total"] == 1
    assert browser.get(f"/audit/?person={officer.pk}").context["total"] == 1
    assert browser.get("/audit/?last=2020-01-01").context["total"] == 0


def test_filter_that_finds_nothing_offers_to_clear_it(client_for: SignedIn, auditor: User) -> None:
    page = client_for(auditor).get("/audit/?last=2020-01-01").content.decode()
    assert "No event matches this filter" in page
    assert "Clear the filter" in page


def test_period_that_ends_before_it_begins_is_named(client_for: SignedIn, auditor: User) -> None:
    page = client_for(auditor).get("/audit/?first=2026-02-01&last=2026-01-01").content.decode()
    assert "Choose a day on or after the first one." in page


@pytest.mark.parametrize("nonsense", ["before=x", "before=-1", "person=999", "first=soon"])
def test_nonsense_in_the_address_is_harmless(
    client_for: SignedIn, auditor: User, nonsense: str
) -> None:
    assert client_for(auditor).get(f"/audit/?{nonsense}").status_code == HTTPStatus.OK


def test_operator_sees_only_own_deeds(client_for: SignedIn, officer: User, auditor: User) -> None:
    write(deed="import.paused", actor=officer)
    write(deed="partner.added", actor=auditor)
    response = client_for(officer).get("/audit/")
    actors = {event.actor for event in response.context["page"].rows}
    assert actors == {officer}


def test_operator_cannot_ask_for_others_by_hand(
    client_for: SignedIn, officer: User, auditor: User
) -> None:
    write(deed="partner.added", actor=auditor)
    response = client_for(officer).get(f"/audit/?person={auditor.pk}")
    assert response.context["total"] == 0


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


def test_operator_cannot_verify(client_for: SignedIn, officer: User) -> None:
    assert client_for(officer).post("/audit/verify/").status_code == HTTPStatus.FORBIDDEN
