"""Applicants that callers change: patched, tagged, reset, rejected, moved, recorded."""

from __future__ import annotations

import re
from typing import Any

from sumsub.sandbox.process import Sandbox
from tests.sandbox.building import People, built, one, patch
from tests.sandbox.caller import Caller
from tests.sandbox.forms import upload
from tests.sandbox.test_uploads import create, steps

# changing


def test_a_patch_merges_field_by_field(recipient: Caller) -> None:
    made = create(
        recipient,
        email="a@people.example",
        phone="+33100000000",
        fixedInfo={"firstName": "Ada", "lastName": "Moreau", "placeOfBirth": "Lyon"},
        metadata=[{"key": "crmId", "value": "C-1"}],
        notes=[{"note": "imported"}],
        sourceKey="web-eu",
        tags=["vip"],
        lang="fr",
    )
    shown = one(recipient, made)
    assert shown["metadata"] == [{"key": "crmId", "value": "C-1"}]
    assert shown["notes"] == [{"note": "imported"}]
    assert (shown["sourceKey"], shown["tags"], shown["lang"]) == ("web-eu", ["vip"], "fr")
    reply = patch(
        recipient,
        id=made,
        phone="+33100000001",
        email=None,
        fixedInfo={"lastName": "Roux", "dob": "1990-04-12", "placeOfBirth": None},
        questionnaires=[{"id": "sourceOfFunds", "sections": {"main": {"items": {}}}}],
    )
    assert reply.status == 200
    assert reply.json["fixedInfo"] == {"firstName": "Ada", "lastName": "Roux", "dob": "1990-04-12"}
    assert reply.json["phone"] == "+33100000001"
    assert "email" not in reply.json
    assert reply.json["tags"] == ["vip"]
    assert reply.json["questionnaires"][0]["id"] == "sourceOfFunds"
    assert one(recipient, made) == reply.json


def test_a_generated_applicant_is_patched_and_renamed_and_keeps_its_documents(
    people: People, donor: Caller
) -> None:
    person = people["user-000060"]["applicant_id"]
    before = one(donor, person)
    reply = patch(donor, id=person, externalUserId="renamed-60", email="new@people.example")
    assert reply.json["externalUserId"] == "renamed-60"
    assert reply.json["info"]["idDocs"] == before["info"]["idDocs"]
    assert donor.lookup("renamed-60").json["applicant"]["id"] == person
    assert donor.lookup("user-000060").json == {"exists": False}
    taken = patch(donor, id=person, externalUserId="user-000061")
    assert taken.status == 409
    assert taken.json["description"].endswith(f": {people['user-000061']['applicant_id']}")
    assert patch(donor, id=person, externalUserId="user-000060").status == 200


def test_a_bad_patch_changes_nothing(people: People, recipient: Caller) -> None:
    made = create(recipient, email="a@people.example")
    for change in (
        {"email": 7},
        {"email": "b@people.example", "fixedInfo": []},
        {"metadata": {"a": "b"}},
        {"notes": ["x"]},
        {"questionnaires": {"a": 1}},
        {"type": "robot"},
        {"fixedInfo": {"addresses": ["x"]}},
        {"tags": [1]},
        {"tags": [f"t{number}" for number in range(31)]},
    ):
        assert patch(recipient, id=made, **change).status == 400, change
    assert one(recipient, made)["email"] == "a@people.example"
    assert patch(recipient, email="x").status == 400
    assert patch(recipient, id="66f000000000000000000001").status == 404
    assert patch(recipient, id=people["demo-approved"]["applicant_id"]).status == 404


def test_tags_are_set_added_and_taken_away(recipient: Caller) -> None:
    made = create(recipient)
    path = f"/resources/applicants/{made}/tags"

    def tags() -> Any:
        return one(recipient, made).get("tags")

    assert recipient.post(path, ["a", "b"]).json == {"ok": 1}
    assert recipient.post(f"{path}/add", ["b", "c"]).json == {"ok": 1}
    assert tags() == ["a", "b", "c"]
    assert recipient.call("DELETE", path, b'["b", "z"]').json == {"ok": 1}
    assert tags() == ["a", "c"]
    many = recipient.post(f"{path}/add", [f"t{number}" for number in range(29)])
    assert (many.status, many.json["description"]) == (400, "Too many applicant tags")
    assert tags() == ["a", "c"]
    assert recipient.post(path, []).json == {"ok": 1}
    assert tags() is None
    for body in (b"", b"{}", b"[1]", b"[", b'["\\ud800"]'):
        assert recipient.call("POST", path, body).status == 400, body
    nobody = recipient.post("/resources/applicants/66f000000000000000000001/tags", ["a"])
    assert nobody.status == 404
    assert nobody.json["description"] == (
        "Applicant with id 66f000000000000000000001 not found (anf)"
    )


def test_resets_ask_again(recipient: Caller) -> None:
    made = built(recipient)
    path = f"/resources/applicants/{made}"
    assert recipient.post(f"{path}/-/init").json == {"ok": 1}
    assert recipient.get(f"{path}/status").json["reviewStatus"] == "init"
    assert None not in steps(recipient, made).values()
    assert recipient.post(f"{path}/resetStep/SELFIE").json == {"ok": 1}
    assert steps(recipient, made)["SELFIE"] is None
    assert steps(recipient, made)["IDENTITY"] is not None
    odd = recipient.post(f"{path}/resetStep/FACE")
    assert odd.status == 400
    assert odd.json["description"].startswith("FACE is not valid, must be one of: [IDENTITY,")
    assert recipient.post(f"{path}/reset").json == {"ok": 1}
    assert set(steps(recipient, made).values()) == {None}
    assert one(recipient, made)["info"]["firstName"] == "Ada"


def test_a_rejection_from_outside_is_final_until_the_sandbox_says_green(recipient: Caller) -> None:
    made = built(recipient)
    path = f"/resources/applicants/{made}"
    assert recipient.post(f"{path}/-/reject").json == {"ok": 1}
    result = recipient.get(f"{path}/status").json["reviewResult"]
    assert result["rejectLabels"] == ["EXTERNAL_DECISION_REJECTION"]
    assert result["reviewRejectType"] == "FINAL"
    assert recipient.post(f"{path}/status/testCompleted", {"reviewAnswer": "GREEN"}).status == 200
    assert recipient.get(f"{path}/status").json["reviewResult"] == {"reviewAnswer": "GREEN"}


def test_a_verdict_by_hand_is_for_the_sandbox_environment_only(sandbox: Sandbox) -> None:
    production = Caller(sandbox, sandbox.workspace("production"))
    made = create(production)
    path = f"/resources/applicants/{made}/status/testCompleted"
    reply = production.post(path, {"reviewAnswer": "GREEN"})
    assert reply.status == 400
    assert reply.json["description"] == "This method is only supported on sandbox env"


def test_another_level_asks_for_its_own_steps(recipient: Caller) -> None:
    made = built(recipient)
    path = f"/resources/applicants/{made}/moveToLevel"
    moved = recipient.post(f"{path}?name=id-and-poa")
    assert moved.json["review"]["levelName"] == "id-and-poa"
    assert moved.json["review"]["reviewStatus"] == "init"
    found = steps(recipient, made)
    assert found["PROOF_OF_RESIDENCE"] is None
    assert found["IDENTITY"] is not None
    proof = {"idDocType": "UTILITY_BILL", "country": "FRA"}
    assert upload(recipient, made, **proof).status == 200
    assert steps(recipient, made)["PROOF_OF_RESIDENCE"]["country"] == "FRA"
    assert recipient.post(f"{path}?name=nowhere").status == 400
    assert recipient.post(path).status == 400


def test_twice_into_the_same_state_is_3000(recipient: Caller) -> None:
    made = create(recipient)
    presence = f"/resources/applicants/{made}/presence"
    assert recipient.call("PATCH", f"{presence}/activated").code == 3000
    assert recipient.call("PATCH", f"{presence}/deactivated").status == 200
    again = recipient.call("PATCH", f"{presence}/deactivated")
    assert (again.status, again.code) == (400, 3000)


def test_a_recorded_applicant_is_finished_and_cannot_be_reused(
    sandbox: Sandbox, donor: Caller, recipient: Caller
) -> None:
    path = "/resources/applicants/-/ingestCompleted?levelName=id-only"
    document = {"idDocType": "PASSPORT", "country": "FRA", "number": "1"}
    body = {
        "externalUserId": "recorded-1",
        "info": {"firstName": "Ada", "lastName": "Moreau", "idDocs": [document]},
    }
    made = donor.post(path, body)
    assert made.status == 200
    assert made.json["review"]["reviewResult"] == {"reviewAnswer": "GREEN"}
    assert made.json["info"]["idDocs"][0]["number"] == "1"
    assert recipient.reuse(donor.mint(made.json["id"], sandbox.recipient.client_id)).code == 10506
    result = {"reviewAnswer": "RED", "reviewRejectType": "FINAL", "rejectLabels": ["FORGERY"]}
    red = {**body, "externalUserId": "recorded-2", "review": {"reviewResult": result}}
    assert donor.post(path, red).json["review"]["reviewResult"]["rejectLabels"] == ["FORGERY"]
    assert donor.post(path, body).status == 409
    assert donor.post(path, {"info": {"idDocs": [3]}}).status == 400
    assert donor.post(path, {"review": {"reviewResult": 3}}).status == 400


# tokens of other kinds


def test_an_sdk_token_is_given_in_both_forms(recipient: Caller) -> None:
    body = {"userId": "u-1", "levelName": "id-only", "ttlInSecs": "600"}
    reply = recipient.post("/resources/accessTokens/sdk", body)
    assert reply.status == 200
    assert set(reply.json) == {"token", "userId"}
    legacy = recipient.post("/resources/accessTokens?userId=u-1&levelName=id-only")
    assert legacy.json["userId"] == "u-1"
    assert legacy.json["token"] != reply.json["token"]
    for bad in ({}, {"userId": 3, "levelName": "id-only"}, {"userId": "u", "levelName": "none"}):
        assert recipient.post("/resources/accessTokens/sdk", bad).status == 400, bad


def test_a_sumsub_id_becomes_a_share_token(
    sandbox: Sandbox, donor: Caller, recipient: Caller
) -> None:
    path = "/resources/accessTokens/sumsubIdShareToken"
    client_id = sandbox.recipient.client_id

    def token(who: str) -> dict[str, Any]:
        body = {"sumsubIdConnectToken": who, "forClientId": client_id, "ttlInSecs": 600}
        reply = donor.post(path, body)
        assert reply.status == 200, reply.body
        found: dict[str, Any] = reply.json
        return found

    good = token("sumsub-id:demo-approved")
    assert re.fullmatch(r"_act-snsId-[0-9a-f-]{36}", good["token"])
    assert (good["forClientId"], good["sharingAllowed"]) == (client_id, True)
    assert recipient.reuse(good["token"]).status == 200
    assert recipient.reuse(good["token"]).status == 401
    assert recipient.reuse(token("sumsub-id:demo-10521-empty-sumsub-id")["token"]).code == 10521
    unasked = token("sumsub-id-without-consent:demo-approved")
    assert unasked["sharingAllowed"] is False
    assert recipient.reuse(unasked["token"]).status == 401
    missing = donor.post(path, {"forClientId": client_id})
    assert missing.status == 400
    assert "sumsubIdConnectToken" in missing.json["description"]
    assert "forClientId" in missing.json["description"]
    nobody = {"sumsubIdConnectToken": "sumsub-id:nobody", "forClientId": client_id}
    assert donor.post(path, nobody).status == 401


# the audit trail


def test_the_audit_trail_tells_what_callers_did(sandbox: Sandbox) -> None:
    stranger = Caller(sandbox, sandbox.workspace("stranger"))
    path = "/resources/auditTrailEvents"
    made = create(stranger)
    stranger.post(f"/resources/applicants/{made}/tags", ["a"])
    stranger.mint(made, "anybody_1")

    def told(query: str = "") -> list[str]:
        items = stranger.get(f"{path}?{query}").json["items"]
        return [item["activity"] for item in items if item.get("applicantId") == made]

    assert sorted(told()[:3]) == ["applicantCreated", "applicantTagsChanged", "shareTokenCreated"]
    assert told("activity=applicantTagsChanged&subjectName=service") == ["applicantTagsChanged"]
    assert told("subjectName=somebody") == []
    assert told("to=2020-01-01%2000:00:00") == []
    assert len(told("from=2020-01-01%2000:00:00&limit=20000")) == 3
    assert len(stranger.get(f"{path}?limit=2").json["items"]) == 2
    first = stranger.get(f"{path}?limit=1").json["items"]
    assert stranger.get(f"{path}?limit=1&offset=1").json["items"] != first
    for bad in ("limit=20001", "limit=x", "offset=-1", "from=yesterday"):
        assert stranger.get(f"{path}?{bad}").status == 400, bad
