"""Section 7 of the reference: the levels' calls, and the fields with their values."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from tests.sandbox.caller import Reply
from tests.sandbox.contract.ground import APPLICANTS, LEVELS, Ground, patch, refused
from tests.sandbox.contract.rows import Row, Rows

CALLS = Rows("7")
KEYS = Rows("7 field")
VALUES = Rows("7 values of")
IDENTITY = {"idDocSetType": "IDENTITY", "types": ["PASSPORT"]}


def made(ground: Ground, *steps: dict[str, Any], **fields: Any) -> Reply:
    """A new level of the dormant workspace; by default with an identity step alone."""
    body = {"name": f"contract {uuid4()}", "requiredIdDocs": {"docSets": [*(steps or [IDENTITY])]}}
    return ground.caller("dormant").post(LEVELS, {**body, **fields})


def listed(ground: Ground, name: str = "id-only") -> dict[str, Any]:
    items = ground.recipient.get(LEVELS).json["items"]
    return next(item for item in items if item["name"] == name)


@CALLS.row("GET /resources/applicants/-/levels")
def levels_are_listed_with_their_number(ground: Ground) -> None:
    found = ground.recipient.get(LEVELS).json
    assert list(found) == ["items", "totalItems"]
    assert found["totalItems"] == len(found["items"]) >= 6


@CALLS.row("GET /resources/applicants/-/levels/{id}")
def a_level_is_read_by_id(ground: Ground) -> None:
    level = listed(ground)
    assert ground.recipient.get(f"{LEVELS}/{level['id']}").json == level
    refused(ground.recipient.get(f"{LEVELS}/66f0000000000000000000ff"), 404)


@CALLS.row("POST /resources/applicants/-/levels")
def a_level_is_made_and_its_name_is_taken_then(ground: Ground) -> None:
    level = made(ground)
    assert level.status == 200
    refused(made(ground, name=level.json["name"]), 400)


@CALLS.row("PATCH /resources/applicants/-/levels")
def a_level_is_changed_by_the_id_in_the_body(ground: Ground) -> None:
    caller, level = ground.caller("dormant"), made(ground).json
    reply = patch(caller, LEVELS, {"id": level["id"], "desc": "changed"})
    assert (reply.status, reply.json["desc"]) == (200, "changed")
    assert reply.json["requiredIdDocs"] == level["requiredIdDocs"]
    refused(patch(caller, LEVELS, {"id": level["id"], "name": "id-only"}), 400)


_KEYS: dict[str, type] = {
    "id": str, "clientId": str, "name": str, "desc": str, "type": str, "applicantType": str,
    "requiredIdDocs": dict, "watchListCheckSettings": dict, "websdkNext": bool, "key": str,
    "createdAt": str, "createdBy": str, "modifiedAt": str,
}  # fmt: skip


def a_key_is_there(key: str, kind: type, ground: Ground) -> None:
    assert type(listed(ground)[key]) is kind


for _key, _kind in _KEYS.items():
    KEYS.add(_key, partial(a_key_is_there, _key, _kind))


@KEYS.row("requiredIdDocs.docSets")
def the_steps_have_type_documents_and_sides(ground: Ground) -> None:
    identity, selfie = listed(ground)["requiredIdDocs"]["docSets"]
    assert identity["idDocSetType"] == "IDENTITY"
    assert identity["types"] == ["PASSPORT", "ID_CARD", "DRIVERS", "RESIDENCE_PERMIT"]
    assert identity["subTypes"] == ["FRONT_SIDE", "BACK_SIDE"]
    assert selfie["idDocSetType"] == "SELFIE"
    proof = listed(ground, "id-and-poa")["requiredIdDocs"]["docSets"][2]
    assert "UTILITY_BILL" in proof["types"]
    answers = listed(ground, "id-and-questionnaire")["requiredIdDocs"]["docSets"][2]
    assert answers["questionnaireDefId"] == "sourceOfFunds"


@KEYS.row("requiredIdDocs: includedCountries, excludedCountries, videoIdent")
def the_countries_are_named(ground: Ground) -> None:
    wanted = listed(ground)["requiredIdDocs"]
    assert (wanted["includedCountries"], wanted["videoIdent"]) == ([], False)
    assert "PRK" in wanted["excludedCountries"]


# values


@VALUES.row("name")
def a_name_is_unique_short_enough_and_case_sensitive(ground: Ground) -> None:
    name = f"Contract {uuid4()}"
    assert made(ground, name=name).status == 200
    assert made(ground, name=name.lower()).status == 200
    refused(made(ground, name=name), 400)
    assert made(ground, name=str(uuid4()) + "x" * 220).status == 200
    refused(made(ground, name=str(uuid4()) + "x" * 221), 400)
    caller = ground.caller("dormant")
    assert caller.post(f"{APPLICANTS}?levelName={name.replace(' ', '%20')}", {}).status == 201
    refused(caller.post(f"{APPLICANTS}?levelName={name.upper().replace(' ', '%20')}", {}), 400)


def each_value_is_taken(values: list[str], key: str, ground: Ground) -> None:
    for value in values:
        assert made(ground, **{key: value}).json[key] == value
    refused(made(ground, **{key: "else"}), 400)


VALUES.add("type", partial(each_value_is_taken, ["standalone", "actions", "module"], "type"))
VALUES.add("applicantType", partial(each_value_is_taken, ["individual", "company"],
                                    "applicantType"))  # fmt: skip

_STEPS = ["APPLICANT_DATA", "EMAIL_VERIFICATION", "PHONE_VERIFICATION", "IDENTITY", "IDENTITY2",
          "IDENTITY3", "IDENTITY4", "SELFIE", "SELFIE2", "PROOF_OF_RESIDENCE",
          "PROOF_OF_RESIDENCE2", "PROOF_OF_PAYMENT", "PAYMENT_METHODS", "INVESTABILITY", "COMPANY",
          "COMPANY_DATA", "COMPANY_DOCUMENTS", "COMPANY_BENEFICIARIES", "ACCREDITED_INVESTOR",
          "E_SIGN", "QUESTIONNAIRE", "QUESTIONNAIRE2", "QUESTIONNAIRE3", "QUESTIONNAIRE4", "E_KYC",
          "OTHER_DOCS", "DEVICE_CHECK"]  # fmt: skip


def each_step_value_is_taken(kind: str, key: str, values: list[str], ground: Ground) -> None:
    for value in values:
        reply = made(ground, {"idDocSetType": kind, key: value})
        assert reply.json["requiredIdDocs"]["docSets"][0][key] == value
    refused(made(ground, {"idDocSetType": kind, key: "else"}), 400)


_SELFIE = ["disabled", "enabled", "photoRequired", "passiveLiveness", "staticLiveness",
           "optional", "liveness"]  # fmt: skip
_STEP_VALUES = [
    ("idDocSetType", "else", "idDocSetType", _STEPS),
    ("videoRequired (IDENTITY)", "IDENTITY", "videoRequired", ["disabled", "docapture"]),
    ("videoRequired (SELFIE)", "SELFIE", "videoRequired", _SELFIE),
    ("captureMode", "IDENTITY", "captureMode",
     ["manualAndAuto", "manualOnly", "seamless", "manualAfterTimeout"]),
    ("uploaderMode", "IDENTITY", "uploaderMode", ["always", "never", "fallback"]),
]  # fmt: skip
for _cell, _kind_of_step, _name, _values in _STEP_VALUES:
    VALUES.add(_cell, partial(each_step_value_is_taken, _kind_of_step, _name, _values))


@pytest.mark.parametrize("row", [*CALLS, *KEYS, *VALUES], ids=str)
def test_the_row_holds(ground: Ground, row: Row) -> None:
    row.check(ground)
