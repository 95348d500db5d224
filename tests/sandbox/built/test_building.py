"""Applicants that callers build up: made, filled, approved, shared, and kept."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from sumsub.sandbox.store import FILE_NAME
from tests.sandbox.building import SELFIE, People, built, completed, one, patch
from tests.sandbox.caller import Caller, until
from tests.sandbox.forms import upload
from tests.sandbox.test_uploads import PASSPORT, create, finish, steps

# sharing what was built


def test_what_was_built_is_shared_with_the_same_key(recipient: Caller) -> None:
    made = built(recipient, externalUserId="built-same-key")
    token = recipient.mint(made, recipient.workspace.client_id)
    reply = recipient.reuse(token, "built-same-key-copy")
    assert reply.status == 200, reply.body
    copy = reply.json["id"]
    until(lambda: completed(recipient, copy))
    shown = one(recipient, copy)
    assert shown["review"]["reviewResult"] == {"reviewAnswer": "GREEN"}
    assert shown["info"]["idDocs"] == one(recipient, made)["info"]["idDocs"]
    images = steps(recipient, copy)["IDENTITY"]["imageIds"]
    assert images != steps(recipient, made)["IDENTITY"]["imageIds"]


def test_what_was_built_is_shared_with_a_partner(
    sandbox: Sandbox, donor: Caller, recipient: Caller
) -> None:
    made = built(donor, externalUserId="built-for-partner")
    reply = recipient.reuse(donor.mint(made, sandbox.recipient.client_id), "from-partner")
    assert reply.json["review"]["reviewStatus"] == "pending"
    listed = recipient.get(f"/resources/applicants/{reply.json['id']}/metadata/resources").json
    assert [item["idDocDef"]["idDocType"] for item in listed["items"]] == ["PASSPORT", "SELFIE"]


def test_an_upload_at_a_level_without_live_capture_does_not_suit_one_with_it(
    sandbox: Sandbox, donor: Caller, recipient: Caller
) -> None:
    made = built(donor, "id-relaxed")
    token = donor.mint(made, sandbox.recipient.client_id)
    assert recipient.reuse(token).code == 10517
    assert recipient.reuse(token, level="id-relaxed").status == 200


@pytest.mark.parametrize(
    ("metadata", "open_step"),
    [
        ({"idDocType": "SELFIE", "capture": "upload"}, True),
        ({"idDocType": "VIDEO_SELFIE"}, False),
        ({"idDocType": "SELFIE"}, False),
    ],
)
def test_a_selfie_is_live_by_rule_or_by_word(
    sandbox: Sandbox, donor: Caller, recipient: Caller, metadata: dict[str, str], open_step: bool
) -> None:
    made = create(donor)
    upload(donor, made, **PASSPORT)
    assert upload(donor, made, **metadata).status == 200
    finish(donor, made, reviewAnswer="GREEN")
    reply = recipient.reuse(donor.mint(made, sandbox.recipient.client_id)).json
    assert (steps(recipient, reply["id"])["SELFIE"] is None) is open_step


def test_without_documents_a_green_applicant_has_nothing_to_share(
    sandbox: Sandbox, donor: Caller, recipient: Caller
) -> None:
    made = create(donor)
    finish(donor, made, reviewAnswer="GREEN")
    assert recipient.reuse(donor.mint(made, sandbox.recipient.client_id)).code == 10510


def test_only_the_documents_that_the_level_takes_move(
    sandbox: Sandbox, donor: Caller, recipient: Caller
) -> None:
    made = create(donor)
    upload(donor, made, idDocType="DRIVERS", country="FRA")
    upload(donor, made, **PASSPORT)
    upload(donor, made, **SELFIE)
    finish(donor, made, reviewAnswer="GREEN")
    token = donor.mint(made, sandbox.recipient.client_id)
    reply = recipient.reuse(token, level="id-and-liveness").json
    assert [doc["idDocType"] for doc in reply["info"]["idDocs"]] == ["PASSPORT"]
    assert one(recipient, reply["id"])["info"]["idDocs"] == reply["info"]["idDocs"]


def test_later_changes_of_the_donor_do_not_show_at_the_recipient(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller
) -> None:
    generated = next(p for p in people.values() if p["outcome"] == "approved" and
                     p["external_user_id"].startswith("user-00005"))["applicant_id"]  # fmt: skip
    for made in (built(donor), generated):
        first = recipient.reuse(donor.mint(made, sandbox.recipient.client_id)).json["id"]
        before = one(recipient, first)
        assert patch(donor, id=made, fixedInfo={"firstName": "Changed"}).status == 200
        assert one(donor, made)["info"]["firstName"] == "Changed"
        assert donor.post(f"/resources/applicants/{made}/resetStep/SELFIE").json == {"ok": 1}
        finish(donor, made, reviewAnswer="GREEN")
        second = recipient.reuse(donor.mint(made, sandbox.recipient.client_id)).json["id"]
        assert one(recipient, first)["info"] == before["info"]
        assert steps(recipient, first)["SELFIE"] is not None
        assert one(recipient, second)["info"]["firstName"] == "Changed"
        assert steps(recipient, second)["SELFIE"] is None


def test_a_missing_selfie_is_sent_after_and_the_applicant_shared_on(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller
) -> None:
    token = donor.mint(people["demo-documents-no-selfie"]["applicant_id"],
                       sandbox.recipient.client_id)  # fmt: skip
    reused = recipient.reuse(token).json
    assert upload(recipient, reused["id"], **SELFIE).status == 200
    found = steps(recipient, reused["id"])
    assert found["IDENTITY"]["reviewResult"] == {"reviewAnswer": "GREEN"}
    assert found["SELFIE"]["imageIds"]
    finish(recipient, reused["id"], reviewAnswer="GREEN")
    back = donor.reuse(recipient.mint(reused["id"], sandbox.donor.client_id))
    assert back.json["review"]["reviewStatus"] == "pending"
    assert back.json["info"]["idDocs"] == reused["info"]["idDocs"]


def test_a_person_can_be_shared_on_and_on(sandbox: Sandbox, people: People, donor: Caller) -> None:
    person = people["demo-approved"]["applicant_id"]
    info = one(donor, person)["info"]["idDocs"]
    for _ in range(12):
        person = donor.reuse(donor.mint(person, sandbox.donor.client_id)).json["id"]
        finish(donor, person, reviewAnswer="GREEN")
    assert one(donor, person)["info"]["idDocs"] == info


def test_a_reuse_may_attach_to_an_applicant_that_is_there(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller
) -> None:
    made = create(recipient, externalUserId="attached-1", tags=["mine"])
    first = donor.mint(people["demo-approved"]["applicant_id"], sandbox.recipient.client_id)
    second = donor.mint(built(donor), sandbox.recipient.client_id)
    sandbox.set_faults({"existing_user_id": "attach", "review_delay_ms": 150})
    try:
        for token in (first, second):
            assert recipient.reuse(token, "attached-1").json["id"] == made
    finally:
        sandbox.set_faults({"review_delay_ms": 150})
    shown = one(recipient, made)
    assert shown["tags"] == ["mine"]
    assert shown["info"]["firstName"] == "Ada"


# the state directory


def test_what_callers_built_survives_a_restart(tmp_path: Path) -> None:
    with process.start(state=tmp_path, applicants=40, post_limit="none", seed="kept") as first:
        donor = Caller(first, first.donor)
        person = first.applicants(1)[0]
        made = built(donor, tags=["kept"], sourceKey="web")
        patch(donor, id=person["applicant_id"], fixedInfo={"firstName": "Renamed"})
        before = [one(donor, made), one(donor, person["applicant_id"]), steps(donor, made)]
        level = {"name": "kept", "requiredIdDocs": {"docSets": [{"idDocSetType": "IDENTITY"}]}}
        level_id = donor.post("/resources/applicants/-/levels", level).json["id"]
    with process.start(state=tmp_path, applicants=40, post_limit="none", seed="kept") as again:
        donor = Caller(again, again.donor)
        after = [one(donor, made), one(donor, person["applicant_id"]), steps(donor, made)]
        assert after == before
        assert donor.get(f"/resources/applicants/-/levels/{level_id}").json["name"] == "kept"
        image = int(upload(donor, create(donor), **PASSPORT).headers["x-image-id"])
        assert image > max(before[2]["IDENTITY"]["imageIds"] + before[2]["SELFIE"]["imageIds"])


def test_a_plain_reuse_keeps_no_data_of_its_own(tmp_path: Path) -> None:
    with process.start(state=tmp_path, applicants=40, post_limit="none") as running:
        donor, recipient = Caller(running, running.donor), Caller(running, running.recipient)
        person = next(p for p in running.applicants() if p["outcome"] == "approved")
        token = donor.mint(person["applicant_id"], running.recipient.client_id)
        reused = recipient.reuse(token).json["id"]
    database = sqlite3.connect(tmp_path / FILE_NAME)
    rows = dict(database.execute("SELECT id, source_id FROM applicant WHERE profile IS NULL"))
    everybody = {row[0] for row in database.execute("SELECT id FROM applicant")}
    database.close()
    assert rows == {reused: person["applicant_id"]}
    assert person["applicant_id"] not in everybody
