"""What the engine tells the ledger of share tokens, when we are the recipient of our own."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from customers.models import Row
from sharing.models import Applicant, IssuedToken, Partner, TokenOutcome
from sharing.sealing import token_mark
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import drain_to_the_end, outcome, started, tokens

pytestmark = pytest.mark.django_db(transaction=True)


def _marks(contents: bytes) -> list[str]:
    return [token_mark(line["token"]) for line in csv.DictReader(io.StringIO(contents.decode()))]


def _issued(marks: list[str], client_id: str) -> None:
    """Lines of our ledger for share tokens with these marks, made for this workspace."""
    now = timezone.now()
    partner = Partner.objects.create(name="Recipient", client_id=client_id, is_recipient=True)
    applicant = Applicant.objects.create(applicant_id="66f0c2a4e19b7d3500000001", source="csv")
    for mark in marks:
        IssuedToken.objects.create(
            applicant=applicant,
            partner=partner,
            token_mark=mark,
            ttl_seconds=1200,
            issued_at=now,
            expires_at=now + timedelta(seconds=1200),
        )


def test_the_ledger_learns_of_redemptions_and_refusals_with_their_codes(
    connected: Sandbox, settings: Settings
) -> None:
    good = tokens(connected, 3, outcome("approved"))
    bad = tokens(connected, 2, outcome("refused:10507"))
    marks = _marks(good) + _marks(bad)
    _issued(marks, settings.SUMSUB_CLIENT_ID)
    for contents in (good, bad):
        drain_to_the_end(started(contents))
    told = dict(IssuedToken.objects.values_list("token_mark", "outcome"))
    assert [told[mark] for mark in marks] == ["redeemed"] * 3 + ["refused"] * 2
    refused = IssuedToken.objects.filter(outcome=TokenOutcome.REFUSED)
    assert set(refused.values_list("outcome_code", flat=True)) == {10507}
    settled = dict(Row.objects.values_list("token_mark", "settled_at"))
    for line in IssuedToken.objects.all():
        assert line.outcome_at == settled[line.token_mark]


def test_a_ledger_of_another_recipients_share_tokens_hears_nothing(connected: Sandbox) -> None:
    contents = tokens(connected, 2, outcome("approved"))
    _issued(_marks(contents), "somebody.else_7")
    drain_to_the_end(started(contents))
    assert set(IssuedToken.objects.values_list("outcome", flat=True)) == {""}
