"""Sections 9 and 10 of the reference: rate limits, the shape of errors, and their codes."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

import pytest

from tests.sandbox.caller import Caller, Reply, send
from tests.sandbox.contract.ground import (
    APPLICANTS,
    COUNT,
    GREEN,
    HOOK_WRITES,
    LEVELS,
    PASSPORT,
    RED,
    Ground,
    patch,
    refused,
)
from tests.sandbox.contract.rows import Row, Rows
from tests.sandbox.forms import PDF, form, picture, send_form, upload
from tests.sandbox.sockets import raw, signed, statuses

LIMITS = Rows("9")
FIELDS = Rows("10")
RANGES = Rows("10")
UNCLASSIFIED = Rows("10")
PENDING = f"{APPLICANTS}/nobody/status/pending"


# 9


def many(ground: Ground, caller: Caller, method: str, target: str, count: int) -> list[int]:
    """The statuses of so many calls at once on one connection."""
    lead = signed(caller, method, target, close=False) * (count - 1)
    return statuses(raw(ground.sandbox, lead + signed(caller, method, target)))


@LIMITS.row("GET")
def three_hundred_reads_in_five_seconds_are_let_through(ground: Ground) -> None:
    with ground.faults(get_limit="300/5s"):
        found = many(ground, ground.caller("stranger"), "GET", COUNT, 301)
    assert found == [200] * 300 + [429]


@LIMITS.row("POST")
def fifty_writes_in_five_seconds_are_let_through(ground: Ground) -> None:
    with ground.faults(post_limit="50/5s"):
        found = many(ground, ground.caller("stranger"), "POST", PENDING, 51)
    assert found == [404] * 50 + [429]


@LIMITS.row("scope (token, client, IP)", guess=True)
def the_budget_is_the_clients_and_the_methods(ground: Ground) -> None:
    """Per client id, reads apart from writes."""
    with ground.faults(post_limit="1/5s"):
        assert many(ground, ground.caller("dormant"), "POST", PENDING, 2) == [404, 429]
        assert ground.caller("renamed").post(PENDING).status == 404
        assert ground.caller("dormant").get(COUNT).status == 200


@LIMITS.row("window kind (fixed or sliding)", guess=True)
def the_window_slides_unless_told_otherwise(ground: Ground) -> None:
    """Here that both kinds hold; how each of them moves on is tested with the rate limit."""
    for name, kind, passing in (("donor", "sliding", (2,)), ("production", "fixed", (2, 4))):
        with ground.faults(get_limit="2/60s", limit_window=kind):
            found = many(ground, ground.caller(name), "GET", COUNT, 6)
        assert found.count(200) in passing
        assert found[-1] == 429


def throttled(ground: Ground, **style: Any) -> Reply:
    with ground.faults(post_limit="1/60s", **style):
        caller = ground.caller("production")
        caller.post(PENDING)
        return caller.post(PENDING)


@LIMITS.row("over the limit")
def over_the_limit_is_429(ground: Ground) -> None:
    assert throttled(ground).status == 429


@LIMITS.row("429 body, Retry-After, X-RateLimit-*", guess=True)
def the_style_of_a_429_is_a_switch(ground: Ground) -> None:
    full = throttled(ground)
    assert refused(full, 429)
    assert 1 <= int(full.headers["retry-after"]) <= 60
    bare = throttled(ground, retry_after=False, throttle_body=False)
    assert (bare.status, bare.body) == (429, b"")
    assert not [name for name in bare.headers if name.startswith(("retry", "x-ratelimit"))]


@LIMITS.row("raising them")
def the_limits_can_be_lifted(ground: Ground) -> None:
    with ground.faults(post_limit="none"):
        assert many(ground, ground.caller("stranger"), "POST", PENDING, 60) == [404] * 60


@LIMITS.row("is reuse safe to repeat after a timeout", guess=True)
def a_reuse_whose_answer_was_lost_is_found_by_its_external_id(ground: Ground) -> None:
    token = ground.token()
    target = f"/resources/api/reusableIdentity/reuse?shareToken={token}&levelName=id-only"
    with pytest.raises(ConnectionError):
        ground.recipient.post(f"{target}&userId=lost", None, X_Sandbox_Fault="drop_after_commit")
    refused(ground.recipient.post(f"{target}&userId=lost"), 401)
    assert ground.recipient.lookup("lost").json["exists"] is True


# 10: fields


def a_refusal(ground: Ground) -> dict[str, Any]:
    """An upload that is refused with a code."""
    made = ground.created(ground.donor)
    body = upload(ground.donor, made, b"not a picture", **PASSPORT).json
    assert isinstance(body, dict)
    return body


@FIELDS.row("description")
def every_refusal_is_described(ground: Ground) -> None:
    assert a_refusal(ground)["description"]


@FIELDS.row("code")
def the_code_repeats_the_status(ground: Ground) -> None:
    for target, status in ((f"{APPLICANTS}/nobody/one", 404), (APPLICANTS, 405), ("/x", 404)):
        refused(ground.donor.get(target), status)


@FIELDS.row("correlationId")
def a_refusal_has_a_fresh_number(ground: Ground) -> None:
    found = {a_refusal(ground)["correlationId"] for _ in range(2)}
    assert len(found) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in found)


@FIELDS.row("errorCode, errorName")
def a_classified_refusal_has_number_and_name(ground: Ground) -> None:
    body = a_refusal(ground)
    assert (body["errorCode"], body["errorName"]) == (1004, "corrupted-file")
    other = ground.donor.get(f"{APPLICANTS}/nobody/one").json
    assert not {"errorCode", "errorName"} & set(other)


@FIELDS.row("type")
def the_java_class_is_told_of_share_tokens(ground: Ground) -> None:
    body = ground.recipient.reuse("nonsense").json
    assert body["type"] == "de.smtdp.commons.service.exceptions.ServiceException"


@FIELDS.row("Non-JSON answers exist")
def html_comes_on_request(ground: Ground) -> None:
    for status in (403, 502):
        reply = ground.donor.get(COUNT, X_Sandbox_Fault=f"html={status}")
        assert reply.status == status
        assert reply.headers["content-type"].startswith("text/html")
        assert b"<html" in reply.body.lower()


# 10: ranges


def sending(
    content: bytes, declared: str = "image/jpeg", name: str = "front", **metadata: str
) -> Any:
    """An upload of that content to a fresh applicant."""

    def send_it(ground: Ground) -> Reply:
        text = json.dumps({**PASSPORT, **metadata}).encode()
        body = form(text, content, declared=declared, file_name=name)
        return send_form(ground.donor, ground.created(ground.donor), body)

    return send_it


def twice(ground: Ground) -> Reply:
    made, same = ground.created(ground.donor), picture()
    upload(ground.donor, made, same, **PASSPORT)
    return upload(ground.donor, made, same, **PASSPORT)


def too_many(ground: Ground) -> Reply:
    made = ground.created(ground.donor)
    replies = [upload(ground.donor, made, **PASSPORT) for _ in range(31)]
    assert [reply.status for reply in replies[:30]] == [200] * 30
    return replies[30]


def while_checked(ground: Ground) -> Reply:
    made = ground.created(ground.donor)
    ground.donor.post(f"{APPLICANTS}/{made}/status/pending")
    return upload(ground.donor, made, **PASSPORT)


def when_deactivated(ground: Ground) -> Reply:
    made = ground.created(ground.donor)
    patch(ground.donor, f"{APPLICANTS}/{made}/presence/deactivated")
    return upload(ground.donor, made, **PASSPORT)


def after_a_final_rejection(ground: Ground) -> Reply:
    made = ground.created(ground.donor)
    ground.decided(ground.donor, made, **{**RED, "reviewRejectType": "FINAL"})
    return upload(ground.donor, made, **PASSPORT)


def already_active(ground: Ground) -> Reply:
    made = ground.created(ground.donor)
    return patch(ground.donor, f"{APPLICANTS}/{made}/presence/activated")


_CODES = {
    "1000 duplicate": twice,
    "1001 too many": too_many,
    "1002 too big": sending(b"\xff\xd8\xff" + bytes(5 * 1024 * 1024)),
    "1003 empty": sending(b""),
    "1004 corrupted-file": sending(b"not a picture"),
    "1005 unsupported": sending(b"plain words", "text/plain", "notes.txt"),
    "1006 check in progress": while_checked,
    "1008 applicant marked deleted": when_deactivated,
    "1009 final reject": after_a_final_rejection,
    "1010 type not required": sending(picture(), idDocType="UTILITY_BILL"),
    "1011 encrypted": sending(PDF + b"/Encrypt 1 0 R", "application/pdf"),
    "3000 applicant already in the requested state": already_active,
}


def a_code_is_given(code: int, call: Any, ground: Ground) -> None:
    refused(call(ground), 400, code)


for _cell, _call in _CODES.items():
    # Of the names of the uploads' codes only that of 1004 is documented.
    _number = int(_cell.split()[0])
    RANGES.add(_cell, partial(a_code_is_given, _number, _call), guess=_number not in (1004, 3000))


@UNCLASSIFIED.row("400 wrong enum")
def a_wrong_word_is_told_with_the_right_ones(ground: Ground) -> None:
    reply = ground.donor.post(HOOK_WRITES, {"target": "https://x.test/", "targetType": "fax"})
    text = refused(reply, 400)
    assert text.startswith("fax is not valid, must be one of: ")


@UNCLASSIFIED.row("400 Body must be provided")
def a_missing_body_is_told(ground: Ground) -> None:
    made = ground.created(ground.donor)
    one = f"{APPLICANTS}/{made}"
    for target in (f"{one}/status/testCompleted", f"{one}/tags", LEVELS):
        assert refused(ground.donor.post(target), 400) == "Body must be provided"


@UNCLASSIFIED.row("pretty-printed on request")
def an_answer_may_be_pretty_printed(ground: Ground) -> None:
    target = f"{APPLICANTS}/{ground.approved}/one"
    plain = ground.donor.get(target)
    with ground.faults(pretty_json=True):
        pretty = ground.donor.get(target)
    assert b"\n" not in plain.body
    assert b"\n" in pretty.body.strip()
    assert pretty.json == plain.json
    assert pretty.json["review"]["reviewResult"] == GREEN
    assert send(ground.sandbox.url, "GET", "/resources/status/api").status == 200


@pytest.mark.parametrize("row", [*LIMITS, *FIELDS, *RANGES, *UNCLASSIFIED], ids=str)
def test_the_row_holds(ground: Ground, row: Row) -> None:
    row.check(ground)
