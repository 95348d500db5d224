"""One share token through the API: told by the call and its repetition, kept by nobody."""

import hashlib
import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.api.codes import Code
from accounts.api.idempotency import body_hash
from accounts.models import AuditEvent, KeptCall
from accounts.scopes import Scope
from sharing.kept_secrets import KEPT, erase_what_is_over
from sharing.models import Applicant, IssuedToken, KeptSecret, Partner, PartnerState
from sumsub.sandbox.process import Sandbox
from tests.accounts.test_api_doors import refused
from tests.parts.api_callers import Program
from tests.sharing import minting
from tests.sharing.conftest import RECIPIENT

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]

TOKENS = "/api/v1/share-tokens"


def body_for(applicant: Applicant, **changes: Any) -> dict[str, Any]:
    return {"applicant": f"apl_{applicant.pk}", "recipient": RECIPIENT} | changes


def test_it_is_minted_at_sumsub_and_told_in_the_answer(
    program: Program, applicant: Applicant, recipient: Partner, as_donor: Sandbox
) -> None:
    answer = program.post(TOKENS, body_for(applicant, ttl_seconds=900), key="k")
    assert answer.status_code == 201
    told, issued = answer.json(), IssuedToken.objects.get()
    digest = hashlib.sha256(told["share_token"].encode()).hexdigest()
    entry = next(one for one in as_donor.ledger() if one["token_sha256"] == digest)
    assert (entry["event"], entry["applicant_id"]) == ("minted", applicant.applicant_id)
    assert told["token_mark"] == issued.token_mark == digest[:12]
    assert (told["handed_over"], told["ttl_seconds"], told["fate"]) == ("api", 900, "live")
    assert "no-store" in answer["Cache-Control"]
    line = program.get(answer["Location"]).json()
    assert line == {name: value for name, value in told.items() if name != "share_token"}
    event = AuditEvent.objects.get(deed="share_token.minted")
    assert event.actor == program.client.account
    assert event.source == "api"
    assert event.details == {
        "token_mark": issued.token_mark,
        "partner": RECIPIENT,
        "ttl_seconds": 900,
    }


def test_without_a_key_nothing_is_minted(
    program: Program, applicant: Applicant, recipient: Partner
) -> None:
    refused(program.post(TOKENS, body_for(applicant)), Code.IDEMPOTENCY_KEY_MISSING)
    assert not IssuedToken.objects.exists()


def test_a_repetition_tells_the_same_share_token_and_mints_no_other(
    program: Program, applicant: Applicant, recipient: Partner, as_donor: Sandbox
) -> None:
    before = minting.last(as_donor)
    first = program.post(TOKENS, body_for(applicant), key="k")
    second = program.post(TOKENS, body_for(applicant), key="k")
    assert second.json() == first.json()
    assert (second.status_code, second["Idempotency-Replayed"]) == (201, "true")
    assert minting.minted_at(as_donor, before) == {applicant.applicant_id: 1}
    other = program.post(TOKENS, body_for(applicant, ttl_seconds=60), key="k")
    refused(other, Code.IDEMPOTENCY_KEY_REUSED)


def test_ten_minutes_later_it_is_told_no_more_and_named_by_its_mark(
    program: Program, applicant: Applicant, recipient: Partner, as_donor: Sandbox
) -> None:
    told = program.post(TOKENS, body_for(applicant), key="k").json()
    kept = KeptSecret.objects.get()
    assert kept.until is not None
    assert kept.until - timezone.now() <= KEPT == timedelta(minutes=10)
    KeptSecret.objects.update(until=timezone.now())
    before = minting.last(as_donor)
    problem = refused(program.post(TOKENS, body_for(applicant), key="k"), Code.SHOWN_BEFORE)
    assert told["token_mark"] in problem["detail"]
    assert told["share_token"] not in str(problem)
    assert minting.minted_at(as_donor, before) == {}
    assert erase_what_is_over() == 1
    assert KeptSecret.objects.get().sealed is None


def test_it_is_kept_no_longer_than_it_lives(
    program: Program, applicant: Applicant, recipient: Partner
) -> None:
    program.post(TOKENS, body_for(applicant, ttl_seconds=60), key="k")
    assert KeptSecret.objects.get().until == IssuedToken.objects.get().expires_at


def test_many_calls_with_one_key_get_one_share_token(
    program: Program, applicant: Applicant, recipient: Partner, as_donor: Sandbox
) -> None:
    before, answers = minting.last(as_donor), []

    def call() -> None:
        try:
            answers.append(program.post(TOKENS, body_for(applicant), key="k"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.status_code for one in answers] == [201] * 6
    assert len({one.json()["share_token"] for one in answers}) == 1
    assert minting.minted_at(as_donor, before) == {applicant.applicant_id: 1}
    assert IssuedToken.objects.count() == 1


def test_a_call_whose_server_died_is_taken_over_by_its_repetition(
    program: Program, applicant: Applicant, recipient: Partner
) -> None:
    body = body_for(applicant)
    call = KeptCall.objects.create(
        client=program.client, method="POST", path=TOKENS, key="k", body_hash=body_hash(body)
    )
    KeptSecret.objects.create(call=call, lease_until=timezone.now() - timedelta(seconds=1))
    answer = program.post(TOKENS, body, key="k")
    assert answer.status_code == 201
    assert IssuedToken.objects.count() == 1
    assert program.post(TOKENS, body, key="k").json() == answer.json()


def test_sumsubs_no_is_said_and_frees_the_key(
    program: Program, as_donor: Sandbox, exported: Applicant, recipient: Partner
) -> None:
    problem = refused(program.post(TOKENS, body_for(exported), key="k"), Code.SUMSUB_REFUSED)
    assert problem["detail"].startswith("Sumsub knows no such applicant")
    assert not KeptCall.objects.exists()
    assert not KeptSecret.objects.exists()
    assert AuditEvent.objects.get(deed="share_token.minted").outcome == "refused"


def test_a_sumsub_that_is_not_there_is_worth_a_repetition(
    settings: Settings,
    program: Program,
    applicant: Applicant,
    recipient: Partner,
    as_donor: Sandbox,
) -> None:
    there, settings.SUMSUB_BASE_URL = settings.SUMSUB_BASE_URL, "http://127.0.0.1:9"
    answer = program.post(TOKENS, body_for(applicant), key="k")
    refused(answer, Code.SUMSUB_UNREACHABLE)
    assert int(answer["Retry-After"]) > 0
    settings.SUMSUB_BASE_URL = there
    assert program.post(TOKENS, body_for(applicant), key="k").status_code == 201


def test_nothing_is_minted_for_a_paused_recipient(
    program: Program, applicant: Applicant, recipient: Partner
) -> None:
    Partner.objects.update(state=PartnerState.PAUSED)
    problem = refused(program.post(TOKENS, body_for(applicant), key="k"), Code.NOT_ALLOWED)
    assert problem["detail"].startswith("Velmora Bank is paused")
    assert not KeptCall.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"applicant": "apl_999999"}, "applicant"),
        ({"applicant": "66f0c2a4e19b7d35000000ff"}, "applicant"),
        ({"recipient": "par_999999"}, "recipient"),
        ({"ttl_seconds": 0}, "ttl_seconds"),
        ({"ttl_seconds": 31_536_001}, "ttl_seconds"),
        ({"share_token": "x"}, "share_token"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(
    program: Program,
    applicant: Applicant,
    recipient: Partner,
    changes: dict[str, Any],
    field: str,
) -> None:
    answer = program.post(TOKENS, body_for(applicant) | changes, key="k")
    problem = refused(answer, Code.INVALID_REQUEST)
    assert [one["field"] for one in problem["errors"]] == [field]
    assert not IssuedToken.objects.exists()


def test_the_share_token_is_nowhere_but_in_the_answers(
    program: Program,
    program_with: Callable[..., Program],
    applicant: Applicant,
    recipient: Partner,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    told = program.post(TOKENS, body_for(applicant), key="k").json()
    program.post(TOKENS, body_for(applicant), key="k")
    share_token, mark = told["share_token"], told["token_mark"]
    kept = tmp_path / "database.json"
    call_command("dumpdata", output=str(kept), verbosity=0)
    assert mark in kept.read_text()
    assert share_token not in kept.read_text()
    call = KeptCall.objects.get()
    assert share_token not in repr(call)
    reader = program_with(*(scope for scope in Scope if scope.value.endswith((":read", ":export"))))
    for path in (TOKENS, f"{TOKENS}/{told['id']}", f"/api/v1/applicants/{told['applicant']}"):
        assert share_token not in reader.get(path).content.decode()
    exported = b"".join(reader.get(f"{TOKENS}.csv"))
    assert mark.encode() in exported
    assert share_token.encode() not in exported
    assert share_token not in reader.get("/api/v1/audit-events").content.decode()
    written = "".join(capfd.readouterr()) + caplog.text
    assert "share-tokens" in written, "the requests themselves are logged"
    assert share_token not in written
