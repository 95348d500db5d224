"""Sections 11 and 12 of the reference: the sandbox environment, and Sumsub ID."""

from __future__ import annotations

import re

import pytest

from tests.sandbox.caller import Reply
from tests.sandbox.contract.ground import (
    APPLICANTS,
    GREEN,
    IMPORT,
    RED,
    REUSE,
    Ground,
    refused,
)
from tests.sandbox.contract.rows import Row, Rows

SANDBOX = Rows("11")
SUMSUB_ID = Rows("12")
CONNECT = "/resources/accessTokens/sumsubIdShareToken"


# 11


@SANDBOX.row("separate app tokens (sbx:), nothing is approved by itself")
def nothing_is_approved_by_itself(ground: Ground) -> None:
    for name, prefix in (("recipient", "sbx:"), ("production", "prd:")):
        assert ground.caller(name).workspace.app_token.startswith(prefix)
    made = ground.created(ground.recipient)
    ground.recipient.post(f"{APPLICANTS}/{made}/status/pending")
    ground.told(ground.reused()["id"], "applicantReviewed")
    assert ground.review(ground.recipient, made)["reviewStatus"] == "pending"


@SANDBOX.row("POST /resources/applicants/{id}/status/testCompleted")
def a_verdict_by_hand_fires_the_normal_webhook(ground: Ground) -> None:
    made = ground.created(ground.recipient)
    ground.decided(ground.recipient, made, **RED)
    event = ground.told(made, "applicantReviewed")
    assert event["sandboxMode"] is True
    assert {key: event["reviewResult"][key] for key in RED} == RED


@SANDBOX.row("testCompleted on a production token")
def production_has_no_verdicts_by_hand(ground: Ground) -> None:
    production = ground.caller("production")
    made = ground.created(production)
    reply = production.post(f"{APPLICANTS}/{made}/status/testCompleted", GREEN)
    assert refused(reply, 400) == "This method is only supported on sandbox env"


@SANDBOX.row("an applicant rejected FINAL can be set GREEN again")
def a_final_rejection_can_be_taken_back(ground: Ground) -> None:
    made = ground.created(ground.recipient)
    ground.decided(ground.recipient, made, **{**RED, "reviewRejectType": "FINAL"})
    ground.decided(ground.recipient, made, **GREEN)
    assert ground.review(ground.recipient, made)["reviewResult"] == GREEN


@SANDBOX.row("same-key sharing")
def sharing_with_oneself_takes_no_partner(ground: Ground) -> None:
    """Also the steps of the docs: create, make approved, mint, reuse."""
    stranger = ground.caller("stranger")
    made = ground.built(stranger)
    token = stranger.mint(made, stranger.workspace.client_id)
    reply = stranger.reuse(token)
    assert reply.status == 200
    assert reply.json["clientId"] == stranger.workspace.client_id


@SANDBOX.row("preview works with production data")
def a_preview_works_in_production(ground: Ground) -> None:
    production = ground.caller("production")
    person = production.lookup("demo-production-approved").json["applicant"]["id"]
    token = production.mint(person, production.workspace.client_id)
    target = f"{REUSE}/preview?shareToken={token}&levelName=id-only"
    assert production.get(target).json["review"]["reviewStatus"] == "pending"


# 12


def connected(ground: Ground, who: str | None = "sumsub-id:demo-approved") -> Reply:
    """A share token out of a Sumsub ID for the recipient."""
    wanted = {"sumsubIdConnectToken": who, "forClientId": ground.recipient.workspace.client_id}
    return ground.donor.post(CONNECT, {k: v for k, v in wanted.items() if v})


@SUMSUB_ID.row("POST /resources/accessTokens/sumsubIdShareToken")
def a_sumsub_id_becomes_a_share_token(ground: Ground) -> None:
    reply = connected(ground)
    assert list(reply.json) == ["token", "forClientId", "sharingAllowed"]
    assert re.fullmatch(r"_act-snsId-[0-9a-f-]{36}", reply.json["token"])
    assert reply.json["sharingAllowed"] is True
    text = refused(connected(ground, None), 400)
    assert "sumsubIdConnectToken" in text
    assert "forClientId" in text


@SUMSUB_ID.row("sharingAllowed: false", guess=True)
def a_person_who_did_not_agree_is_not_shared(ground: Ground) -> None:
    """That the token then redeems nothing is our guess."""
    reply = connected(ground, "sumsub-id-without-consent:demo-approved")
    assert reply.json["sharingAllowed"] is False
    refused(ground.recipient.reuse(reply.json["token"]), 401)


@SUMSUB_ID.row("redeem")
def a_sumsub_id_token_is_reused_like_any_other(ground: Ground) -> None:
    token = connected(ground).json["token"]
    query = f"shareToken={token}&levelName=id-only"
    assert ground.recipient.get(f"{REUSE}/preview?{query}").status == 200
    assert ground.recipient.reuse(token).status == 200
    refused(ground.recipient.reuse(token), 401)


@SUMSUB_ID.row("10504 on a copy", guess=True)
def a_sumsub_id_token_is_not_for_copying(ground: Ground) -> None:
    """The code is documented for a copy; that it is for a token of this kind is our guess."""
    token = connected(ground).json["token"]
    for target in (IMPORT, f"{IMPORT}/preview"):
        reply = ground.recipient.post(f"{target}?shareToken={token}")
        refused(reply, 400, 10504, "non-suitable-share-token")
    assert ground.recipient.reuse(token).status == 200


@pytest.mark.parametrize("row", [*SANDBOX, *SUMSUB_ID], ids=str)
def test_the_row_holds(ground: Ground, row: Row) -> None:
    row.check(ground)
