"""Applicants as they come: an export that comes again or late, a lookup of what was pasted."""

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, User
from sharing.applicant_forms import pasted_id
from sharing.applicant_intake import Intake, take_in
from sharing.applicant_lookup import look_up
from sharing.dashboard_csv import read_export
from sharing.models import Applicant
from sumsub.sandbox.process import Sandbox
from tests.sharing.conftest import Browse

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ID = "66f0c2a4e19b7d3500000001"
HEADER = "applicantId,applicantName,status,result,rejectType,rejectLabels,lastReviewDate\n"
GREEN = f"{ID},Henrike Valdamar,completed,GREEN,,,2026-11-20 10:00:00\n"
RED = f"{ID},Henrike V.,completed,RED,FINAL,FORGERY,2026-11-19 10:00:00\n"


def _take(lines: str, by: User) -> Intake:
    return take_in(read_export((HEADER + lines).encode()), by=by)


def _figures(intake: Intake) -> tuple[int, int, int, int]:
    return intake.new, intake.changed, intake.unchanged, intake.older


def test_the_same_export_again_changes_nothing(donor_operator: User) -> None:
    assert _figures(_take(GREEN, donor_operator)) == (1, 0, 0, 0)
    before = Applicant.objects.values().get()
    assert _figures(_take(GREEN, donor_operator)) == (0, 0, 1, 0)
    assert Applicant.objects.values().get() == before


def test_an_older_verdict_leaves_the_known_one_alone(donor_operator: User) -> None:
    _take(GREEN, donor_operator)
    assert _figures(_take(RED, donor_operator)) == (0, 1, 0, 1)
    known = Applicant.objects.get()
    assert (known.name, known.review_answer, known.review_labels) == ("Henrike V.", "GREEN", "")


def test_a_newer_verdict_counts(donor_operator: User) -> None:
    _take(RED, donor_operator)
    _take(GREEN, donor_operator)
    known = Applicant.objects.get()
    assert (known.review_answer, known.review_reject_type, known.review_labels) == ("GREEN", "", "")


def test_a_review_date_that_is_none_says_nothing(donor_operator: User) -> None:
    _take(GREEN, donor_operator)
    _take(GREEN.replace("2026-11-20 10:00:00", "yesterday"), donor_operator)
    assert Applicant.objects.get().reviewed_at is not None


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        (f"  {ID} ", ID),
        (f"\u00a0{ID}\u200b", ID),
        ("66f0c2a4 e19b7d35 00000001", ID),
        (f'"{ID}"', ID),
        (f"https://cockpit.sumsub.com/checkus#/applicant/{ID}/client/basicInfo", ID),
        ("customer no 417", "customer no 417"),
        ("004417", "004417"),
    ],
)
def test_what_was_pasted_means_its_id(pasted: str, meant: str) -> None:
    assert pasted_id(pasted) == meant


def test_a_pasted_id_is_looked_up(
    as_donor: Sandbox, donor_operator: User, client_for: Browse
) -> None:
    known = look_up("demo-approved", by=None).applicant
    form = {"applicant": f"\u200b {known.applicant_id}\n"}
    answer = client_for(donor_operator).post("/applicants/look-up/", form)
    assert answer["Location"] == f"/applicants/{known.pk}/"


def test_an_applicant_that_is_not_found_any_more_keeps_what_was_known(
    as_donor: Sandbox, exported: Applicant, donor_operator: User, client_for: Browse
) -> None:
    page = client_for(donor_operator).post(f"/applicants/{exported.pk}/look-again/", follow=True)
    words = page.content.decode()
    assert "That does not prove that it is gone" in words
    assert "not found (404)" in words
    exported.refresh_from_db()
    assert exported.missing_since is not None
    assert exported.name == "Henrike Valdamar"
    assert AuditEvent.objects.get(deed="applicant.looked_up").outcome == "missing"


@pytest.mark.parametrize(
    ("dashboard", "link"),
    [
        (
            "https://cockpit.example/x/",
            f"https://cockpit.example/x#/applicant/{ID}/client/basicInfo",
        ),
        ("", None),
    ],
)
def test_the_way_to_sumsubs_dashboard_is_there_where_there_is_one(
    settings: Settings,
    exported: Applicant,
    donor_operator: User,
    client_for: Browse,
    dashboard: str,
    link: Any,
) -> None:
    settings.SUMSUB_DASHBOARD_URL = dashboard
    page = client_for(donor_operator).get(f"/applicants/{exported.pk}/").content.decode()
    assert ("Open in Sumsub’s dashboard" in page) is bool(link)
    if link:
        assert f'href="{link}"' in page


def test_every_share_token_of_an_applicant_can_be_paged_through(
    issued: Any, donor_operator: User, client_for: Browse
) -> None:
    for number in range(25):
        issued.pk, issued.token_mark = None, f"{number:012x}"
        issued.save(force_insert=True)
    client, address = client_for(donor_operator), f"/applicants/{issued.applicant_id}/"
    first = client.get(address).context["tokens"]
    second = client.get(f"{address}?tokens_before={first.older}").context["tokens"]
    assert (len(first.rows), len(second.rows), second.older) == (20, 6, None)
