"""The report of an import: what is on the sheet, who may open it, what the trail says of it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction
from django.test import Client

from accounts import audit
from accounts.models import AuditEvent, User
from accounts.sealing import seal_events
from customers.models import ImportState, Row, RowState
from customers.reasons import Reason
from customers.reporting import MOST_HAPPENINGS, MOST_REASONS, report_on
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import drain_to_the_end, started, tokens
from tests.parts.import_maker import make_import
from tests.parts.pages import words
from tests.parts.partners import make_partner

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SignIn = Callable[[User], Client]
S = RowState


def test_the_sheet_says_who_when_whose_and_which_file(office: Client, officer: User) -> None:
    donor = make_partner(
        name="Ostermoor Pay",
        client_id="ostermoor_20551",
        is_donor=True,
        agreement_reference="OP-2026-03",
        agreement_ends_on=date(2027, 9, 24),
    )
    made = make_import(
        S.IMPORTED,
        S.REFUSED,
        S.INVALID,
        S.DUPLICATE,
        state=ImportState.FINISHED,
        by=officer,
        partner=donor,
        file_sha256="ab" * 32,
        file_size=2048,
    )
    page = words(office.get(f"/imports/{made.pk}/report/"))
    for part in (
        f"Import {made.pk} from Ostermoor Pay",
        "Olga Officer",
        "ostermoor_20551",
        "OP-2026-03, ends 24 Sep 2027",
        "Reusable KYC; id-only",
        "tokens.csv, 2.0\u00a0KB",
        "ab" * 32,
        "Document type not accepted at this level",
        "10513 reusable-kyc-not-compatible-doc-type",
        "We, the recipient",
        "1 with a share token that another row owns, 1 faulty line.",
        "none was in doubt",
        "Made by Olga Officer on",
    ):
        assert part in page


def test_it_names_no_customer_and_holds_no_share_token(
    far_end: Sandbox, officer: User, office: Client
) -> None:
    contents = tokens(far_end, 12)
    made = started(contents, created_by=officer)
    drain_to_the_end(made)
    page = words(office.get(f"/imports/{made.pk}/report/"))
    assert not any(token in page for token in contents.decode().split()[1:])
    names = Row.objects.of(made).exclude(name="").values_list("name", flat=True)
    assert names
    assert not any(name in page for name in names)


def test_doubts_and_how_they_were_settled_are_told(office: Client) -> None:
    made = make_import(S.IMPORTED, S.IMPORTED, S.NOT_IMPORTED, S.CHECKING)
    doubted = Row.objects.of(made).exclude(line=2)
    doubted.update(checking_since=made.created_at)
    doubted.filter(line=3).update(confirmed_by_lookup=True)
    page = words(office.get(f"/imports/{made.pk}/report/"))
    assert "3 rows had no certain answer at first" in page
    assert "1 imported (1 found by lookup)" in page
    assert "1 not imported" in page
    assert "1 has no outcome yet" in page


def test_many_reasons_are_summed_up(office: Client) -> None:
    made = make_import(*[S.REFUSED] * 20, state=ImportState.FINISHED)
    for line in range(2, 22):
        Row.objects.of(made).filter(line=line).update(
            reason=Reason.UNKNOWN_RULE, error_code=10900 + line, error_name=f"new-{line}"
        )
    page = words(office.get(f"/imports/{made.pk}/report/"))
    left = 20 - MOST_REASONS
    assert f"And {left} more reasons, {left} rows" in page


def test_a_long_story_tells_its_beginning_and_its_end(officer: User) -> None:
    made = make_import(S.PENDING, by=officer)
    with transaction.atomic():
        audit.record_all(
            audit.drafted(
                "import.exported", actor=officer, subject=f"import:{made.pk}", what=f"{n}"
            )
            for n in range(40)
        )
    told = report_on(made)
    assert len(told.happenings) == MOST_HAPPENINGS
    assert told.more_happenings == 40 - MOST_HAPPENINGS
    assert told.happenings[0].what.endswith(": 0")
    assert told.happenings[-1].what.endswith(": 39")


def test_it_names_the_latest_sealed_event_about_the_import(office: Client) -> None:
    made = make_import(S.IMPORTED, state=ImportState.FINISHED)
    address = f"/imports/{made.pk}/report/"
    assert "not sealed into its hash chain yet" in words(office.get(address))
    seal_events()
    sealed = AuditEvent.objects.about(f"import:{made.pk}").get()
    page = words(office.get(address))
    assert sealed.hash
    assert f"is number {sealed.seq}" in page
    assert sealed.hash in page


def test_every_opening_is_in_the_trail_and_not_in_the_report_itself(
    office: Client, officer: User
) -> None:
    made = make_import(S.IMPORTED, state=ImportState.FINISHED)
    for _ in range(2):
        office.get(f"/imports/{made.pk}/report/")
    events = AuditEvent.objects.of_deed("import.reported")
    assert {event.actor for event in events} == {officer}
    assert len(events) == 2
    assert [one.what for one in report_on(made).happenings] == ["Finished: 1 of 1 row imported"]


def test_who_sees_imports_opens_it_and_nobody_else_does(
    client_for: SignIn,
    viewer: User,
    officer: User,
    auditor: User,
    admin: User,
    outsider: User,
    donor_operator: User,
) -> None:
    made = make_import(S.IMPORTED, state=ImportState.FINISHED)
    address = f"/imports/{made.pk}/report/"
    for person in (viewer, officer, auditor, admin):
        assert client_for(person).get(address).status_code == 200
        assert address in words(client_for(person).get(f"/imports/{made.pk}/"))
    for person in (outsider, donor_operator):
        assert client_for(person).get(address).status_code == 403
    assert client_for(viewer).get("/imports/999999/report/").status_code == 404
    assert AuditEvent.objects.of_deed("import.reported").count() == 4


def test_the_report_of_a_large_import_asks_as_little_as_that_of_a_small_one(
    office: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    made = make_import(*[S.IMPORTED] * 60, *[S.REFUSED] * 60, state=ImportState.FINISHED)
    with django_assert_max_num_queries(25):  # type: ignore[attr-defined]
        office.get(f"/imports/{made.pk}/report/")
