"""Sections 15.1 and 15.2 of the reference: the order of checks, and what must be taken.

The order is ours where Sumsub does not document one. Each case has two faults of which the earlier
is told, and then mends it and meets the later.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest

from tests.sandbox.caller import Reply, send, signature
from tests.sandbox.contract.ground import (
    APPLICANTS,
    COUNT,
    CREATE,
    GREEN,
    LEVELS,
    MINT,
    REUSE,
    Ground,
    new_id,
    patch,
    refused,
)
from tests.sandbox.contract.rows import Row, Rows
from tests.sandbox.sockets import raw, signed, statuses

ORDER = Rows("15.1")
TAKEN = Rows("15.2")
EVERY = ["share_applicants", "create_applicants", "view_applicants", "manage_client_settings"]


# 15.1


def sent(ground: Ground, token: str, stamp: str, sign: str) -> int | None:
    """The code of a read with these three headers; the signature ``right`` is made for it."""
    if sign == "right":
        sign = signature(ground.recipient.workspace.secret_key, stamp, "GET", COUNT, b"")
    names = ("X-App-Token", "X-App-Access-Ts", "X-App-Access-Sig")
    headers = {n: v for n, v in zip(names, (token, stamp, sign), strict=True) if v}
    reply = send(ground.sandbox.url, "GET", COUNT, headers=headers)
    assert reply.status == (200 if reply.json.get("code") is None else 401)
    return reply.code


@ORDER.row("1 headers, token, timestamp, signature", guess=True)
def credentials_are_checked_in_order(ground: Ground) -> None:
    own, now = ground.recipient.workspace.app_token, int(time.time())
    half = f"{own.partition('.')[0]}.{'y' * 32}"
    old = str(now - 3600)
    assert [
        sent(ground, "form", "when", ""),
        sent(ground, "form", "when", "0" * 64),
        sent(ground, f"sbx:{'x' * 24}.{'y' * 32}", "when", "0" * 64),
        sent(ground, half, "when", "0" * 64),
        sent(ground, own, "when", "0" * 64),
        sent(ground, own, old, "0" * 64),
        sent(ground, own, str(now), "0" * 64),
        sent(ground, own, str(now), "right"),
    ] == [4006, 4000, 4001, 4002, 4005, 4004, 4003, None]


@ORDER.row("2 rate limit", guess=True)
def the_rate_limit_comes_after_credentials_and_before_permissions(ground: Ground) -> None:
    changed = ground.settings("production", {"permissions": EVERY}, permissions=[])
    with changed as caller, ground.faults(post_limit="1/60s"):
        caller.post(CREATE, {})
        refused(caller.call("POST", CREATE, ts="1"), 401, 4004)
        refused(caller.post(CREATE, {}), 429)


@ORDER.row("3 permission", guess=True)
def permissions_come_before_parameters(ground: Ground) -> None:
    with ground.settings("dormant", {"permissions": EVERY}, permissions=[]) as caller:
        refused(caller.post(MINT, {}), 403)
        refused(caller.get(f"{APPLICANTS}/nobody/one"), 404)
    refused(caller.post(MINT, {}), 400)


@ORDER.row("4 parameters", guess=True)
def parameters_come_before_the_token(ground: Ground) -> None:
    refused(ground.recipient.reuse("nonsense", "", "nowhere"), 400)
    refused(ground.recipient.reuse("nonsense"), 401)


@ORDER.row("5 token: unknown, expired, used", guess=True)
def a_dead_token_comes_before_whom_it_is_for(ground: Ground) -> None:
    mine = ground.token()
    assert ground.recipient.reuse(mine).status == 200
    refused(ground.caller("dormant").reuse(mine), 401)
    refused(ground.caller("dormant").reuse(ground.token()), 400, 10502)


@ORDER.row("6 bound to another client", guess=True)
def whom_a_token_is_for_comes_before_partnership(ground: Ground) -> None:
    stranger = ground.caller("stranger")
    assert refused(stranger.reuse(ground.token()), 400, 10502).endswith("not eligible for you")
    token = ground.donor.mint(ground.approved, stranger.workspace.client_id)
    refused(stranger.reuse(token), 400, 10501)


@ORDER.row("7 not partners; feature off", guess=True)
def partnership_comes_before_the_feature_and_that_before_the_donor(ground: Ground) -> None:
    token = ground.token(ground.created(ground.donor))
    partners: dict[str, Any] = {"partners": donors_partners(ground), "reuse_enabled": True}
    with ground.settings("donor", partners, partners=[], reuse_enabled=False):
        refused(ground.recipient.reuse(token), 400, 10501)
    with ground.settings("donor", partners, reuse_enabled=False):
        refused(ground.recipient.reuse(token), 400, 10505)
    refused(ground.recipient.reuse(token), 400, 10507)


def donors_partners(ground: Ground) -> list[str]:
    items = send(ground.sandbox.url, "GET", "/_sandbox/workspaces").json["items"]
    found: list[str] = next(item["partners"] for item in items if item["name"] == "donor")
    return found


@ORDER.row("8 donor inactive, not approved, wrong review type", guess=True)
def the_donors_standing_comes_before_documents(ground: Ground) -> None:
    made = ground.created(ground.donor)
    path = f"{APPLICANTS}/{made}/presence"
    patch(ground.donor, f"{path}/deactivated")
    token = ground.token(made)
    refused(ground.recipient.reuse(token), 400, 10508)
    patch(ground.donor, f"{path}/activated")
    refused(ground.recipient.reuse(token), 400, 10507)


@ORDER.row("9 document rules 10510-10517", guess=True)
def documents_come_last_and_before_a_conflict(ground: Ground) -> None:
    taken = new_id()
    ground.created(ground.recipient, externalUserId=taken)
    bare = ground.created(ground.donor)
    ground.decided(ground.donor, bare, **GREEN)
    refused(ground.recipient.reuse(ground.token(bare), taken), 400, 10510)
    refused(ground.recipient.reuse(ground.token(), taken), 409)


@ORDER.row("10 success: create, spend the token, emit webhooks")
def a_success_creates_spends_and_tells(ground: Ground) -> None:
    token, user_id = ground.token(), new_id()
    made = ground.recipient.reuse(token, user_id).json["id"]
    assert ground.recipient.lookup(user_id).json["applicant"]["id"] == made
    refused(ground.recipient.reuse(token), 401)
    assert ground.told(made, "applicantCreated")["externalUserId"] == user_id


@ORDER.row("preview runs 1-9 and spends nothing; a failed reuse neither", guess=True)
def a_preview_is_refused_like_a_reuse(ground: Ground) -> None:
    token = ground.token(ground.created(ground.donor))
    for reply in (previewed(ground, token), ground.recipient.reuse(token)):
        refused(reply, 400, 10507)
    refused(ground.recipient.reuse(token), 400, 10507)


def previewed(ground: Ground, token: str, method: str = "GET") -> Reply:
    return ground.recipient.call(method, f"{REUSE}/preview?shareToken={token}&levelName=id-only")


# 15.2


def wish(ground: Ground, **more: Any) -> dict[str, Any]:
    who = {"applicantId": ground.approved, "forClientId": ground.recipient.workspace.client_id}
    return {**who, **more}


@TAKEN.row("both shareToken forms")
def a_token_is_minted_in_both_forms(ground: Ground) -> None:
    assert ground.donor.post(MINT, wish(ground)).status == 200
    query = "&".join(f"{name}={quote(value)}" for name, value in wish(ground).items())
    legacy = ground.donor.post(f"/resources/accessTokens/-/shareToken?{query}")
    assert set(legacy.json) == {"token", "forClientId"}


@TAKEN.row("GET and POST preview")
def a_preview_is_asked_for_in_both_ways(ground: Ground) -> None:
    token = ground.token()
    assert [previewed(ground, token, method).status for method in ("GET", "POST")] == [200, 200]


@TAKEN.row("ttlInSecs as string or integer")
def a_time_to_live_is_text_or_number(ground: Ground) -> None:
    for ttl in ("600", 600):
        assert ground.donor.post(MINT, wish(ground, ttlInSecs=ttl)).status == 200


def reuse_is_taken(query: str, ground: Ground) -> None:
    target = f"{REUSE}?shareToken={ground.token()}&levelName=id-only{query}"
    reply = ground.recipient.post(target)
    assert reply.status == 200, reply.body
    assert reply.json["review"]["levelName"] == "id-only"


_QUERIES = {
    "repeated query keys": "&levelName=id-and-poa&userId=&userId=",
    "empty query values": "&userId=&sourceKey=",
    "unknown extra params": "&what=ever&flag",
}
for _cell, _query in _QUERIES.items():
    TAKEN.add(_cell, partial(reuse_is_taken, _query))


@TAKEN.row("Content-Encoding: utf-8")
def an_encoding_that_is_none_is_passed_over(ground: Ground) -> None:
    reply = ground.donor.post(MINT, wish(ground), Content_Encoding="utf-8")
    assert reply.status == 200


@TAKEN.row("body on GET")
def a_body_on_a_read_is_signed_and_otherwise_ignored(ground: Ground) -> None:
    assert ground.donor.call("GET", LEVELS, b"{}").status == 200
    unsigned = ground.donor.headers("GET", LEVELS, b"")
    refused(send(ground.sandbox.url, "GET", LEVELS, b"{}", unsigned), 401, 4003)


@TAKEN.row("Content-Type with empty body")
def a_content_type_may_go_with_nothing(ground: Ground) -> None:
    target = f"{REUSE}?shareToken={ground.token()}&levelName=id-only"
    assert ground.recipient.post(target, None, Content_Type="application/json").status == 200


@TAKEN.row("plain HTTP on loopback")
def no_tls_is_needed_on_this_machine(ground: Ground) -> None:
    assert ground.sandbox.url.startswith("http://127.0.0.1:")
    assert statuses(raw(ground.sandbox, signed(ground.donor, "GET", COUNT))) == [200]


def by_external_id(spell: Callable[[str], str], ground: Ground) -> None:
    """The target goes over the wire exactly as it is spelled, and is signed so."""
    external_id = f"{new_id()};a=b"
    made = ground.created(ground.donor, externalUserId=external_id)
    target = f"{APPLICANTS}/-{spell(f';externalUserId={external_id}')}/one"
    answer = raw(ground.sandbox, signed(ground.donor, "GET", target))
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["id"] == made


TAKEN.add("percent-encoded ;externalUserId= ids", partial(by_external_id, partial(quote, safe="")))
TAKEN.add("raw ;externalUserId= ids", partial(by_external_id, str))


@pytest.mark.parametrize("row", [*ORDER, *TAKEN], ids=str)
def test_the_row_holds(ground: Ground, row: Row) -> None:
    row.check(ground)
