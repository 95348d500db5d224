"""Who may call: credentials, clock, permissions."""

from __future__ import annotations

import time
from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest

from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, Reply, send, signature

LEVELS = "/resources/applicants/-/levels"


def with_headers(caller: Caller, **changed: str) -> Reply:
    headers = caller.headers("GET", LEVELS, b"")
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    kept = {name: value for name, value in headers.items() if value}
    return send(caller.sandbox.url, "GET", LEVELS, headers=kept)


@pytest.mark.parametrize("missing", ["X_App_Token", "X_App_Access_Ts", "X_App_Access_Sig"])
def test_a_missing_header_is_4006(recipient: Caller, missing: str) -> None:
    reply = with_headers(recipient, **{missing: ""})
    assert (reply.status, reply.code) == (401, 4006)


def test_a_token_of_another_form_is_4000(recipient: Caller) -> None:
    assert with_headers(recipient, X_App_Token="_act-sdk-token").code == 4000


def test_an_unknown_token_and_a_production_token_are_4001(recipient: Caller) -> None:
    unknown = f"sbx:{'x' * 24}.{'y' * 32}"
    assert with_headers(recipient, X_App_Token=unknown).code == 4001
    production = recipient.workspace.app_token.replace("sbx:", "prd:")
    assert with_headers(recipient, X_App_Token=production).code == 4001


def test_a_wrong_second_half_is_4002(recipient: Caller) -> None:
    wrong = recipient.workspace.app_token[:-1] + "-"
    assert with_headers(recipient, X_App_Token=wrong).code == 4000
    last = "a" if recipient.workspace.app_token[-1] != "a" else "b"
    other = recipient.workspace.app_token[:-1] + last
    assert with_headers(recipient, X_App_Token=other).code == 4002


def test_a_wrong_signature_is_4003_in_the_documented_body(recipient: Caller) -> None:
    reply = with_headers(recipient, X_App_Access_Sig="0" * 64)
    assert reply.status == 401
    assert list(reply.json) == ["description", "code", "correlationId", "errorCode", "errorName"]
    assert reply.json["description"] == "Request signature mismatch"
    assert reply.json["errorName"] == "app-token-signature-mismatch"


def test_an_upper_case_signature_is_wrong(recipient: Caller) -> None:
    right = recipient.headers("GET", LEVELS, b"")["X-App-Access-Sig"]
    assert with_headers(recipient, X_App_Access_Sig=right.upper()).code == 4003


@pytest.mark.parametrize(("shift", "code"), [(-75, 4004), (75, 4004), (-45, None), (45, None)])
def test_the_clock_may_differ_by_a_minute(recipient: Caller, shift: int, code: int | None) -> None:
    reply = recipient.call("GET", LEVELS, ts=str(int(time.time()) + shift))
    assert reply.code == code


def test_a_timestamp_that_is_no_number_is_4005(recipient: Caller) -> None:
    assert recipient.call("GET", LEVELS, ts="yesterday").code == 4005


def test_every_answer_carries_the_servers_date(recipient: Caller) -> None:
    for reply in (recipient.get(LEVELS), with_headers(recipient, X_App_Token="bad")):
        moment = parsedate_to_datetime(reply.headers["date"])
        assert abs(moment.timestamp() - time.time()) < 3


def test_the_body_is_signed_also_on_get(recipient: Caller) -> None:
    assert recipient.call("GET", LEVELS, b"{}").status == 200
    ts = str(int(time.time()))
    headers = recipient.headers("GET", LEVELS, b"{}", ts)
    headers["X-App-Access-Sig"] = signature(recipient.workspace.secret_key, ts, "GET", LEVELS, b"")
    assert send(recipient.sandbox.url, "GET", LEVELS, b"{}", headers).code == 4003


def test_the_target_is_signed_as_it_was_sent(recipient: Caller) -> None:
    assert recipient.get(f"{LEVELS}?a=%20&b=+&b=&c").status == 200


def test_the_api_status_needs_no_credentials(sandbox: Sandbox) -> None:
    assert send(sandbox.url, "GET", "/resources/status/api").status == 200


def test_an_unknown_call_is_404_and_a_wrong_method_405(recipient: Caller) -> None:
    for method, target, status in (
        ("GET", "/resources/nonsense", 404),
        ("DELETE", LEVELS, 405),
    ):
        reply = recipient.call(method, target)
        assert (reply.status, reply.json["code"]) == (status, status)


ALL = ["share_applicants", "create_applicants", "view_applicants"]


def test_permissions_are_asked_and_a_missing_view_looks_like_absence(
    sandbox: Sandbox, donor: Caller, recipient: Caller
) -> None:
    person = sandbox.applicants(limit=1)[0]["applicant_id"]
    one = f"/resources/applicants/{person}/one"
    assert donor.get(one).status == 200
    token = donor.mint(person, sandbox.recipient.client_id)
    sandbox.set_workspace("donor", {"permissions": []})
    sandbox.set_workspace("recipient", {"permissions": ["view_applicants"]})
    try:
        assert donor.get(one).json["description"] == "Applicant not found"
        assert donor.lookup("demo-approved").status == 404
        assert donor.get(LEVELS).status == 200
        assert donor.post("/resources/accessTokens/shareToken", {}).status == 403
        assert recipient.reuse(token).status == 403
    finally:
        sandbox.set_workspace("donor", {"permissions": ALL})
        sandbox.set_workspace("recipient", {"permissions": ALL})
    assert recipient.reuse(token).status == 200


def test_a_wrong_clock_of_the_sandbox_shows_in_its_date_header(
    sandbox: Sandbox, recipient: Caller
) -> None:
    sandbox.set_faults({"clock_offset_seconds": 300})
    try:
        reply = recipient.get(LEVELS)
        assert reply.code == 4004
        server = parsedate_to_datetime(reply.headers["date"]).timestamp()
        assert recipient.call("GET", LEVELS, ts=str(int(server))).status == 200
    finally:
        sandbox.set_faults({"review_delay_ms": 150})


def test_credentials_never_show_in_a_repr(sandbox: Sandbox) -> None:
    shown = repr(replace(sandbox.recipient))
    assert sandbox.recipient.secret_key not in shown
    assert sandbox.recipient.app_token not in shown
