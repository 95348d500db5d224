"""Sections 3.1 to 3.4 of the reference: reuse, its preview, and what they answer."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import quote

import pytest

from tests.sandbox.caller import Reply, until
from tests.sandbox.contract.ground import (
    APPLICANTS,
    COUNT,
    GREEN,
    PASSPORT,
    RED,
    REUSE,
    Ground,
    new_id,
    refused,
)
from tests.sandbox.contract.rows import Row, Rows

CALLS = Rows("3.1")
OUTCOMES = Rows("3.2")
BODY = Rows("3.3")
PREVIEW = Rows("3.4")


def preview(ground: Ground, token: str, method: str = "GET", user_id: str = "") -> Reply:
    target = f"{REUSE}/preview?shareToken={quote(token)}&levelName=id-only&userId={user_id}"
    return ground.recipient.call(method, target)


def completed(ground: Ground, applicant_id: str) -> dict[str, Any]:
    """The review object once the verdict is there."""

    def verdict() -> dict[str, Any] | None:
        review = ground.review(ground.recipient, applicant_id)
        return review if review["reviewStatus"] == "completed" else None

    review: dict[str, Any] = until(verdict, 20)
    return review


# 3.1


@CALLS.row("POST /resources/api/reusableIdentity/reuse")
def a_reuse_makes_an_applicant_at_the_callers(ground: Ground) -> None:
    user_id = new_id()
    reply = ground.recipient.reuse(ground.token(), user_id)
    assert reply.status == 200
    found = ground.recipient.lookup(user_id).json["applicant"]
    assert found["id"] == reply.json["id"]
    assert found["review"]["levelName"] == "id-only"


@CALLS.row("shareToken")
def the_token_is_required(ground: Ground) -> None:
    assert "shareToken" in refused(ground.recipient.post(f"{REUSE}?levelName=id-only"), 400)


@CALLS.row("levelName", guess=True)
def the_level_is_required_and_must_be_the_recipients(ground: Ground) -> None:
    """That both are a 400 is our guess; a level of the donor alone is unknown here."""
    token = ground.token()
    assert "levelName" in refused(ground.recipient.post(f"{REUSE}?shareToken={token}"), 400)
    for name in ("nowhere", "address-only", "ID-ONLY"):
        assert name in refused(ground.recipient.reuse(token, "", name), 400)


@CALLS.row("userId")
def the_external_id_is_optional(ground: Ground) -> None:
    given = new_id()
    assert ground.recipient.reuse(ground.token(), given).json["externalUserId"] == given
    for ending in ("", "&userId="):
        target = f"{REUSE}?shareToken={ground.token()}&levelName=id-only{ending}"
        assert ground.recipient.post(target).json["externalUserId"].startswith("copy-")


@CALLS.row("userId of an applicant who is there", guess=True)
def an_external_id_in_use_is_a_conflict_or_attached_to(ground: Ground) -> None:
    """Not documented: a conflict by default, attached by a switch."""
    taken = new_id()
    made = ground.created(ground.recipient, externalUserId=taken)
    token = ground.token()
    assert refused(ground.recipient.reuse(token, taken), 409).endswith(f"already exists: {made}")
    with ground.faults(existing_user_id="attach"):
        assert ground.recipient.reuse(token, taken).json["id"] == made


@CALLS.row("GET or POST /resources/api/reusableIdentity/reuse/preview")
def a_preview_keeps_nothing_and_takes_both_methods(ground: Ground) -> None:
    token, user_id = ground.token(), new_id()
    before = ground.recipient.get(COUNT).json
    for method in ("GET", "POST"):
        assert preview(ground, token, method, user_id).status == 200
    assert ground.recipient.get(COUNT).json == before
    assert ground.recipient.lookup(user_id).json == {"exists": False}


@CALLS.row("sourceKey and other unknown parameters")
def unknown_parameters_are_ignored(ground: Ground) -> None:
    target = f"{REUSE}?shareToken={ground.token()}&levelName=id-only&sourceKey=&what=ever"
    assert ground.recipient.post(target, None, Content_Type="application/json").status == 200


# 3.2


@OUTCOMES.row("everything the level needs is covered")
def what_is_covered_is_approved_after_fresh_checks(ground: Ground) -> None:
    reused = ground.reused()
    assert reused["review"]["reviewStatus"] == "pending"
    assert completed(ground, reused["id"])["reviewResult"] == GREEN


@OUTCOMES.row("part of it is covered")
def for_the_rest_documents_are_requested(ground: Ground) -> None:
    reused = ground.reused(ground.built(ground.donor, PASSPORT))
    assert reused["review"]["reviewStatus"] == "init"
    steps = ground.recipient.get(f"{APPLICANTS}/{reused['id']}/requiredIdDocsStatus").json
    assert steps["IDENTITY"]["reviewResult"] == GREEN
    assert steps["SELFIE"] is None


@OUTCOMES.row("nothing is covered")
def without_anything_no_applicant_is_made(ground: Ground) -> None:
    bare, user_id = ground.created(ground.donor), new_id()
    ground.decided(ground.donor, bare, **GREEN)
    refused(ground.recipient.reuse(ground.token(bare), user_id), 400, 10510)
    assert ground.recipient.lookup(user_id).json == {"exists": False}


@OUTCOMES.row("token bad, expired, already used")
def a_dead_token_is_a_401_without_a_code(ground: Ground) -> None:
    used = ground.token()
    ground.recipient.reuse(used)
    for token in (used, "_act-never-was"):
        reply = ground.recipient.reuse(token)
        assert refused(reply, 401).startswith("Token is invalid: ")
        assert list(reply.json) == ["code", "description", "type"]


@OUTCOMES.row("transferred: documents and selfie, not questionnaire and contacts")
def documents_travel_and_answers_stay(ground: Ground) -> None:
    original = ground.rejected
    assert original["questionnaires"]
    ground.decided(ground.donor, original["id"], **GREEN)
    try:
        reused = ground.reused(original["id"])
    finally:
        ground.decided(ground.donor, original["id"], **RED)
    assert reused["info"]["idDocs"] == original["info"]["idDocs"]
    assert not {"questionnaires", "email", "phone", "tags", "metadata", "notes"} & set(reused)


# 3.3

_MARKS: dict[str, str] = {
    "id": r"[0-9a-z]{24}",
    "createdAt": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    "key": r"[A-Z]{14}",
    "inspectionId": r"[0-9a-z]{24}",
    "applicantPlatform": "API",
    "lang": "[a-z]{2}",
    "type": "individual",
}


def add_mark(field: str, pattern: str) -> None:
    @BODY.row(field)
    def a_field_has_its_form(ground: Ground) -> None:
        assert re.fullmatch(pattern, ground.reused()[field])


for _field, _pattern in _MARKS.items():
    add_mark(_field, _pattern)


@BODY.row("clientId")
def the_client_is_the_recipient(ground: Ground) -> None:
    assert ground.reused()["clientId"] == ground.recipient.workspace.client_id


@BODY.row("externalUserId")
def without_a_user_id_it_is_a_fresh_copy_id(ground: Ground) -> None:
    external_id = ground.reused()["externalUserId"]
    assert uuid.UUID(external_id.removeprefix("copy-")).version == 4


@BODY.row("info")
def the_person_is_told_with_the_document(ground: Ground) -> None:
    info = ground.reused()["info"]
    assert {key: info[key] for key in ("firstName", "firstNameEn", "lastName", "lastNameEn",
                                       "dob", "country")} == {
        "firstName": "Ada", "firstNameEn": "Ada", "lastName": "Moreau", "lastNameEn": "Moreau",
        "dob": "1990-04-12", "country": "FRA",
    }  # fmt: skip
    (document,) = info["idDocs"]
    for key in ("idDocType", "country", "firstName", "lastName", "validUntil", "number", "dob"):
        assert document[key] == PASSPORT[key], key


@BODY.row("requiredIdDocs")
def the_steps_are_those_of_the_level(ground: Ground) -> None:
    steps = ground.reused()["requiredIdDocs"]["docSets"]
    assert [step["idDocSetType"] for step in steps] == ["IDENTITY", "SELFIE"]
    assert steps[1]["videoRequired"] == "passiveLiveness"


@BODY.row("review")
def the_review_is_the_first_and_without_a_result(ground: Ground) -> None:
    review = ground.reused()["review"]
    assert (review["reviewStatus"], review["attemptCnt"]) == ("pending", 0)
    assert (review["levelName"], review["reprocessing"]) == ("id-only", False)
    assert "reviewResult" not in review
    assert re.fullmatch(r"\w{5}", review["reviewId"])
    assert review["createDate"].endswith("+0000")


# 3.4


@PREVIEW.row("same object shape as reuse")
def a_preview_looks_like_what_will_be(ground: Ground) -> None:
    token = ground.token()
    before, after = preview(ground, token).json, ground.recipient.reuse(token).json
    assert list(before) == list(after)
    assert before["info"] == after["info"]


@PREVIEW.row("which id it carries", guess=True)
def a_preview_carries_a_random_external_id(ground: Ground) -> None:
    """As documented for the preview of a copy; an id given is shown as it is."""
    token, given = ground.token(), new_id()
    shown = preview(ground, token).json["externalUserId"]
    assert re.fullmatch(r"preview-random-\d{10}", shown)
    assert preview(ground, token, user_id=given).json["externalUserId"] == given


@PREVIEW.row("whether preview spends the token", guess=True)
def a_preview_spends_nothing_unless_told_to(ground: Ground) -> None:
    token = ground.token()
    assert preview(ground, token).status == 200
    assert ground.recipient.reuse(token).status == 200
    with ground.faults(preview_spends=True):
        spent = ground.token()
        assert preview(ground, spent).status == 200
        refused(ground.recipient.reuse(spent), 401)


@pytest.mark.parametrize("row", [*CALLS, *OUTCOMES, *BODY, *PREVIEW], ids=str)
def test_the_row_holds(ground: Ground, row: Row) -> None:
    row.check(ground)
