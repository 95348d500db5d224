"""Sections 2.1 to 2.4 of the reference: minting share tokens, and what is known of them."""

from __future__ import annotations

import base64
import json
import re
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import pytest

from tests.sandbox.caller import Reply
from tests.sandbox.contract.ground import COUNT, MINT, REUSE, Ground, refused
from tests.sandbox.contract.rows import Row, Rows

BODY = Rows("2.1")
LEGACY = Rows("2.2")
FACTS = Rows("2.3")
ERRORS = Rows("2.4")
NOBODY = "66f0000000000000000000ff"


def mint(ground: Ground, **changes: Any) -> Reply:
    """A mint as the donor with some fields changed, or left out where None."""
    body = {"applicantId": ground.approved, "forClientId": ground.recipient.workspace.client_id}
    body |= changes
    return ground.donor.post(MINT, {k: v for k, v in body.items() if v is not None})


def lifetime(ground: Ground, ttl: object) -> int:
    """The time to live that a token really got, as the error about its end prints it."""
    token = quote(mint(ground, ttlInSecs=ttl).json["token"])
    with ground.faults(clock_offset_seconds=11 * 365 * 86_400):
        now = parsedate_to_datetime(ground.donor.get(COUNT).headers["date"])
        target = f"{REUSE}/preview?shareToken={token}&levelName=id-only"
        text = refused(ground.recipient.call("GET", target, ts=f"{now.timestamp():.0f}"), 401)
    found = re.search(r" with ttl (\d+) ", text)
    assert found, text
    return int(found[1])


# 2.1


@BODY.row("applicantId")
def the_applicant_is_required(ground: Ground) -> None:
    assert mint(ground).status == 200
    assert "applicantId" in refused(mint(ground, applicantId=None), 400)


@BODY.row("forClientId")
def the_recipient_is_required(ground: Ground) -> None:
    assert "forClientId" in refused(mint(ground, forClientId=None), 400)
    shown = ground.reused()
    assert shown["clientId"] == mint(ground).json["forClientId"]


@BODY.row("ttlInSecs")
def the_time_to_live_is_a_number_or_text_and_1200_by_default(ground: Ground) -> None:
    assert [lifetime(ground, ttl) for ttl in (None, 600, "600")] == [1200, 600, 600]


@BODY.row("response: token, forClientId")
def the_answer_is_the_token_and_whom_it_is_for(ground: Ground) -> None:
    reply = mint(ground)
    assert list(reply.json) == ["token", "forClientId"]
    assert reply.json["forClientId"] == ground.recipient.workspace.client_id


# 2.2


@LEGACY.row("POST /resources/accessTokens/-/shareToken")
def the_form_before_takes_the_query_and_no_body(ground: Ground) -> None:
    target = (
        f"/resources/accessTokens/-/shareToken?applicantId={ground.approved}"
        f"&forClientId={ground.recipient.workspace.client_id}"
    )
    for ending in ("", "&ttlInSecs=600"):
        reply = ground.donor.post(target + ending)
        assert reply.status == 200
        assert list(reply.json) == ["token", "forClientId"]
        assert ground.recipient.reuse(quote(reply.json["token"])).status == 200


# 2.3


@FACTS.row("Shape")
def a_token_is_at_most_a_kilobyte_long(ground: Ground) -> None:
    assert all(len(token) <= 1024 for token in many(ground))
    assert "Token is invalid" in refused(ground.recipient.reuse("x" * 1025), 401)


def many(ground: Ground) -> list[str]:
    """So many that a shape of four is as good as never missing."""
    return [str(mint(ground).json["token"]) for _ in range(150)]


@FACTS.row("Shapes seen")
def every_shape_of_the_wild_comes_up(ground: Ground) -> None:
    name = r"_act-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    jwt = r"eyJ[\w-]+\.eyJ[\w-]+\."
    shapes = [name, f"{name}-v2", jwt, f"_act-sbx-jwt-{jwt}"]
    tokens = many(ground)
    assert {next(s for s in shapes if re.fullmatch(s, token)) for token in tokens} == set(shapes)
    parts = next(token for token in tokens if re.fullmatch(jwt, token)).split(".")
    header, payload = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in parts[:2])
    assert header == {"alg": "none"}
    assert set(payload) == {"jti", "url"}


@FACTS.row("Single use")
def a_token_is_dead_once_it_was_used(ground: Ground) -> None:
    token = ground.token()
    assert ground.recipient.reuse(token).status == 200
    refused(ground.recipient.reuse(token), 401)


@FACTS.row("Scope")
def a_token_is_good_for_one_recipient_alone(ground: Ground) -> None:
    other = ground.caller("dormant")
    token = ground.token()
    assert refused(other.reuse(token), 400, 10502) == "Share token is not eligible for you"
    assert ground.recipient.reuse(token).status == 200


@FACTS.row("Default TTL")
def a_token_lives_twenty_minutes_if_nothing_is_said(ground: Ground) -> None:
    assert lifetime(ground, None) == 1200


@FACTS.row("Maximum TTL", guess=True)
def a_token_may_live_for_weeks(ground: Ground) -> None:
    """Reap asks for 21 days; that there is a limit at all, ten years, is our guess."""
    assert lifetime(ground, 1_814_400) == 1_814_400
    refused(mint(ground, ttlInSecs=11 * 365 * 86_400), 400)


@FACTS.row("Minimum TTL", guess=True)
def a_token_may_live_for_five_seconds(ground: Ground) -> None:
    """5 was seen; that 1 is the least is our guess."""
    assert [lifetime(ground, ttl) for ttl in (5, 1)] == [5, 1]
    refused(mint(ground, ttlInSecs=0), 400)


@FACTS.row("Donor must be approved at mint time", guess=True)
def the_donors_state_is_looked_at_on_reuse_only(ground: Ground) -> None:
    made = ground.created(ground.donor)
    assert mint(ground, applicantId=made).status == 200


@FACTS.row("List, inspect, revoke")
def no_call_lists_or_revokes_tokens(ground: Ground) -> None:
    refused(ground.donor.get(MINT), 405)
    refused(ground.donor.call("DELETE", MINT), 405)


@FACTS.row("Expiry in the response")
def the_answer_does_not_tell_when_the_token_ends(ground: Ground) -> None:
    assert set(mint(ground, ttlInSecs=600).json) == {"token", "forClientId"}


# 2.4: the precise bodies are not documented


@ERRORS.row("applicant unknown", guess=True)
def an_unknown_applicant_is_not_found(ground: Ground) -> None:
    assert refused(mint(ground, applicantId=NOBODY), 404) == "Applicant not found"


@ERRORS.row("applicant of another client", guess=True)
def somebody_elses_applicant_is_not_found(ground: Ground) -> None:
    theirs = ground.people["demo-10501-not-partners"]["applicant_id"]
    assert refused(mint(ground, applicantId=theirs), 404) == "Applicant not found"


@ERRORS.row("unknown forClientId", guess=True)
def an_unknown_recipient_may_be_named(ground: Ground) -> None:
    """10502 is met on reuse."""
    reply = mint(ground, forClientId="nobody.example_999999")
    assert reply.status == 200
    refused(ground.recipient.reuse(reply.json["token"]), 400, 10502)


@ERRORS.row("not a partner", guess=True)
def a_recipient_who_is_no_partner_may_be_named(ground: Ground) -> None:
    """10501 is met on reuse."""
    stranger = ground.caller("stranger")
    reply = mint(ground, forClientId=stranger.workspace.client_id)
    assert reply.status == 200
    refused(stranger.reuse(reply.json["token"]), 400, 10501)


@ERRORS.row("ttl out of range", guess=True)
def a_time_to_live_that_makes_no_sense_is_refused(ground: Ground) -> None:
    for ttl in (-1, 0, "soon", 1.5, True, 10**12):
        assert "ttlInSecs" in refused(mint(ground, ttlInSecs=ttl), 400)


@ERRORS.row("Body must be provided")
def a_missing_body_is_refused(ground: Ground) -> None:
    assert refused(ground.donor.post(MINT), 400) == "Body must be provided"


@pytest.mark.parametrize("row", [*BODY, *LEGACY, *FACTS, *ERRORS], ids=str)
def test_the_row_holds(ground: Ground, row: Row) -> None:
    row.check(ground)
