"""Who may call: credentials, clock, permissions."""

from __future__ import annotations

import time
from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest

from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, Reply, send, sha256, signature
from tests.sandbox.sockets import raw, signed, statuses

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


@pytest.mark.parametrize("odd", ["0" * 63, "0" * 65, "g" * 64, "c2ln", "0" * 64 + ", " + "0" * 64])
def test_a_signature_that_is_none_at_all_is_4007(recipient: Caller, odd: str) -> None:
    reply = with_headers(recipient, X_App_Access_Sig=odd)
    assert (reply.status, reply.code) == (401, 4007)


def test_of_several_faults_the_first_in_order_is_told(recipient: Caller) -> None:
    """Each step mends one fault and meets the next."""
    unknown = f"sbx:{'x' * 24}.{'y' * 32}"
    half = f"{recipient.workspace.app_token.partition('.')[0]}.{'y' * 32}"
    own = recipient.workspace.app_token
    old = str(int(time.time()) - 90)
    now = str(int(time.time()))
    steps = [
        ("", "when", "odd", 4006),
        ("form", "when", "odd", 4000),
        (unknown, "when", "odd", 4001),
        (half, "when", "odd", 4002),
        (own, "when", "odd", 4005),
        (own, old, "odd", 4004),
        (own, now, "odd", 4007),
        (own, now, "0" * 64, 4003),
    ]
    for token, ts, odd, code in steps:
        reply = with_headers(recipient, X_App_Token=token, X_App_Access_Ts=ts, X_App_Access_Sig=odd)
        assert (reply.status, reply.code) == (401, code)


@pytest.mark.parametrize("ts", ["-1", "1.5", "+1", "0x10", "٣", "1" * 16])
def test_a_timestamp_is_digits_and_nothing_else(recipient: Caller, ts: str) -> None:
    assert with_headers(recipient, X_App_Access_Ts=ts.encode().decode("latin-1")).code == 4005


def test_a_timestamp_is_signed_as_it_was_written(recipient: Caller) -> None:
    assert recipient.call("GET", LEVELS, ts=f"00{int(time.time())}").status == 200
    in_milliseconds = str(int(time.time() * 1000))
    assert recipient.call("GET", LEVELS, ts=in_milliseconds).code == 4004


def test_without_any_credentials_the_edge_may_refuse_in_plain_text(sandbox: Sandbox) -> None:
    assert send(sandbox.url, "GET", LEVELS).code == 4006
    sandbox.set_faults({"edge_refuses_unsigned": True})
    try:
        refused = send(sandbox.url, "GET", LEVELS)
        assert refused.status == 403
        assert refused.headers["content-type"].startswith("text/plain")
        assert not refused.body.startswith(b"{")
        some = send(sandbox.url, "GET", LEVELS, headers={"X-App-Token": "abc"})
        assert (some.status, some.code) == (401, 4006)
        assert send(sandbox.url, "GET", "/resources/status/api").status == 200
    finally:
        sandbox.set_faults({"review_delay_ms": 150})


def test_an_app_token_may_expire(sandbox: Sandbox) -> None:
    stranger = Caller(sandbox, sandbox.workspace("stranger"))
    try:
        sandbox.set_workspace("stranger", {"token_expires_at": "2020-01-01T00:00:00Z"})
        expired = stranger.get(LEVELS)
        assert (expired.status, expired.code) == (401, 4007)
        sandbox.set_faults({"expired_token_status": 403})
        forbidden = stranger.get(LEVELS)
        assert (forbidden.status, forbidden.code) == (403, None)
        sandbox.set_workspace("stranger", {"token_expires_at": "2999-01-01T00:00:00+02:00"})
        assert stranger.get(LEVELS).status == 200
    finally:
        sandbox.set_workspace("stranger", {"token_expires_at": ""})
        sandbox.set_faults({"review_delay_ms": 150})


def test_an_app_token_may_be_bound_to_addresses(sandbox: Sandbox) -> None:
    stranger = Caller(sandbox, sandbox.workspace("stranger"))
    request = signed(stranger, "GET", LEVELS)
    try:
        sandbox.set_workspace("stranger", {"allowed_ips": ["127.0.0.2/31", "10.1.1.1"]})
        assert stranger.get(LEVELS).status == 403
        assert statuses(raw(sandbox, request, source="127.0.0.3")) == [200]
        assert statuses(raw(sandbox, request, source="127.0.0.4")) == [403]
        sandbox.set_faults({"blocked_ip_status": 401})
        assert stranger.get(LEVELS).code == 4007
    finally:
        sandbox.set_workspace("stranger", {"allowed_ips": []})
        sandbox.set_faults({"review_delay_ms": 150})
    assert stranger.get(LEVELS).status == 200


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


ALL = ["share_applicants", "create_applicants", "view_applicants", "manage_client_settings"]
READS = ("one", "status", "requiredIdDocsStatus")


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
        assert donor.get("/resources/applicants/-;externalUserId=demo-approved/one").status == 404
        assert donor.get("/resources/applicants/-/count").status == 404
        assert {donor.get(f"/resources/applicants/{person}/{read}").status for read in READS} == {
            404
        }
        assert donor.get(LEVELS).status == 200
        assert donor.post("/resources/accessTokens/shareToken", {}).status == 403
        assert recipient.reuse(token).status == 403
        told = [e for e in sandbox.ledger() if e["token_sha256"] == sha256(token)]
        assert [(e["event"], e["status"]) for e in told] == [("minted", 200), ("refused", 403)]
        assert told[1]["applicant_id"] == person
    finally:
        sandbox.set_workspace("donor", {"permissions": ALL})
        sandbox.set_workspace("recipient", {"permissions": ALL})
    assert recipient.reuse(token).status == 200


def test_an_app_token_may_be_limited_to_source_keys(sandbox: Sandbox) -> None:
    caller = Caller(sandbox, sandbox.workspace("dormant"))
    made = {
        key: caller.post(
            "/resources/applicants?levelName=id-only", {"externalUserId": key, "sourceKey": key}
        ).json["id"]
        for key in ("web-eu", "web-us")
    }
    sandbox.set_workspace("dormant", {"source_keys": ["web-eu"]})
    try:
        for key, status in (("web-eu", 200), ("web-us", 403)):
            reply = caller.get(f"/resources/applicants/{made[key]}/one")
            assert reply.status == status
            assert caller.lookup(key).status == status
        assert reply.json["description"].startswith("Unable")
        wanted = {"externalUserId": "new", "sourceKey": "web-us"}
        refused = caller.post("/resources/applicants?levelName=id-only", wanted)
        assert refused.status == 403
        assert caller.get(LEVELS).status == 200
    finally:
        sandbox.set_workspace("dormant", {"source_keys": []})


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
