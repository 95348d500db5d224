"""Levels that callers make and change, and what they do to a reuse."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sumsub.sandbox.process import Sandbox
from tests.sandbox.building import built
from tests.sandbox.caller import Caller, Reply
from tests.sandbox.test_uploads import steps

LEVELS = "/resources/applicants/-/levels"
PASSPORT_ONLY = {"idDocSetType": "IDENTITY", "types": ["PASSPORT"], "videoRequired": "disabled"}


def level(name: str, *doc_sets: dict[str, Any], **more: Any) -> dict[str, Any]:
    required = {"docSets": list(doc_sets), **more.pop("required", {})}
    return {"name": name, "requiredIdDocs": required, **more}


def change(caller: Caller, **body: Any) -> Reply:
    return caller.call("PATCH", LEVELS, json.dumps(body).encode())


def outcome(sandbox: Sandbox, person: str, level_name: str) -> str:
    donor, recipient = Caller(sandbox, sandbox.donor), Caller(sandbox, sandbox.recipient)
    reply = recipient.reuse(donor.mint(person, sandbox.recipient.client_id), level=level_name)
    if reply.status == 200:
        status: str = reply.json["review"]["reviewStatus"]
        return status
    return str(reply.code)


def test_a_made_level_is_shown_as_it_was_given(recipient: Caller) -> None:
    wanted = level(
        "made-1", {**PASSPORT_ONLY, "nfcVerificationSettings": {"mode": "disabled"}}, desc="Mine"
    )
    made = recipient.post(LEVELS, wanted)
    assert made.status == 200, made.body
    assert made.json["requiredIdDocs"] == wanted["requiredIdDocs"]
    assert made.json["clientId"] == recipient.workspace.client_id
    assert recipient.get(f"{LEVELS}/{made.json['id']}").json == made.json
    listed = recipient.get(LEVELS).json
    assert listed["items"][-1] == made.json
    assert listed["totalItems"] == len(listed["items"])
    assert recipient.post(LEVELS, wanted).status == 400, "the name is in use"
    assert recipient.get(f"{LEVELS}/66f000000000000000000001").status == 404


def test_every_listed_level_is_found_by_its_id(recipient: Caller, donor: Caller) -> None:
    for item in recipient.get(LEVELS).json["items"]:
        assert recipient.get(f"{LEVELS}/{item['id']}").json == item
        assert donor.get(f"{LEVELS}/{item['id']}").status == 404


@pytest.mark.parametrize(
    ("name", "wanted", "expected"),
    [
        ("r-types", level("r-types", {**PASSPORT_ONLY, "types": ["DRIVERS"]}), "10513"),
        ("r-fits", level("r-fits", PASSPORT_ONLY), "pending"),
        (
            "r-country",
            level("r-country", PASSPORT_ONLY, required={"includedCountries": ["ESP"]}),
            "10513",
        ),
        (
            "r-barred",
            level("r-barred", PASSPORT_ONLY, required={"excludedCountries": ["FRA"]}),
            "10513",
        ),
        ("r-age", level("r-age", PASSPORT_ONLY, minAge=60), "10516"),
        ("r-fresh", level("r-fresh", {**PASSPORT_ONLY, "maxAgeDays": 30}), "10514"),
        ("r-live", level("r-live", {**PASSPORT_ONLY, "videoRequired": "docapture"}), "10517"),
        (
            "r-more",
            level("r-more", PASSPORT_ONLY, {"idDocSetType": "PHONE_VERIFICATION"}),
            "init",
        ),
        (
            "r-face",
            level("r-face", {"idDocSetType": "SELFIE", "videoRequired": "passiveLiveness"}),
            "10512",
        ),
    ],
)
def test_a_made_level_decides_a_reuse(
    sandbox: Sandbox, recipient: Caller, uploaded: str, name: str, wanted: Any, expected: str
) -> None:
    assert recipient.post(LEVELS, wanted).status == 200
    assert outcome(sandbox, uploaded, name) == expected


@pytest.fixture(scope="module")
def uploaded(sandbox: Sandbox) -> str:
    """A passport of 2021, uploaded and not taken live, of somebody born in 1990."""
    return built(Caller(sandbox, sandbox.donor), "id-relaxed")


def test_a_changed_level_keeps_its_id_and_what_was_not_named(
    sandbox: Sandbox, recipient: Caller, uploaded: str
) -> None:
    made = recipient.post(LEVELS, level("changing-1", PASSPORT_ONLY, desc="Before")).json
    changed = change(recipient, id=made["id"], name="changed-1", minAge=60)
    assert changed.status == 200, changed.body
    assert (changed.json["id"], changed.json["desc"]) == (made["id"], "Before")
    assert outcome(sandbox, uploaded, "changed-1") == "10516"
    gone = recipient.reuse("x", level="changing-1")
    assert gone.status == 400
    names = [item["name"] for item in recipient.get(LEVELS).json["items"]]
    assert names.count("changed-1") == 1
    assert "changing-1" not in names
    assert change(recipient, id=made["id"], name="id-only").status == 400
    assert change(recipient, id="66f000000000000000000001", name="x").status == 404
    assert change(recipient, name="x").status == 400


def test_a_level_that_was_always_there_can_be_changed(sandbox: Sandbox) -> None:
    stranger = Caller(sandbox, sandbox.workspace("stranger"))
    strict = next(i for i in stranger.get(LEVELS).json["items"] if i["name"] == "strict")
    assert (strict["minAge"], strict["maxAge"]) == (21, 75)
    changed = change(stranger, id=strict["id"], desc="Stricter").json
    assert changed["requiredIdDocs"] == strict["requiredIdDocs"]
    assert changed["minAge"] == 21
    made = stranger.post("/resources/applicants?levelName=strict", {}).json["id"]
    assert list(steps(stranger, made)) == ["IDENTITY", "SELFIE", "PROOF_OF_RESIDENCE"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "bad"},
        {"name": "", "requiredIdDocs": {"docSets": [PASSPORT_ONLY]}},
        {"name": "x" * 257, "requiredIdDocs": {"docSets": [PASSPORT_ONLY]}},
        {"name": 7, "requiredIdDocs": {"docSets": [PASSPORT_ONLY]}},
        {"name": "bad", "requiredIdDocs": []},
        level("bad"),
        level("bad", PASSPORT_ONLY, PASSPORT_ONLY),
        level("bad", {"idDocSetType": "FACE"}),
        level("bad", {"idDocSetType": ["IDENTITY"]}),
        level("bad", {**PASSPORT_ONLY, "types": "PASSPORT"}),
        level("bad", {**PASSPORT_ONLY, "videoRequired": "passiveLiveness"}),
        level("bad", {**PASSPORT_ONLY, "maxAgeDays": "30"}),
        level("bad", PASSPORT_ONLY, minAge=-1),
        level("bad", PASSPORT_ONLY, type="odd"),
        level("bad", PASSPORT_ONLY, desc=["odd"]),
        level("bad", PASSPORT_ONLY, applicantType="robot"),
        level("bad", PASSPORT_ONLY, required={"includedCountries": "FRA"}),
        {"name": "bad", "requiredIdDocs": {"docSets": ["IDENTITY"]}},
    ],
)
def test_a_senseless_level_is_a_bad_request(recipient: Caller, body: Any) -> None:
    reply = recipient.post(LEVELS, body)
    assert reply.status == 400, reply.body
    names = [item["name"] for item in recipient.get(LEVELS).json["items"]]
    assert "bad" not in names
