"""Reading, creating and changing applicants."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller

People = dict[str, dict[str, str]]
CREATE = "/resources/applicants?levelName=id-only"


def test_an_applicant_is_found_by_every_address(
    sandbox: Sandbox, people: People, donor: Caller
) -> None:
    person = people["demo-approved"]["applicant_id"]
    for target in (
        f"/resources/applicants/{person}/one",
        "/resources/applicants/-;externalUserId=demo-approved/one",
        "/resources/applicants/-%3BexternalUserId%3Ddemo-approved/one",
        "/resources/applicants/-;externalUserId=demo%2Dapproved/one",
    ):
        assert donor.get(target).json["id"] == person, target
    found = donor.lookup("demo-approved").json
    assert found["exists"] is True
    assert found["applicant"]["id"] == person
    assert donor.lookup("nobody").json == {"exists": False}


def test_a_strange_external_id_survives_the_path(recipient: Caller) -> None:
    odd = "Zoë/7 %+;=?#"
    made = recipient.post(CREATE, {"externalUserId": odd}).json
    target = f"/resources/applicants/-;externalUserId={quote(odd, safe='')}/one"
    assert recipient.get(target).json["id"] == made["id"]
    assert recipient.lookup(odd).json["applicant"]["externalUserId"] == odd


def test_another_workspaces_applicant_is_not_found(people: People, recipient: Caller) -> None:
    person = people["demo-approved"]["applicant_id"]
    for part in ("one", "status", "requiredIdDocsStatus"):
        reply = recipient.get(f"/resources/applicants/{person}/{part}")
        assert reply.status == 404
        assert reply.json["description"] == "Applicant not found"


def test_creating_answers_201_and_twice_409(sandbox: Sandbox, recipient: Caller) -> None:
    person = {
        "externalUserId": "new-1",
        "email": "a@people.example",
        "fixedInfo": {"firstName": "Ada", "lastName": "Moreau", "dob": "1990-04-12"},
    }
    made = recipient.post(CREATE, person)
    assert made.status == 201
    assert made.json["review"]["reviewStatus"] == "init"
    assert made.json["fixedInfo"]["lastName"] == "Moreau"
    again = recipient.post(CREATE, person)
    assert again.status == 409
    assert again.json["description"].endswith(f": {made.json['id']}")
    created = [e for e in sandbox.ledger() if e["event"] == "created"]
    assert [e["external_user_id"] for e in created].count("new-1") == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"externalUserId": 7}',
        b'{"fixedInfo": 3}',
        b'{"fixedInfo": {"dob": "May"}}',
        b'{"fixedInfo": {"dob": "19900412"}}',
        b'{"fixedInfo": {"addresses": "Lyon"}}',
        b'{"info": []}',
        b'{"type": "robot"}',
        b'{"tags": "vip"}',
        b'{"metadata": [{"key": 1}]}',
        b'{"sourceKey": 5}',
        b'{"externalUserId": "\\ud800"}',
    ],
)
def test_a_bad_body_is_a_bad_request(recipient: Caller, body: bytes) -> None:
    reply = recipient.call("POST", CREATE, body)
    assert reply.status == 400
    assert reply.json["code"] == 400


def test_a_verdict_can_be_set_by_hand(sandbox: Sandbox, recipient: Caller) -> None:
    made = recipient.post(CREATE, {"externalUserId": "by-hand"}).json["id"]
    path = f"/resources/applicants/{made}/status"
    assert recipient.post(f"{path}/pending").json == {"ok": 1}
    assert recipient.get(path).json["reviewStatus"] == "pending"
    red = {"reviewAnswer": "RED", "rejectLabels": ["FORGERY"], "reviewRejectType": "FINAL"}
    assert recipient.post(f"{path}/testCompleted", red).json == {"ok": 1}
    result = recipient.get(path).json["reviewResult"]
    assert (result["reviewRejectType"], result["rejectLabels"]) == ("FINAL", ["FORGERY"])
    assert recipient.post(f"{path}/testCompleted", {"reviewAnswer": "GREEN"}).status == 200
    assert recipient.get(path).json["reviewResult"] == {"reviewAnswer": "GREEN"}
    maybe = recipient.post(f"{path}/testCompleted", {"reviewAnswer": "MAYBE"})
    assert maybe.json["description"] == "MAYBE is not valid, must be one of: [GREEN, RED]"


def test_deactivating_a_generated_applicant_bars_its_reuse(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller
) -> None:
    person = next(
        p
        for p in people.values()
        if p["outcome"] == "approved" and p["external_user_id"].startswith("user-")
    )["applicant_id"]
    presence = f"/resources/applicants/{person}/presence"
    assert donor.call("PATCH", f"{presence}/deactivated").json["id"] == person
    token = donor.mint(person, sandbox.recipient.client_id)
    assert recipient.reuse(token).code == 10508
    assert donor.call("PATCH", f"{presence}/activated").status == 200
    assert recipient.reuse(token).status == 200


def test_the_levels_list_begins_with_the_default(sandbox: Sandbox, recipient: Caller) -> None:
    listed = recipient.get("/resources/applicants/-/levels").json
    names = [item["name"] for item in listed["items"]]
    assert names == list(sandbox.recipient.levels)
    assert names[0] == "id-only"
    assert listed["totalItems"] == len(names)
    kinds = {s["idDocSetType"] for i in listed["items"] for s in i["requiredIdDocs"]["docSets"]}
    assert kinds == {"IDENTITY", "SELFIE", "PROOF_OF_RESIDENCE", "QUESTIONNAIRE"}


def test_names_come_in_several_scripts(people: People) -> None:
    names = "".join(person["name"] for person in people.values())
    for low, high in (("Ѐ", "ӿ"), ("Ͱ", "Ͽ"), ("一", "鿿"), ("가", "힣"), ("؀", "ۿ"), ("ऀ", "ॿ")):
        assert any(low <= letter <= high for letter in names), (low, high)
