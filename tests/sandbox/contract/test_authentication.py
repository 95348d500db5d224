"""Sections 1.1 to 1.5 of the reference: headers, signature, failures, permissions."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import pytest

from tests.sandbox.caller import Caller, Reply, send, signature
from tests.sandbox.contract.ground import COUNT, CREATE, HOOKS, LEVELS, MINT, Ground, refused
from tests.sandbox.contract.rows import Row, Rows

HEADERS = Rows("1.1")
VECTORS = Rows("1.3")
FAILURES = Rows("1.4")
PERMISSIONS = Rows("1.5")


def changed(caller: Caller, **headers: str | None) -> Reply:
    """A signed read with some headers replaced, or left out where None."""
    sent = caller.headers("GET", LEVELS, b"")
    for name, value in headers.items():
        sent[name.replace("_", "-")] = value or ""
    return send(caller.sandbox.url, "GET", LEVELS, headers={k: v for k, v in sent.items() if v})


def seconds_ago(seconds: int) -> str:
    return str(int(time.time()) - seconds)


# 1.1


@HEADERS.row("X-App-Token")
def the_token_is_taken_verbatim(ground: Ground) -> None:
    token = ground.recipient.workspace.app_token
    assert token.startswith("sbx:")
    assert [len(half) for half in token.removeprefix("sbx:").split(".")] == [24, 32]
    assert changed(ground.recipient).status == 200
    refused(changed(ground.recipient, X_App_Token=token.upper().replace("SBX", "sbx")), 401, 4001)


@HEADERS.row("X-App-Access-Ts")
def the_stamp_is_within_one_minute_either_way(ground: Ground) -> None:
    for seconds in (-45, 0, 45):
        assert ground.recipient.call("GET", LEVELS, ts=seconds_ago(seconds)).status == 200
    for seconds in (-90, 75):
        refused(ground.recipient.call("GET", LEVELS, ts=seconds_ago(seconds)), 401, 4004)


@HEADERS.row("X-App-Access-Sig")
def the_signature_is_lower_case_hex_over_the_bytes_sent(ground: Ground) -> None:
    right = ground.recipient.headers("GET", LEVELS, b"")["X-App-Access-Sig"]
    assert right == right.lower()
    assert len(right) == 64
    other_target = ground.recipient.headers("GET", f"{LEVELS}?a=", b"")
    refused(send(ground.sandbox.url, "GET", LEVELS, headers=other_target), 401, 4003)
    refused(send(ground.sandbox.url, "GET", f"{LEVELS}?a", headers=other_target), 401, 4003)
    assert send(ground.sandbox.url, "GET", f"{LEVELS}?a=", headers=other_target).status == 200


@HEADERS.row("Content-Type: application/json")
def a_json_content_type_goes_with_an_empty_body(ground: Ground) -> None:
    for extra in ({}, {"Content_Type": "application/json"}):
        target = f"/resources/applicants/{ground.created(ground.donor)}/status/pending"
        assert ground.donor.post(target, None, **extra).json == {"ok": 1}


@HEADERS.row("X-Agent-Source, X-Agent-Source-Ver")
def the_agent_headers_are_ignored(ground: Ground) -> None:
    reply = ground.recipient.get(COUNT, X_Agent_Source="skills", X_Agent_Source_Ver="1.2.3")
    assert reply.status == 200


# 1.3: the caller of these tests signs as the reference computed it

_TOKEN = "_act-sbx-00000000-0000-4000-8000-000000000001"
_BODY = (
    '{"applicantId":"66f000000000000000000001","forClientId":"northbank.example_200002",'
    '"ttlInSecs":1200}'
)
_VECTORS = [
    (f"GET {LEVELS}", "",
     "1f32f3530092c264bd795c610c218c9464c65954a502f13cc6693047715dd899"),
    ("GET /resources/applicants/-;externalUserId=cust-42/one", "",
     "106d523c15bbf087a26574190d209da55d69954fcd47c616547c3f21101557e7"),
    (f"POST {MINT}", _BODY,
     "f90151e7b35e9701b5f22f1bd3152ccce9c8658553c1997cd817fc24a6afc59e"),
    (f"POST /resources/api/reusableIdentity/reuse?shareToken={_TOKEN}"
     "&levelName=id%20and%20poa&userId=cust-42", "",
     "64f0cc3bd383aba9c83ddaca7f477d2d56f9b61658bc5d5dd7eac3da5d48c915"),
]  # fmt: skip


def a_vector_is_met(line: str, body: str, expected: str, ground: Ground) -> None:
    """Also: what is signed this way is let in, with whatever answer follows."""
    method, _, target = line.partition(" ")
    secret = "0123456789abcdefghijklmnopqrstuv"
    assert signature(secret, "1795132800", method, target, body.encode()) == expected
    reply = ground.recipient.call(method, target, body.encode())
    assert reply.status != 401 or "errorCode" not in reply.json


for _line, _text, _expected in _VECTORS:
    VECTORS.add(_line.partition("?")[0], partial(a_vector_is_met, _line, _text, _expected))


# 1.4


@FAILURES.row("4000 token format unusable")
def an_sdk_token_is_no_app_token(ground: Ground) -> None:
    reply = changed(ground.recipient, X_App_Token="_act-sbx-0000")
    refused(reply, 401, 4000, "app-token-invalid-format")


@FAILURES.row("4001 token unknown", guess=True)
def a_token_that_nobody_has_is_not_found(ground: Ground) -> None:
    """The name's exact words are our guess."""
    reply = changed(ground.recipient, X_App_Token=f"sbx:{'x' * 24}.{'y' * 32}")
    refused(reply, 401, 4001, "app-token-not-found")


@FAILURES.row("4002 part after the dot does not fit the part before")
def two_halves_of_different_tokens_do_not_fit(ground: Ground) -> None:
    mine, theirs = ground.recipient.workspace.app_token, ground.donor.workspace.app_token
    mixed = f"{mine.partition('.')[0]}.{theirs.partition('.')[2]}"
    reply = changed(ground.recipient, X_App_Token=mixed)
    refused(reply, 401, 4002, "app-token-private-part-mismatch")


@FAILURES.row("4003 signature wrong")
def a_wrong_signature_is_answered_in_the_printed_body(ground: Ground) -> None:
    reply = changed(ground.recipient, X_App_Access_Sig="0" * 64)
    description = refused(reply, 401, 4003, "app-token-signature-mismatch")
    assert description == "Request signature mismatch"
    assert list(reply.json) == ["description", "code", "correlationId", "errorCode", "errorName"]


@FAILURES.row("4004 timestamp outside the window", guess=True)
def a_stale_stamp_is_refused(ground: Ground) -> None:
    """Name and text are our guess."""
    reply = ground.recipient.call("GET", LEVELS, ts=seconds_ago(3600))
    refused(reply, 401, 4004, "app-token-request-expired")


@FAILURES.row("4005 header value invalid", guess=True)
def a_stamp_that_is_no_number_is_refused(ground: Ground) -> None:
    """The name is our guess."""
    reply = changed(ground.recipient, X_App_Access_Ts="now")
    refused(reply, 401, 4005, "app-token-invalid-value")


@FAILURES.row("4006 not all three headers present", guess=True)
def each_of_the_three_headers_is_needed(ground: Ground) -> None:
    """The name is our guess."""
    for name in ("X_App_Token", "X_App_Access_Ts", "X_App_Access_Sig"):
        reply = changed(ground.recipient, **dict.fromkeys([name]))
        refused(reply, 401, 4006, "app-token-not-all-auth-params-provided")


@FAILURES.row("4007 other invalid auth parameters", guess=True)
def a_signature_that_is_not_hex_is_refused(ground: Ground) -> None:
    """The case and the name are our guess."""
    reply = changed(ground.recipient, X_App_Access_Sig="base64==")
    refused(reply, 401, 4007, "app-token-invalid-params")


@FAILURES.row("sandbox token used on production data or the reverse", guess=True)
def the_environments_do_not_mix(ground: Ground) -> None:
    """The code is our guess, and so is it that the other side's share tokens are unknown (401)."""
    production = ground.caller("production")
    turned = f"sbx:{production.workspace.app_token[4:]}"
    refused(changed(production, X_App_Token=turned), 401, 4001)
    person = production.lookup("demo-production-approved").json["applicant"]["id"]
    assert "Token is invalid" in refused(ground.recipient.reuse(ground.token(person, production)),
                                         401)  # fmt: skip


@FAILURES.row("caller IP not on the token's allow list", guess=True)
def a_foreign_address_is_refused(ground: Ground) -> None:
    """403 by default, 401 by a switch."""
    with ground.settings("dormant", {"allowed_ips": []}, allowed_ips=["203.0.113.0/24"]) as caller:
        refused(caller.get(LEVELS), 403)
        with ground.faults(blocked_ip_status=401):
            refused(caller.get(LEVELS), 401, 4007)
    assert caller.get(LEVELS).status == 200


@FAILURES.row("token expired (optional expiry date)", guess=True)
def an_expired_token_is_refused(ground: Ground) -> None:
    """401 by default, 403 by a switch."""
    past = "2026-01-01T00:00:00Z"
    with ground.settings("dormant", {"token_expires_at": ""}, token_expires_at=past) as caller:
        refused(caller.get(LEVELS), 401, 4007)
        with ground.faults(expired_token_status=403):
            refused(caller.get(LEVELS), 403)
    assert caller.get(LEVELS).status == 200


@FAILURES.row("token lacks a permission", guess=True)
def a_missing_permission_is_403_and_on_reads_404(ground: Ground) -> None:
    """The 404 was seen in a live run, the 403 is our guess."""
    with without("view_applicants", "create_applicants", ground=ground) as caller:
        assert refused(caller.lookup("nobody"), 404) == "Applicant not found"
        refused(caller.post(CREATE, {}), 403)


@FAILURES.row("no auth at all, at the network edge")
def the_edge_refuses_in_plain_text_on_request(ground: Ground) -> None:
    with ground.faults(edge_refuses_unsigned=True):
        reply = send(ground.sandbox.url, "GET", LEVELS)
    assert reply.status == 403
    assert reply.headers["content-type"].startswith("text/plain")
    assert not reply.body.startswith(b"{")
    refused(send(ground.sandbox.url, "GET", LEVELS), 401, 4006)


# 1.5

_ALL = ["share_applicants", "create_applicants", "view_applicants", "manage_client_settings"]


def without(*permissions: str, ground: Ground) -> Any:
    """The dormant workspace with an app token that lacks some permissions."""
    left = [one for one in _ALL if one not in permissions]
    return ground.settings("dormant", {"permissions": _ALL}, permissions=left)


@PERMISSIONS.row("Share applicants data")
def sharing_takes_its_permission(ground: Ground) -> None:
    other = "/resources/accessTokens/sumsubIdShareToken"
    with without("share_applicants", ground=ground) as caller:
        for target in (MINT, "/resources/accessTokens/-/shareToken", other):
            refused(caller.post(target, {}), 403)
        assert caller.get(COUNT).status == 200
    refused(caller.post(MINT, {}), 400)


@PERMISSIONS.row("Create applicants")
def reuse_copy_and_their_previews_take_the_permission_to_create(ground: Ground) -> None:
    reuse, copy = "/resources/api/reusableIdentity/reuse", "/resources/applicants/-/import"
    targets = [reuse, f"{reuse}/preview", copy, f"{copy}/preview"]
    with without("create_applicants", ground=ground) as caller:
        for target in targets:
            refused(caller.post(target), 403)
    for target in targets:
        refused(caller.post(target), 400)


@PERMISSIONS.row("View applicants")
def every_read_takes_the_permission_to_view(ground: Ground) -> None:
    made = ground.created(ground.caller("dormant"))
    shown = ("one", "status", "requiredIdDocsStatus", "metadata/resources")
    reads = [f"/resources/applicants/{made}/{what}" for what in shown]
    reads += [f"/resources/moderationStates/-;applicantId={made}", COUNT]
    with without("view_applicants", ground=ground) as caller:
        for target in reads:
            refused(caller.get(target), 404)
    for target in reads:
        assert caller.get(target).status == 200


@PERMISSIONS.row("none")
def levels_and_sdk_tokens_take_no_permission(ground: Ground) -> None:
    wanted = {"userId": "u-1", "levelName": "id-only"}
    with without(*_ALL, ground=ground) as caller:
        assert caller.get(LEVELS).status == 200
        assert caller.post("/resources/accessTokens/sdk", wanted).status == 200


@PERMISSIONS.row("manage client settings")
def the_webhook_calls_take_the_permission_to_manage(ground: Ground) -> None:
    with without("manage_client_settings", ground=ground) as caller:
        refused(caller.get(HOOKS), 403)
    assert caller.get(HOOKS).status == 200


@pytest.mark.parametrize("row", [*HEADERS, *VECTORS, *FAILURES, *PERMISSIONS], ids=str)
def test_the_row_holds(ground: Ground, row: Row) -> None:
    row.check(ground)
