"""What a reuse makes of each applicant, from data."""

from __future__ import annotations

import uuid

import pytest

from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, Reply, sha256, until

People = dict[str, dict[str, str]]

NAMED_REFUSALS = [
    ("demo-10501-not-partners", 10501, "not-in-partners-list"),
    ("demo-10502-partner-renamed", 10502, "invalid-partner-id"),
    ("demo-10503-erased", 10503, "invalid-share-token"),
    ("demo-10504-company", 10504, "non-suitable-share-token"),
    ("demo-10505-reuse-disabled", 10505, "reusable-kyc-disabled"),
    ("demo-10506-recorded-only", 10506, "reusable-kyc-not-reusable"),
    ("demo-10507-pending", 10507, "reusable-kyc-not-approved-applicant"),
    ("demo-10507-rejected", 10507, "reusable-kyc-not-approved-applicant"),
    ("demo-10508-deactivated", 10508, "reusable-kyc-not-active-applicant"),
    ("demo-10509-aml-only", 10509, "reusable-kyc-not-kyc-moderation-type"),
    ("demo-10510-nothing-left", 10510, "reusable-kyc-not-selfie-or-identity-doc"),
    ("demo-10511-no-liveness", 10511, "reusable-kyc-not-selfie-liveness"),
    ("demo-10512-address-only", 10512, "reusable-kyc-not-req-doc-overlap"),
    ("demo-10513-doc-type", 10513, "reusable-kyc-not-compatible-doc-type"),
    ("demo-10514-id-expired", 10514, "reusable-kyc-not-actual-poi-date"),
    ("demo-10515-old-address", 10515, "reusable-kyc-not-actual-poa-date"),
    ("demo-10516-minor", 10516, "reusable-kyc-not-acceptable-age"),
    ("demo-10517-uploaded", 10517, "reusable-kyc-incompatible-capture-settings"),
    ("demo-10518-email-clash", 10518, "reusable-kyc-email-mismatch"),
    ("demo-10519-phone-clash", 10519, "reusable-kyc-phone-mismatch"),
    ("demo-10521-empty-sumsub-id", 10521, "reusable-kyc-inactive-sumsub-id-account"),
]


def owner(sandbox: Sandbox, person: dict[str, str]) -> Caller:
    workspace = next(w for w in sandbox.workspaces if w.client_id == person["client_id"])
    return Caller(sandbox, workspace)


def reused(
    sandbox: Sandbox, person: dict[str, str], level: str = "id-only", user_id: str = ""
) -> Reply:
    token = owner(sandbox, person).mint(person["applicant_id"], sandbox.recipient.client_id)
    return Caller(sandbox, sandbox.recipient).reuse(token, user_id, level)


@pytest.mark.parametrize(("external_id", "code", "name"), NAMED_REFUSALS)
def test_a_named_applicant_is_refused_with_its_code(
    sandbox: Sandbox, people: People, external_id: str, code: int, name: str
) -> None:
    reply = reused(sandbox, people[external_id])
    assert (reply.status, reply.code, reply.json["errorName"]) == (400, code, name)
    assert list(reply.json) == ["code", "errorCode", "errorName", "description", "type"]
    assert people[external_id]["outcome"] == f"refused:{code}"


def test_every_listed_outcome_is_what_a_reuse_does(sandbox: Sandbox, people: People) -> None:
    for person in people.values():
        reply = reused(sandbox, person)
        assert outcome_of(reply) == person["outcome"], person


def outcome_of(reply: Reply) -> str:
    if reply.status == 400:
        return f"refused:{reply.code}"
    return {"pending": "approved", "init": "documents_requested"}[
        reply.json["review"]["reviewStatus"]
    ]


def test_the_ordinary_people_are_mostly_approved(people: People) -> None:
    outcomes = [p["outcome"] for p in people.values() if p["external_user_id"].startswith("user-")]
    assert len(outcomes) > 160
    assert 0.65 < outcomes.count("approved") / len(outcomes) < 0.75
    assert 0.15 < outcomes.count("documents_requested") / len(outcomes) < 0.25


def test_the_donor_has_as_many_applicants_as_asked_for(sandbox: Sandbox, people: People) -> None:
    donors = [p for p in people.values() if p["client_id"] == sandbox.donor.client_id]
    assert len(donors) == 200
    assert sandbox.applicants(limit=3) == list(people.values())[:3]


def test_an_approved_person_is_pending_first_and_green_later(
    sandbox: Sandbox, people: People, recipient: Caller
) -> None:
    reply = reused(sandbox, people["demo-approved"], user_id="cust-42")
    assert reply.json["review"]["reviewStatus"] == "pending"
    assert reply.json["externalUserId"] == "cust-42"
    assert reply.json["clientId"] == sandbox.recipient.client_id
    path = f"/resources/applicants/{reply.json['id']}"

    def verdict() -> bool:
        return bool(recipient.get(f"{path}/status").json["reviewStatus"] == "completed")

    until(verdict)
    review = recipient.get(f"{path}/one").json["review"]
    assert review["reviewResult"] == {"reviewAnswer": "GREEN"}
    reviewed = [e for e in sandbox.ledger() if e["event"] == "reviewed"]
    assert reply.json["id"] in {e["applicant_id"] for e in reviewed}


def test_documents_requested_names_the_missing_step(
    sandbox: Sandbox, people: People, recipient: Caller
) -> None:
    reply = reused(sandbox, people["demo-documents-no-selfie"])
    assert reply.json["review"]["reviewStatus"] == "init"
    steps = recipient.get(f"/resources/applicants/{reply.json['id']}/requiredIdDocsStatus").json
    assert steps["SELFIE"] is None
    assert steps["IDENTITY"]["reviewResult"] == {"reviewAnswer": "GREEN"}


def test_an_expired_document_does_not_travel_when_only_the_selfie_is_good(
    sandbox: Sandbox, people: People
) -> None:
    reply = reused(sandbox, people["demo-documents-id-expired"])
    assert reply.json["review"]["reviewStatus"] == "init"
    assert "idDocs" not in reply.json.get("info", {})


@pytest.mark.parametrize(
    ("external_id", "level", "outcome"),
    [
        ("demo-approved-complete", "strict", "approved"),
        ("demo-approved-complete", "id-and-poa", "approved"),
        ("demo-approved-complete", "id-and-questionnaire", "documents_requested"),
        ("demo-10513-doc-type", "id-relaxed", "approved"),
        ("demo-10517-uploaded", "id-relaxed", "approved"),
        ("demo-10511-no-liveness", "id-relaxed", "refused:10510"),
        ("demo-10515-old-address", "id-and-poa", "refused:10515"),
        ("demo-10512-address-only", "id-and-poa", "documents_requested"),
    ],
)
def test_another_level_gives_another_outcome(
    sandbox: Sandbox, people: People, external_id: str, level: str, outcome: str
) -> None:
    assert outcome_of(reused(sandbox, people[external_id], level)) == outcome


def test_without_user_id_the_external_id_is_a_generated_copy_id(
    sandbox: Sandbox, people: People
) -> None:
    reply = reused(sandbox, people["demo-approved"])
    external_id = reply.json["externalUserId"]
    assert external_id.startswith("copy-")
    assert uuid.UUID(external_id.removeprefix("copy-")).version == 4


def test_contacts_and_questionnaire_stay_behind_on_reuse(
    sandbox: Sandbox, people: People, donor: Caller
) -> None:
    person = people["demo-approved-complete"]
    original = donor.get(f"/resources/applicants/{person['applicant_id']}/one").json
    assert original["email"]
    assert original["questionnaires"]
    reply = reused(sandbox, person).json
    assert not {"email", "phone", "questionnaires"} & set(reply)
    assert reply["info"]["idDocs"] == original["info"]["idDocs"]


def test_tax_numbers_come_well_formed_and_malformed(sandbox: Sandbox, people: People) -> None:
    good = reused(sandbox, people["demo-approved-us-tin"]).json["info"]["tin"]
    bad = reused(sandbox, people["demo-approved-us-tin-malformed"]).json["info"]["tin"]
    assert len(good) == 11
    assert len(bad) == 10


def test_an_approved_person_may_lack_an_address(sandbox: Sandbox, people: People) -> None:
    assert "addresses" not in reused(sandbox, people["demo-approved-no-address"]).json["info"]
    assert reused(sandbox, people["demo-approved-us-tin"]).status == 200


def test_a_user_id_in_use_is_a_conflict_that_names_the_applicant(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller
) -> None:
    first = reused(sandbox, people["demo-approved"], user_id="taken-1").json["id"]
    token = donor.mint(people["demo-approved"]["applicant_id"], sandbox.recipient.client_id)
    second = recipient.reuse(token, "taken-1")
    assert second.status == 409
    assert second.json["description"] == (
        f"Applicant with external user id 'taken-1' already exists: {first}"
    )
    assert recipient.reuse(token, "taken-2").status == 200, "a refusal spends nothing"
    refused = [e for e in sandbox.ledger() if e["token_sha256"] == sha256(token)]
    assert [(e["event"], e["status"]) for e in refused] == [
        ("minted", 200),
        ("refused", 409),
        ("redeemed", 200),
    ]


def test_preview_shows_the_outcome_and_keeps_nothing(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller
) -> None:
    token = donor.mint(people["demo-approved"]["applicant_id"], sandbox.recipient.client_id)
    target = (
        f"/resources/api/reusableIdentity/reuse/preview?shareToken={token}"
        "&levelName=id-only&userId=look-1"
    )
    before = recipient.get("/resources/applicants/-/count").json
    for method in ("GET", "POST"):
        reply = recipient.call(method, target)
        assert reply.status == 200
        assert reply.json["review"]["reviewStatus"] == "pending"
    assert recipient.get("/resources/applicants/-/count").json == before
    assert recipient.lookup("look-1").json == {"exists": False}
    assert recipient.reuse(token, "look-1").status == 200


def test_sharing_with_oneself_needs_no_partner(sandbox: Sandbox, people: People) -> None:
    stranger = Caller(sandbox, sandbox.workspace("stranger"))
    person = people["demo-10501-not-partners"]["applicant_id"]
    token = stranger.mint(person, sandbox.workspace("stranger").client_id)
    assert stranger.reuse(token).status == 200


def test_a_reused_applicant_can_be_shared_on(
    sandbox: Sandbox, people: People, recipient: Caller
) -> None:
    first = reused(sandbox, people["demo-approved-complete"], "id-and-poa").json["id"]

    def verdict() -> bool:
        status = recipient.get(f"/resources/applicants/{first}/status").json
        return bool(status["reviewStatus"] == "completed")

    until(verdict)
    token = recipient.mint(first, sandbox.donor.client_id)
    back = Caller(sandbox, sandbox.donor).reuse(token, level="id-only").json
    assert back["info"]["idDocs"]
