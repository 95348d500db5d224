"""Sections 6.2 and 6.3 of the reference: the fields of an applicant and of its review."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.sandbox.contract.ground import APPLICANTS, PASSPORT, RED, Ground, refused
from tests.sandbox.contract.rows import Row, Rows

APPLICANT = Rows("6.2")
REVIEW = Rows("6.3")

PLAIN = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
WITH_OFFSET = PLAIN + r"\+0000"


# 6.2: the fields of somebody of whom a caller has said everything


_TAX = "0000000000000"
_FIELDS: dict[str, Callable[[Any], object]] = {
    "id": lambda it: len(it) == 24,
    "createdAt": partial(re.fullmatch, PLAIN),
    "key": partial(re.fullmatch, "[A-Z]{14}"),
    "clientId": partial(re.fullmatch, r"donor\.example_\d+"),
    "inspectionId": lambda it: len(it) == 24,
    "externalUserId": lambda it: it.startswith("contract-"),
    "sourceKey": lambda it: it == "web-eu",
    "info": lambda it: (it["firstName"], it["firstNameEn"], it["tin"]) == ("Ada", "Ada", _TAX),
    "fixedInfo": lambda it: it["addresses"][0]["town"] == "Lyon",
    "email": lambda it: it == "ada@example.test",
    "phone": lambda it: it == "+33100000000",
    "applicantPlatform": lambda it: it == "API",
    "requiredIdDocs": lambda it: len(it["docSets"]) == 2,
    "review": lambda it: it["reviewStatus"] == "completed",
    "lang": lambda it: it == "fr",
    "type": lambda it: it == "individual",
    "questionnaires": lambda it: it[0]["sections"]["main"]["items"] == {"q1": {"value": "x"}},
    "metadata": lambda it: it == [{"key": "crmId", "value": "C-1"}],
    "notes": lambda it: it == [{"note": "imported"}],
    "tags": lambda it: it == ["vip"],
}


def a_field_has_its_form(field: str, fits: Callable[[Any], object], ground: Ground) -> None:
    assert fits(ground.rejected[field]), ground.rejected[field]


for _field, _fits in _FIELDS.items():
    APPLICANT.add(_field, partial(a_field_has_its_form, _field, _fits))


@APPLICANT.row("info.addresses")
def an_address_is_told_in_parts_and_as_a_line(ground: Ground) -> None:
    (address,) = ground.rejected["info"]["addresses"]
    assert (address["country"], address["town"], address["postCode"]) == ("FRA", "Lyon", "69000")
    assert "Lyon" in address["formattedAddress"]


@APPLICANT.row("info.idDocs")
def a_document_is_told_as_it_was_sent(ground: Ground) -> None:
    (document,) = ground.rejected["info"]["idDocs"]
    for key in PASSPORT.keys() - {"idDocSubType"}:
        assert document[key] == PASSPORT[key], key


def add_absent(field: str, why: str) -> None:
    """A field that may be absent, and is where there is nothing to tell."""

    @APPLICANT.row(f"{field} (absent: {why})")
    def a_field_is_absent(ground: Ground) -> None:
        assert field not in ground.rejected


add_absent("agreement", "no one has met the SDK's consent screen")
add_absent("ipCountry", "no one has come by a browser")
add_absent("memberOf", "not part of a company")


@APPLICANT.row("emptied tags disappear")
def without_tags_there_is_no_list_of_tags(ground: Ground) -> None:
    made = ground.created(ground.donor, tags=["vip"])
    assert ground.donor.call("DELETE", f"{APPLICANTS}/{made}/tags", b'["vip"]').json == {"ok": 1}
    assert "tags" not in ground.one(ground.donor, made)


@APPLICANT.row("trace to the source on a copied applicant")
def a_copy_is_marked_and_a_reuse_never_names_its_donor(ground: Ground) -> None:
    token = ground.token()
    reply = ground.recipient.post(f"{APPLICANTS}/-/import?shareToken={token}")
    copied = reply.json
    assert copied["externalUserId"].startswith("copy-")
    assert copied["reuseScope"] == "importApiShareToken"
    assert ground.approved.encode() not in reply.body
    assert ground.approved not in str(ground.reused())


# 6.3

_REVIEW_FIELDS: dict[str, Callable[[Any], object]] = {
    "reviewId": partial(re.fullmatch, r"\w{5}"),
    "attemptId": partial(re.fullmatch, r"\w{5}"),
    "attemptCnt": lambda it: it == 1,
    "levelName": lambda it: it == "id-only",
    "levelAutoCheckMode": lambda it: it is None,
    "elapsedSincePendingMs": lambda it: it >= 0,
    "reprocessing": lambda it: it is False,
    "createDate": partial(re.fullmatch, WITH_OFFSET),
    "startDate": partial(re.fullmatch, WITH_OFFSET),
    "reviewDate": partial(re.fullmatch, WITH_OFFSET),
    "reviewStatus": lambda it: it == "completed",
    "priority": lambda it: it == 0,
}


def a_review_field_has_its_form(field: str, fits: Callable[[Any], object], ground: Ground) -> None:
    review = ground.rejected["review"]
    assert fits(review[field]), review[field]


for _field, _fits in _REVIEW_FIELDS.items():
    REVIEW.add(_field, partial(a_review_field_has_its_form, _field, _fits))


@REVIEW.row("reviewResult")
def a_rejection_says_why(ground: Ground) -> None:
    result = ground.rejected["review"]["reviewResult"]
    assert {key: result[key] for key in RED} == RED
    assert result["buttonIds"] == []


@REVIEW.row("reviewAnswer: GREEN, RED")
def an_answer_is_green_or_red(ground: Ground) -> None:
    made = ground.created(ground.donor)
    path = f"{APPLICANTS}/{made}/status/testCompleted"
    for answer in ("GREEN", "RED"):
        assert ground.donor.post(path, {"reviewAnswer": answer}).status == 200
        assert ground.review(ground.donor, made)["reviewResult"]["reviewAnswer"] == answer
    refused(ground.donor.post(path, {"reviewAnswer": "YELLOW"}), 400)


@REVIEW.row("reviewRejectType: RETRY, FINAL")
def a_rejection_is_for_now_or_for_good(ground: Ground) -> None:
    made = ground.created(ground.donor)
    path = f"{APPLICANTS}/{made}/status/testCompleted"
    for kind in ("RETRY", "FINAL"):
        assert ground.donor.post(path, {**RED, "reviewRejectType": kind}).status == 200
        assert ground.review(ground.donor, made)["reviewResult"]["reviewRejectType"] == kind
    refused(ground.donor.post(path, {**RED, "reviewRejectType": "NEVER"}), 400)


@REVIEW.row("a fresh applicant")
def a_fresh_applicant_has_no_result(ground: Ground) -> None:
    review = ground.review(ground.donor, ground.created(ground.donor))
    assert (review["attemptCnt"], review["reviewStatus"]) == (0, "init")
    assert "reviewResult" not in review


@pytest.mark.parametrize("row", [*APPLICANT, *REVIEW], ids=str)
def test_the_row_holds(ground: Ground, row: Row) -> None:
    row.check(ground)
