"""The ledger and hand-overs through the API."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.api.codes import Code
from accounts.models import AuditEvent
from accounts.scopes import Scope
from sharing.models import Applicant, IssuedToken, Partner
from tests.accounts.test_api_doors import refused
from tests.parts.api_callers import Program

pytestmark = pytest.mark.django_db

TOKENS = "/api/v1/share-tokens"


def marks(program: Program, query: str = "") -> list[str]:
    return [one["token_mark"] for one in program.get(f"{TOKENS}?{query}").json()["data"]]


def test_lines_are_found_by_what_is_asked(program: Program, issued: IssuedToken) -> None:
    mark = issued.token_mark
    for query in (
        "fate=live",
        f"recipient=par_{issued.partner_id}",
        f"applicant=apl_{issued.applicant_id}",
        f"token_mark={mark}",
        f"q={mark[:5]}",
        "q=valdamar",
        "handed_over=none",
        "issued_after=2020-01-01T00:00:00Z",
    ):
        assert marks(program, query) == [mark], query
    for query in (
        "fate=redeemed",
        "recipient=par_9999",
        "token_mark=000000000000",
        "handed_over=api",
        "issued_before=2020-01-01T00:00:00Z",
    ):
        assert marks(program, query) == [], query
    refused(program.get(f"{TOKENS}?recipient=imp_1"), Code.INVALID_REQUEST)
    refused(program.get(f"{TOKENS}?state=live"), Code.INVALID_REQUEST)


def test_whose_a_share_token_is_stays_with_those_who_may_know(
    program: Program, program_with: Callable[..., Program], issued: IssuedToken
) -> None:
    whole = program.get(TOKENS).json()["data"][0]
    assert (whole["name"], whole["external_id"]) == ("Henrike Valdamar", "004417")
    blind = program_with(Scope.SHARE_TOKENS_READ)
    shown = blind.get(TOKENS).json()["data"][0]
    assert shown["name"] is shown["external_id"] is None
    assert shown["applicant_id"] == issued.applicant.applicant_id
    assert marks(blind, "q=valdamar") == []
    half = program_with(Scope.SHARE_TOKENS_READ, Scope.APPLICANTS_READ, name="Half")
    line = half.get(f"{TOKENS}/tok_{issued.pk}").json()
    assert (line["name"], line["external_id"]) == (None, "004417")


def test_the_ledger_is_paged(
    program: Program, issued: IssuedToken, exported: Applicant, recipient: Partner
) -> None:
    for number in range(3):
        IssuedToken.objects.create(
            applicant=exported,
            partner=recipient,
            token_mark=f"00000000000{number}",
            ttl_seconds=60,
            issued_at=issued.issued_at,
            expires_at=issued.issued_at + timedelta(seconds=60),
        )
    first = program.get(f"{TOKENS}?limit=3").json()
    assert first["has_more"]
    rest = program.get(f"{TOKENS}?limit=3&starting_after={first['data'][-1]['id']}").json()
    assert [one["token_mark"] for one in rest["data"]] == [issued.token_mark]
    assert not rest["has_more"]


def test_the_file_holds_what_the_filter_finds_and_is_audited(
    program: Program, issued: IssuedToken
) -> None:
    text = b"".join(program.get(f"{TOKENS}.csv?fate=live")).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["token_mark"] for row in rows] == [issued.token_mark]
    assert "Henrike" not in text
    none = b"".join(program.get(f"{TOKENS}.csv?fate=redeemed")).decode()
    assert len(none.splitlines()) == 1
    event = AuditEvent.objects.filter(deed="share_tokens.exported").earliest("pk")
    assert event.details == {"lines": 1, "filtered": True}
    assert event.actor == program.client.account
