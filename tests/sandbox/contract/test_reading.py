"""Sections 6.1, 6.5 and 6.7 of the reference: the reads, the steps, and what is not found."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest

from tests.sandbox.caller import send
from tests.sandbox.contract.ground import (
    APPLICANTS,
    COUNT,
    GREEN,
    SELFIE,
    Ground,
    new_id,
    refused,
)
from tests.sandbox.contract.rows import Row, Rows

CALLS = Rows("6.1")
STEPS = Rows("6.5")
ERRORS = Rows("6.7")

NOBODY = "66f0000000000000000000ff"
PLAIN = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


# 6.1


@CALLS.row("GET /resources/applicants/{applicantId}/one")
def an_applicant_is_read_by_id(ground: Ground) -> None:
    assert ground.one(ground.donor, ground.approved)["id"] == ground.approved


@CALLS.row("GET /resources/applicants/-;externalUserId={id}/one")
def an_applicant_is_read_by_external_id(ground: Ground) -> None:
    external_id = f"{new_id()} a/b;c=d+e"
    made = ground.created(ground.donor, externalUserId=external_id)
    target = f"{APPLICANTS}/-;externalUserId={quote(external_id, safe='')}/one"
    assert ground.donor.get(target).json["id"] == made
    refused(ground.donor.get(f"{APPLICANTS}/-;externalUserId=nobody/one"), 404)


@CALLS.row("GET /resources/applicants/-/byExternalUserId/{id}")
def a_lookup_says_whether_there_is_one(ground: Ground) -> None:
    external_id = ground.one(ground.donor, ground.approved)["externalUserId"]
    found = ground.donor.lookup(external_id).json
    assert list(found) == ["exists", "applicant"]
    assert found["exists"] is True
    assert found["applicant"] == ground.one(ground.donor, ground.approved)
    nobody = ground.donor.lookup(new_id())
    assert (nobody.status, nobody.json) == (200, {"exists": False})


@CALLS.row("GET /resources/applicants/{id}/status")
def the_status_is_the_review_object_alone(ground: Ground) -> None:
    found = ground.review(ground.donor, ground.approved)
    assert found == ground.one(ground.donor, ground.approved)["review"]


@CALLS.row("GET /resources/applicants/{id}/requiredIdDocsStatus")
def the_steps_are_a_map_by_step(ground: Ground) -> None:
    assert list(steps(ground, ground.approved)) == ["IDENTITY", "SELFIE"]


@CALLS.row("GET /resources/moderationStates/-;applicantId={id}")
def a_rejection_is_told_in_detail(ground: Ground) -> None:
    person = ground.rejected["id"]
    reply = ground.donor.get(f"/resources/moderationStates/-;applicantId={person}")
    assert reply.status == 200
    assert b"UNSATISFACTORY_PHOTOS" in reply.body
    refused(ground.donor.get(f"/resources/moderationStates/-;applicantId={NOBODY}"), 404)


@CALLS.row("GET /resources/applicants/-/count")
def the_count_grows_with_each_applicant(ground: Ground) -> None:
    before = ground.donor.get(COUNT).json["count"]
    ground.created(ground.donor)
    assert ground.donor.get(COUNT).json["count"] == before + 1


@CALLS.row("GET /resources/applicants/{id}/metadata/resources")
def every_image_is_listed(ground: Ground) -> None:
    listed = ground.donor.get(f"{APPLICANTS}/{ground.approved}/metadata/resources").json["items"]
    assert [item["idDocDef"]["idDocType"] for item in listed] == ["PASSPORT", "SELFIE"]
    numbers = [step["imageIds"] for step in steps(ground, ground.approved).values()]
    assert [[int(item["id"])] for item in listed] == numbers


@CALLS.row("GET /resources/auditTrailEvents")
def the_audit_trail_is_told_in_pages(ground: Ground) -> None:
    """Parameters as documented; the answer's shape is our guess."""
    for _ in range(11):
        ground.created(ground.donor)
    path = "/resources/auditTrailEvents?activity=applicantCreated&subjectName=service"
    items = ground.donor.get(path).json["items"]
    assert len(items) == 10
    assert {item["activity"] for item in items} == {"applicantCreated"}
    assert re.fullmatch(PLAIN, items[0]["ts"])
    past = f"{path}&from=2020-01-01%2000:00:00&to=2020-12-31%2023:59:59"
    assert ground.donor.get(past).json["items"] == []
    assert ground.donor.get(f"{path}&limit=1&offset=1").json["items"] == items[1:2]
    assert ground.donor.get(f"{path}&limit=20000").status == 200
    refused(ground.donor.get(f"{path}&limit=20001"), 400)


@CALLS.row("GET /resources/status/api")
def the_health_of_the_api_needs_no_credentials(ground: Ground) -> None:
    assert send(ground.sandbox.url, "GET", "/resources/status/api").status == 200


@CALLS.row("list or search applicants")
def no_call_lists_applicants(ground: Ground) -> None:
    refused(ground.donor.get(APPLICANTS), 405)


def steps(ground: Ground, applicant_id: str) -> dict[str, Any]:
    found: dict[str, Any] = ground.donor.get(
        f"{APPLICANTS}/{applicant_id}/requiredIdDocsStatus"
    ).json
    return found


# 6.5

_STEP_FIELDS: dict[str, Callable[[Any], object]] = {
    "reviewResult": lambda it: it["reviewAnswer"] == "RED",
    "country": lambda it: it == "FRA",
    "idDocType": lambda it: it == "PASSPORT",
    "imageIds": lambda it: len(it) == 1 and isinstance(it[0], int),
    "imageReviewResults": lambda it: (
        [r["rejectLabels"] for r in it.values()] == [["UNSATISFACTORY_PHOTOS"]]
    ),
    "forbidden": lambda it: it is False,
    "doubleSided": lambda it: it is False,
    "stepStatuses": lambda it: it is None,
}


def a_step_field_has_its_form(field: str, fits: Callable[[Any], object], ground: Ground) -> None:
    step = steps(ground, ground.rejected["id"])["IDENTITY"]
    assert fits(step[field]), step[field]


for _field, _fits in _STEP_FIELDS.items():
    STEPS.add(_field, partial(a_step_field_has_its_form, _field, _fits))


@STEPS.row("a step not yet submitted is null")
def an_open_step_is_null(ground: Ground) -> None:
    made = ground.created(ground.donor)
    assert steps(ground, made) == {"IDENTITY": None, "SELFIE": None}
    ground.sent(ground.donor, made, **SELFIE)
    assert steps(ground, made)["IDENTITY"] is None
    assert steps(ground, made)["SELFIE"] is not None


# 6.7


@ERRORS.row("unknown applicant")
def nobody_is_not_found(ground: Ground) -> None:
    for what in ("one", "status", "requiredIdDocsStatus"):
        reply = ground.donor.get(f"{APPLICANTS}/{NOBODY}/{what}")
        assert refused(reply, 404) == "Applicant not found"
    tags = ground.donor.post(f"{APPLICANTS}/{NOBODY}/tags", ["vip"])
    assert refused(tags, 404) == f"Applicant with id {NOBODY} not found (anf)"


@ERRORS.row("duplicate external id on create")
def a_second_applicant_of_that_id_is_a_conflict(ground: Ground) -> None:
    taken = new_id()
    made = ground.created(ground.donor, externalUserId=taken)
    again = ground.donor.post(f"{APPLICANTS}?levelName=id-only", {"externalUserId": taken})
    text = f"Applicant with external user id '{taken}' already exists: {made}"
    assert refused(again, 409) == text


@ERRORS.row("permission View applicants missing")
def a_reader_without_permission_sees_nobody(ground: Ground) -> None:
    caller = ground.caller("dormant")
    made = ground.created(caller)
    ground.decided(caller, made, **GREEN)
    every = ["share_applicants", "create_applicants", "view_applicants", "manage_client_settings"]
    left = [one for one in every if one != "view_applicants"]
    with ground.settings("dormant", {"permissions": every}, permissions=left):
        hidden = caller.get(f"{APPLICANTS}/{made}/one").json
    absent = caller.get(f"{APPLICANTS}/{NOBODY}/one").json
    assert {**hidden, "correlationId": ""} == {**absent, "correlationId": ""}


@ERRORS.row("source-key mismatch")
def another_source_key_is_out_of_reach(ground: Ground) -> None:
    made = ground.created(ground.caller("dormant"), sourceKey="web-us")
    with ground.settings("dormant", {"source_keys": []}, source_keys=["web-eu"]) as caller:
        text = refused(caller.get(f"{APPLICANTS}/{made}/one"), 403)
    assert text.startswith("Unable")


@pytest.mark.parametrize("row", [*CALLS, *STEPS, *ERRORS], ids=str)
def test_the_row_holds(ground: Ground, row: Row) -> None:
    row.check(ground)
