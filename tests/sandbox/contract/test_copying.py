"""Section 4 of the reference: Copy Applicant, its preview, errors, status and webhooks."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.sandbox.caller import Reply, until
from tests.sandbox.contract.ground import (
    APPLICANTS,
    COUNT,
    GREEN,
    IMPORT,
    PASSPORT,
    Ground,
    new_id,
    refused,
)
from tests.sandbox.contract.rows import Row, Rows

ROWS = Rows("4")


def copy(ground: Ground, token: str, query: str = "") -> Reply:
    return ground.recipient.post(f"{IMPORT}?shareToken={token}{query}")


def copied(ground: Ground, token: str, query: str = "") -> dict[str, Any]:
    reply = copy(ground, token, query)
    assert reply.status == 200, reply.body
    body: dict[str, Any] = reply.json
    return body


@ROWS.row("POST /resources/applicants/-/import")
def a_copy_is_an_applicant_of_its_own(ground: Ground) -> None:
    made = copied(ground, ground.token())
    assert made["id"] != ground.approved
    assert made["clientId"] == ground.recipient.workspace.client_id
    assert made["reuseScope"] == "importApiShareToken"
    assert ground.one(ground.recipient, made["id"])["info"]["idDocs"] == made["info"]["idDocs"]


@ROWS.row("shareToken")
def the_token_is_required_and_of_the_same_kind(ground: Ground) -> None:
    assert "shareToken" in refused(ground.recipient.post(IMPORT), 400)
    token = ground.token()
    copied(ground, token)
    refused(ground.recipient.reuse(token), 401)


@ROWS.row("resetIdDocSetTypes")
def steps_may_be_asked_again(ground: Ground) -> None:
    made = copied(ground, ground.token(), "&resetIdDocSetTypes=SELFIE,PROOF_OF_RESIDENCE")
    assert made["review"]["reviewStatus"] == "init"
    steps = ground.recipient.get(f"{APPLICANTS}/{made['id']}/requiredIdDocsStatus").json
    assert steps["SELFIE"] is None
    assert steps["IDENTITY"]["idDocType"] == "PASSPORT"
    empty = copied(ground, ground.token(), "&resetIdDocSetTypes=")
    assert empty["review"]["reviewStatus"] == "completed"


@ROWS.row("userId")
def the_external_id_is_given_or_made(ground: Ground) -> None:
    given = new_id()
    assert copied(ground, ground.token(), f"&userId={given}")["externalUserId"] == given
    assert copied(ground, ground.token(), "&userId=")["externalUserId"].startswith("copy-")


@ROWS.row("levelName")
def a_level_asks_for_what_is_missing(ground: Ground) -> None:
    made = copied(ground, ground.token(), "&levelName=id-and-poa")
    assert (made["review"]["levelName"], made["review"]["reviewStatus"]) == ("id-and-poa", "init")
    covered = copied(ground, ground.token(), "&levelName=id-and-liveness")
    assert covered["review"]["reviewStatus"] == "completed"


@ROWS.row("trustReview", guess=True)
def the_old_parameter_asks_for_a_check_or_not(ground: Ground) -> None:
    """Only in the old page: false means a recheck; absent, as in the new pages, means none."""
    checked = copied(ground, ground.token(), "&trustReview=false")
    assert checked["review"]["reviewStatus"] == "pending"
    trusted = copied(ground, ground.token(), "&trustReview=true")
    assert trusted["review"]["reviewResult"] == GREEN


@ROWS.row("copies questionnaire, documents and data without checks")
def everything_is_copied_with_the_status(ground: Ground) -> None:
    original = ground.rejected
    made = copied(ground, ground.token(original["id"]))
    for key in ("questionnaires", "fixedInfo", "email", "phone", "lang"):
        assert made[key] == original[key], key
    assert made["info"]["idDocs"] == original["info"]["idDocs"]
    assert made["review"]["reviewResult"] == original["review"]["reviewResult"]


@ROWS.row("GET or POST /resources/applicants/-/import/preview")
def a_preview_shows_the_copy_and_leaves_the_token(ground: Ground) -> None:
    token, before = ground.token(), ground.recipient.get(COUNT).json
    for method in ("GET", "POST"):
        reply = ground.recipient.call(method, f"{IMPORT}/preview?shareToken={token}")
        assert re.fullmatch(r"preview-random-\d{10}", reply.json["externalUserId"])
        assert reply.json["review"]["reviewResult"] == GREEN
    assert ground.recipient.get(COUNT).json == before
    copied(ground, token)


@ROWS.row("401")
def a_dead_token_is_the_same_generic_401(ground: Ground) -> None:
    reply = copy(ground, "_act-never-was")
    assert refused(reply, 401).startswith("Token is invalid: ")
    assert list(reply.json) == ["code", "description", "type"]


def add_refusal(code: int, name: str, external_id: str) -> None:
    @ROWS.row(f"{code} {name}")
    def a_copy_is_refused(ground: Ground) -> None:
        refused(copy(ground, ground.demo_token(external_id)), 400, code, name)


add_refusal(10501, "not-in-partners-list", "demo-10501-not-partners")
add_refusal(10502, "invalid-partner-id", "demo-10502-partner-renamed")
add_refusal(10503, "invalid-share-token", "demo-10503-erased")
add_refusal(10518, "copy-applicant-disabled", "demo-10505-reuse-disabled")


@ROWS.row("webhooks 1: inherited status with reuseScope")
def the_first_webhook_tells_the_inherited_status(ground: Ground) -> None:
    made = copied(ground, ground.token())
    event = ground.told(made["id"], "applicantReviewed")
    assert event["reviewResult"] == GREEN
    assert event["reuseScope"] == "importApiShareToken"
    assert ground.received.about(made["id"])[0] == event


@ROWS.row("webhooks 2: a second one when the level asks for more")
def the_second_webhook_tells_that_more_is_asked(ground: Ground) -> None:
    token = ground.token(ground.built(ground.donor, PASSPORT))
    made = copied(ground, token, "&levelName=id-only")
    until(lambda: len(ground.received.about(made["id"])) >= 2, 20)
    first, second = ground.received.about(made["id"])
    assert (first["type"], first["reviewStatus"]) == ("applicantReviewed", "completed")
    assert second["reviewStatus"] == "init"
    assert second["createdAtMs"] >= first["createdAtMs"]


@ROWS.row("webhooks 3: reuseScope on the first alone")
def only_the_first_webhook_is_marked(ground: Ground) -> None:
    made = copied(ground, ground.token(), "&trustReview=false")
    ground.told(made["id"], "applicantPrechecked")
    events = ground.received.about(made["id"])
    assert ["reuseScope" in event for event in events[:3]] == [True, False, False]


@pytest.mark.parametrize("row", [*ROWS], ids=str)
def test_the_row_holds(ground: Ground, row: Row) -> None:
    row.check(ground)
