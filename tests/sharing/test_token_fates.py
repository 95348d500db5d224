"""What became of share tokens, where the recipient is our own client id; the ledger as a file."""

import csv
import io
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, User
from sharing.models import Applicant, Fate, IssuedToken, Partner, TokenOutcome
from sharing.precheck import checks_for
from sharing.token_fates import Settled, record_settled
from tests.sharing.conftest import RECIPIENT, Browse

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MARK = "f3a971c20b18"


@pytest.fixture
def to_ourselves(issued: IssuedToken, settings: Settings) -> IssuedToken:
    """A share token whose recipient is our own workspace."""
    settings.SUMSUB_CLIENT_ID = RECIPIENT
    return issued


def _settled(outcome: TokenOutcome, code: int | None = None) -> Settled:
    return Settled(MARK, outcome, timezone.now(), code)


def _file(answer: Any) -> list[dict[str, str]]:
    text = b"".join(cast(Iterable[bytes], answer.streaming_content)).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_a_redemption_shows_in_the_ledger(
    to_ourselves: IssuedToken, donor_operator: User, client_for: Browse
) -> None:
    record_settled([_settled(TokenOutcome.REDEEMED)])
    to_ourselves.refresh_from_db()
    assert (to_ourselves.fate, to_ourselves.is_live) == (Fate.REDEEMED, False)
    page = client_for(donor_operator).get("/share-tokens/?state=redeemed")
    assert page.context["page"].rows == [to_ourselves]
    assert "Redeemed <time" in page.content.decode()
    story = client_for(donor_operator).get(f"/applicants/{to_ourselves.applicant_id}/")
    assert "redeemed by Velmora Bank" in story.content.decode()


def test_a_refusal_shows_with_its_reason(
    to_ourselves: IssuedToken, donor_operator: User, client_for: Browse
) -> None:
    record_settled([_settled(TokenOutcome.REFUSED, 10507)])
    to_ourselves.refresh_from_db()
    assert to_ourselves.fate is Fate.REFUSED
    assert "(10507)" in to_ourselves.outcome_reason
    page = client_for(donor_operator).get("/share-tokens/").content.decode()
    assert "(10507)" in page


def test_a_redemption_is_final_and_of_the_rest_the_latest_counts(to_ourselves: IssuedToken) -> None:
    record_settled([_settled(TokenOutcome.REFUSED, 10513)])
    record_settled([_settled(TokenOutcome.UNUSED)])
    to_ourselves.refresh_from_db()
    assert (to_ourselves.outcome, to_ourselves.outcome_code) == ("unused", None)
    record_settled([_settled(TokenOutcome.REDEEMED)])
    record_settled([_settled(TokenOutcome.REFUSED, 10503)])
    to_ourselves.refresh_from_db()
    assert (to_ourselves.outcome, to_ourselves.outcome_code) == ("redeemed", None)


def test_a_token_for_somebody_else_hears_nothing(issued: IssuedToken, settings: Settings) -> None:
    settings.SUMSUB_CLIENT_ID = "somebody.else_1"
    record_settled([_settled(TokenOutcome.REDEEMED)])
    issued.refresh_from_db()
    assert issued.outcome == ""


def test_a_tick_of_many_rows_that_are_not_ours_costs_one_query(to_ourselves: IssuedToken) -> None:
    others = [
        Settled(f"{number:012x}", TokenOutcome.REDEEMED, timezone.now()) for number in range(200)
    ]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        record_settled(others)
        record_settled([])
    assert len(asked) == 1


def test_a_redeemed_token_is_no_live_one_any_more(to_ourselves: IssuedToken) -> None:
    assert IssuedToken.objects.live().exists()
    record_settled([_settled(TokenOutcome.REDEEMED)])
    assert not IssuedToken.objects.live().exists()
    sentences = [one.sentence for one in checks_for(to_ourselves.applicant, to_ourselves.partner)]
    assert not any("live share token" in sentence for sentence in sentences)
    assert any("This is our own client id" in sentence for sentence in sentences)


def test_every_share_token_has_exactly_one_fate(issued: IssuedToken) -> None:
    now = timezone.now()
    for place, outcome in enumerate(TokenOutcome):
        for minutes in (-1, 1):
            IssuedToken.objects.create(
                applicant=issued.applicant,
                partner=issued.partner,
                token_mark=f"{place}{minutes}",
                ttl_seconds=60,
                issued_at=now,
                expires_at=now + timedelta(minutes=minutes),
                outcome=outcome,
            )
    by_python = dict.fromkeys(Fate, 0)
    for token in IssuedToken.objects.all():
        by_python[token.fate] += 1
        assert IssuedToken.objects.of_fate(token.fate).contains(token)
    assert IssuedToken.objects.counted_by_fate() == by_python
    assert sum(by_python.values()) == IssuedToken.objects.count()


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("handed=none", True),
        ("handed=file", False),
        ("first=2020-01-01&last=9999-12-31", True),
        ("last=2020-01-01", False),
        ("first=2020-02-02&last=2020-02-01", True),
        ("person=999", True),
        ("state=redeemed", False),
    ],
)
def test_the_ledger_is_narrowed_by_what_it_says(
    issued: IssuedToken, donor_operator: User, client_for: Browse, query: str, finds: bool
) -> None:
    answer = client_for(donor_operator).get(f"/share-tokens/?{query}")
    assert (issued in answer.context["page"].rows) is finds


def test_a_person_narrows_the_ledger_to_their_own(
    issued: IssuedToken, donor_operator: User, admin: User, client_for: Browse
) -> None:
    client = client_for(donor_operator)
    assert client.get(f"/share-tokens/?person={donor_operator.pk}").context["page"].rows == [issued]
    choices = client.get("/share-tokens/").context["form"].fields["person"].queryset
    assert list(choices) == [donor_operator], "only who issued one is offered"


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_who_may_not_know_whose_they_are_reads_the_ledger_without_names(
    request: pytest.FixtureRequest, issued: IssuedToken, client_for: Browse, role: str
) -> None:
    client = client_for(request.getfixturevalue(role))
    page = client.get("/share-tokens/").content.decode()
    assert "f3a9·71c2" in page
    assert issued.applicant.applicant_id in page
    for hidden in ("Valdamar", "004417", f"/applicants/{issued.applicant_id}/", "Export CSV"):
        assert hidden not in page
    for guess in ("valdamar", "004417", "Henrike"):
        assert not client.get("/share-tokens/", {"q": guess}).context["page"].rows
    assert client.get("/share-tokens/", {"q": "f3a9·71c2"}).context["page"].rows == [issued]


def test_the_export_holds_the_lines_of_the_filter_and_is_audited(
    issued: IssuedToken, donor_operator: User, client_for: Browse
) -> None:
    client = client_for(donor_operator)
    answer = client.get("/share-tokens/export/?state=live")
    [line] = _file(answer)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert (line["token_mark"], line["external_id"], line["recipient_client_id"]) == (
        MARK,
        "004417",
        RECIPIENT,
    )
    assert (line["state"], line["handed_over"]) == ("live", "none")
    assert "Valdamar" not in str(line)
    event = AuditEvent.objects.get(deed="share_tokens.exported")
    assert (event.actor, event.details) == (donor_operator, {"lines": 1, "filtered": True})
    assert _file(client.get("/share-tokens/export/?state=expired")) == []


def test_the_export_carries_no_formula_into_a_spreadsheet(
    issued: IssuedToken, donor_operator: User, client_for: Browse
) -> None:
    Applicant.objects.update(external_user_id="=HYPERLINK(1)")
    Partner.objects.update(name="@SUM(1)")
    [line] = _file(client_for(donor_operator).get("/share-tokens/export/"))
    assert (line["external_id"], line["recipient"]) == ("'=HYPERLINK(1)", "'@SUM(1)")
