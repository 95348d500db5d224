"""Copy Applicant: no checks, inherited status, two webhooks when steps are missing."""

from __future__ import annotations

import re

from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, Reply, sha256, until

People = dict[str, dict[str, str]]
IMPORT = "/resources/applicants/-/import"


def token_of(sandbox: Sandbox, people: People, external_id: str) -> str:
    person = people[external_id]
    workspace = next(w for w in sandbox.workspaces if w.client_id == person["client_id"])
    donor = Caller(sandbox, workspace)
    return donor.mint(person["applicant_id"], sandbox.recipient.client_id)


def copied(sandbox: Sandbox, people: People, external_id: str, query: str = "") -> Reply:
    token = token_of(sandbox, people, external_id)
    return Caller(sandbox, sandbox.recipient).post(f"{IMPORT}?shareToken={token}{query}")


def test_a_copy_inherits_the_verdict_and_brings_everything(
    sandbox: Sandbox, people: People
) -> None:
    reply = copied(
        sandbox, people, "demo-approved-complete", "&resetIdDocSetTypes=&userId=&trustReview=true"
    )
    assert reply.status == 200
    assert reply.json["externalUserId"].startswith("copy-")
    assert reply.json["review"]["reviewStatus"] == "completed"
    assert reply.json["review"]["reviewResult"] == {"reviewAnswer": "GREEN"}
    assert reply.json["email"]
    assert reply.json["questionnaires"]
    assert reply.json["reuseScope"] == "importApiShareToken"


def test_a_copy_checks_nothing(sandbox: Sandbox, people: People) -> None:
    assert copied(sandbox, people, "demo-10516-minor").status == 200
    rejected = copied(sandbox, people, "demo-10507-rejected").json["review"]
    assert rejected["reviewResult"]["reviewAnswer"] == "RED"


def test_a_level_that_asks_for_more_puts_the_copy_on_init(
    sandbox: Sandbox, people: People, recipient: Caller
) -> None:
    reply = copied(sandbox, people, "demo-documents-no-selfie", "&levelName=id-only&userId=c-1")
    assert reply.json["review"]["reviewStatus"] == "init"
    steps = recipient.get(f"/resources/applicants/{reply.json['id']}/requiredIdDocsStatus").json
    assert steps["SELFIE"] is None
    assert steps["IDENTITY"] is not None


def test_a_step_can_be_asked_again(sandbox: Sandbox, people: People, recipient: Caller) -> None:
    query = "&levelName=id-only&resetIdDocSetTypes=SELFIE"
    reply = copied(sandbox, people, "demo-approved-complete", query)
    assert reply.json["review"]["reviewStatus"] == "init"


def test_copying_disabled_is_10518_of_the_other_name(sandbox: Sandbox, people: People) -> None:
    reply = copied(sandbox, people, "demo-10505-reuse-disabled")
    assert (reply.status, reply.code) == (400, 10518)
    assert reply.json["errorName"] == "copy-applicant-disabled"
    assert reply.json["description"] == "Copying applicants is disabled for you"


def test_a_stranger_cannot_be_copied_from(sandbox: Sandbox, people: People) -> None:
    assert copied(sandbox, people, "demo-10501-not-partners").code == 10501
    assert copied(sandbox, people, "demo-10502-partner-renamed").code == 10502
    assert copied(sandbox, people, "demo-10503-erased").code == 10503


def test_the_preview_of_a_copy_keeps_the_token(
    sandbox: Sandbox, people: People, recipient: Caller
) -> None:
    token = token_of(sandbox, people, "demo-approved")
    for method in ("GET", "POST"):
        reply = recipient.call(method, f"{IMPORT}/preview?shareToken={token}")
        assert re.fullmatch(r"preview-random-\d{10}", reply.json["externalUserId"])
    assert recipient.post(f"{IMPORT}?shareToken={token}").status == 200
    assert recipient.post(f"{IMPORT}?shareToken={token}").status == 401
    events = [e["event"] for e in sandbox.ledger() if e["token_sha256"] == sha256(token)]
    assert events == ["minted", "previewed", "previewed", "copied", "refused"]


def test_a_user_id_in_use_is_a_conflict(sandbox: Sandbox, people: People) -> None:
    assert copied(sandbox, people, "demo-approved", "&userId=copied-1").status == 200
    assert copied(sandbox, people, "demo-approved", "&userId=copied-1").status == 409


def test_distrust_asks_for_a_check(sandbox: Sandbox, people: People, recipient: Caller) -> None:
    reply = copied(sandbox, people, "demo-approved-complete", "&trustReview=false")
    assert reply.json["review"]["reviewStatus"] == "pending"
    path = f"/resources/applicants/{reply.json['id']}/status"
    until(lambda: recipient.get(path).json["reviewStatus"] == "completed")


def test_a_questionnaire_can_be_asked_again(
    sandbox: Sandbox, people: People, recipient: Caller
) -> None:
    query = "&levelName=id-and-questionnaire"
    kept = copied(sandbox, people, "demo-approved-complete", query).json
    assert kept["review"]["reviewResult"] == {"reviewAnswer": "GREEN"}
    again = copied(
        sandbox, people, "demo-approved-complete", f"{query}&resetIdDocSetTypes=QUESTIONNAIRE"
    ).json
    assert again["review"]["reviewStatus"] == "init"
    steps = recipient.get(f"/resources/applicants/{again['id']}/requiredIdDocsStatus").json
    assert steps["QUESTIONNAIRE"] is None
    assert steps["IDENTITY"] is not None


def test_a_company_is_copied_as_a_company(sandbox: Sandbox, people: People) -> None:
    assert copied(sandbox, people, "demo-10504-company").json["type"] == "company"


def test_what_was_only_recorded_stays_so_in_the_copy(
    sandbox: Sandbox, people: People, recipient: Caller
) -> None:
    copy = copied(sandbox, people, "demo-10506-recorded-only").json["id"]
    token = recipient.mint(copy, sandbox.donor.client_id)
    assert Caller(sandbox, sandbox.donor).reuse(token).code == 10506


def test_a_copy_is_changed_without_its_source(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller
) -> None:
    copy = copied(sandbox, people, "demo-approved-complete").json
    assert recipient.post(f"/resources/applicants/{copy['id']}/resetStep/SELFIE").status == 200
    shown = recipient.get(f"/resources/applicants/{copy['id']}/one").json
    assert shown["email"] == copy["email"]
    assert shown["questionnaires"] == copy["questionnaires"]
    source = people["demo-approved-complete"]["applicant_id"]
    steps = donor.get(f"/resources/applicants/{source}/requiredIdDocsStatus").json
    assert steps["SELFIE"] is not None
