"""Share tokens: shapes, single use, binding, time to live."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, sha256

People = dict[str, dict[str, str]]


@pytest.fixture
def approved(people: People) -> str:
    return people["demo-approved"]["applicant_id"]


def test_the_second_use_is_refused_with_401_and_no_code(
    sandbox: Sandbox, donor: Caller, recipient: Caller, approved: str
) -> None:
    token = donor.mint(approved, sandbox.recipient.client_id)
    assert recipient.reuse(token).status == 200
    again = recipient.reuse(token)
    assert again.status == 401
    assert list(again.json) == ["code", "description", "type"]


def test_an_expired_token_is_refused_in_sumsubs_words(
    sandbox: Sandbox, donor: Caller, recipient: Caller, approved: str
) -> None:
    token = donor.mint(approved, sandbox.recipient.client_id, ttl=1)
    time.sleep(1.05)
    reply = recipient.reuse(token)
    assert reply.status == 401
    when = r"\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}"
    assert re.fullmatch(
        rf"Token is invalid: Token _act-[0-9a-f-]+(-v2)? is invalid now: created at {when}"
        rf" with ttl 1 but accessed at {when} \[source: null\]",
        reply.json["description"],
    )
    assert "errorCode" not in reply.json


def test_of_fifty_at_once_exactly_one_redeems_a_token(
    sandbox: Sandbox, donor: Caller, recipient: Caller, approved: str
) -> None:
    token = donor.mint(approved, sandbox.recipient.client_id)
    with ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(lambda i: recipient.reuse(token, f"race-{i}"), range(50)))
    assert sorted(reply.status for reply in replies) == [200] + [401] * 49
    events = [e["event"] for e in sandbox.ledger() if e["token_sha256"] == sha256(token)]
    assert events.count("redeemed") == 1
    assert events.count("refused") == 49
    found = [i for i in range(50) if recipient.lookup(f"race-{i}").json["exists"]]
    assert len(found) == 1


def test_a_token_for_somebody_else_is_not_eligible(
    sandbox: Sandbox, donor: Caller, recipient: Caller, approved: str
) -> None:
    token = donor.mint(approved, sandbox.workspace("stranger").client_id)
    reply = recipient.reuse(token)
    assert (reply.status, reply.code) == (400, 10502)
    assert reply.json["description"] == "Share token is not eligible for you"


def test_an_unknown_token_is_refused_like_a_bad_one(recipient: Caller) -> None:
    reply = recipient.reuse("_act-nobody-knows-this")
    assert reply.status == 401
    assert reply.json["description"].startswith("Token is invalid: ")


def test_a_missing_level_is_a_bad_request_before_the_token_is_looked_at(
    recipient: Caller,
) -> None:
    target = "/resources/api/reusableIdentity/reuse?shareToken=x"
    assert recipient.post(target).status == 400
    unknown = recipient.reuse("x", level="No Such Level")
    assert unknown.status == 400
    assert unknown.code is None


def test_the_legacy_form_mints_as_well(
    sandbox: Sandbox, donor: Caller, recipient: Caller, approved: str
) -> None:
    client_id = sandbox.recipient.client_id
    reply = donor.post(
        f"/resources/accessTokens/-/shareToken?applicantId={approved}&forClientId={client_id}"
        "&ttlInSecs=60"
    )
    assert reply.status == 200
    assert reply.json["forClientId"] == client_id
    assert recipient.reuse(reply.json["token"]).status == 200


@pytest.mark.parametrize("ttl", ["600", 600, "", None])
def test_the_time_to_live_may_be_text_number_or_absent(
    sandbox: Sandbox, donor: Caller, approved: str, ttl: str | int | None
) -> None:
    assert donor.mint(approved, sandbox.recipient.client_id, ttl)


@pytest.mark.parametrize("ttl", [0, -5, "soon", 1.5, True, 10**12])
def test_a_senseless_time_to_live_is_a_bad_request(
    sandbox: Sandbox, donor: Caller, approved: str, ttl: object
) -> None:
    wanted = {
        "applicantId": approved,
        "forClientId": sandbox.recipient.client_id,
        "ttlInSecs": ttl,
    }
    assert donor.post("/resources/accessTokens/shareToken", wanted).status == 400


def test_somebody_elses_applicant_cannot_be_shared(
    sandbox: Sandbox, recipient: Caller, approved: str
) -> None:
    wanted = {"applicantId": approved, "forClientId": sandbox.recipient.client_id}
    reply = recipient.post("/resources/accessTokens/shareToken", wanted)
    assert reply.status == 404
    assert reply.json["description"] == "Applicant not found"


def test_tokens_come_in_every_shape_and_stay_short(
    sandbox: Sandbox, donor: Caller, approved: str
) -> None:
    tokens = [donor.mint(approved, sandbox.recipient.client_id) for _ in range(60)]
    assert len(set(tokens)) == 60
    assert max(len(token) for token in tokens) <= 1024
    assert any(t.startswith("_act-sbx-jwt-") and t.endswith(".") for t in tokens)
    assert any(t.startswith("eyJ") and t.endswith(".") for t in tokens)
    assert any(re.fullmatch(r"_act-[0-9a-f-]{36}-v2", t) for t in tokens)
    assert any(re.fullmatch(r"_act-[0-9a-f-]{36}", t) for t in tokens)


def test_the_log_shows_no_token_and_no_secret(
    sandbox: Sandbox, donor: Caller, recipient: Caller, approved: str
) -> None:
    token = donor.mint(approved, sandbox.recipient.client_id)
    recipient.reuse(token, x_sandbox_fault="error_after_commit")
    recipient.reuse(token)
    assert "listening on" in sandbox.log()
    for secret in (token, sandbox.recipient.secret_key, sandbox.donor.app_token):
        assert secret not in sandbox.log()
