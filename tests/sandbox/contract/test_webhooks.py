"""Sections 8.1 to 8.3 of the reference: the webhooks' types, their fields, their signature."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.sandbox.caller import send, until
from tests.sandbox.contract.ground import (
    APPLICANTS,
    GREEN,
    HOOK_WRITES,
    RED,
    Ground,
    patch,
)
from tests.sandbox.contract.rows import Row, Rows
from tests.sandbox.receiver import receiving

TYPES = Rows("8.1")
PAYLOAD = Rows("8.2")
SIGNATURE = Rows("8.3")


# 8.1


@TYPES.row("applicantCreated")
def created_is_told_when_made_reused_or_copied(ground: Ground) -> None:
    """By implication for reuse; a copy's first webhook is its inherited status (section 4)."""
    for made in (ground.created(ground.recipient), ground.reused()["id"]):
        assert ground.told(made, "applicantCreated")["reviewStatus"] == "init"


def add_reused(kind: str, external_id: str, status: str) -> None:
    @TYPES.row(kind)
    def a_review_is_told_step_by_step(ground: Ground) -> None:
        made = ground.recipient.reuse(ground.demo_token(external_id)).json["id"]
        event = ground.told(made, kind)
        assert event["reviewStatus"] == status
        assert ("reviewResult" in event) is (kind == "applicantReviewed")


add_reused("applicantPending", "demo-approved", "pending")
add_reused("applicantPrechecked", "demo-approved", "queued")
add_reused("applicantReviewed", "demo-approved", "completed")
add_reused("applicantOnHold", "demo-review-on-hold", "onHold")
add_reused("applicantAwaitingUser", "demo-review-awaiting-user", "awaitingUser")


@TYPES.row("applicantReviewed after every re-review")
def each_verdict_is_told(ground: Ground) -> None:
    made = ground.created(ground.recipient)
    for verdict in (GREEN, RED):
        ground.decided(ground.recipient, made, **verdict)
    until(lambda: ground.received.of(made).count(("applicantReviewed", "completed")) == 2, 20)


def add_changed(kind: str, call: str, status: str, value: Any = None) -> None:
    @TYPES.row(kind)
    def a_change_is_told(ground: Ground) -> None:
        made = ground.built(ground.recipient)
        assert ground.recipient.post(f"{APPLICANTS}/{made}/{call}", value).status == 200
        assert ground.told(made, kind)["reviewStatus"] == status


add_changed("applicantReset", "reset", "init")
add_changed("applicantStepsReset", "resetStep/SELFIE", "init")
add_changed("applicantTagsChanged", "tags", "completed", ["vip"])


@TYPES.row("applicantLevelChanged")
def a_move_tells_the_level_before(ground: Ground) -> None:
    made = ground.created(ground.recipient)
    ground.recipient.post(f"{APPLICANTS}/{made}/moveToLevel?name=id-and-poa")
    event = ground.told(made, "applicantLevelChanged")
    assert (event["previousLevelName"], event["levelName"]) == ("id-only", "id-and-poa")


def add_presence(kind: str, calls: tuple[str, ...]) -> None:
    @TYPES.row(kind)
    def presence_is_told(ground: Ground) -> None:
        made = ground.created(ground.recipient)
        for call in calls:
            patch(ground.recipient, f"{APPLICANTS}/{made}/presence/{call}")
        assert ground.told(made, kind)["applicantId"] == made


add_presence("applicantDeactivated", ("deactivated",))
add_presence("applicantActivated", ("deactivated", "activated"))


@TYPES.row("applicantPersonalInfoChanged")
def an_edit_is_told_without_what_it_says(ground: Ground) -> None:
    made = ground.created(ground.recipient)
    patch(ground.recipient, APPLICANTS, {"id": made, "email": "secret@example.test"})
    event = ground.told(made, "applicantPersonalInfoChanged")
    assert "secret@example.test" not in json.dumps(event)


# Nothing in the sandbox brings these about; that one can be subscribed and tried out is checked.
_NEVER_OF_THEMSELVES = """applicantAwaitingService applicantDeleted applicantPersonalDataDeleted
applicantActionPending applicantActionReviewed applicantActionOnHold applicantActionLevelChanged
applicantWorkflowCompleted applicantWorkflowFailed videoIdentStatusChanged
videoIdentCompositionCompleted applicantVerificationLinkOpened anUnknownType"""


def a_type_is_taken_and_tried_out_by_hand(kind: str, ground: Ground) -> None:
    caller = ground.caller("renamed")
    with receiving() as received:
        wanted = {"target": received.url, "types": [kind]}
        hook = caller.post(HOOK_WRITES, wanted).json
        try:
            ground.created(caller)
            send(ground.sandbox.url, "POST", f"/_sandbox/webhooks/{hook['id']}/test?type={kind}")
            until(lambda: received.bodies, 20)
        finally:
            patch(caller, HOOK_WRITES, {"id": hook["id"], "disabled": True})
    assert [(event["type"], event["testMode"]) for event in received.events()] == [(kind, True)]


for _kind in _NEVER_OF_THEMSELVES.split():
    TYPES.add(f"{_kind} (never fires here)", partial(a_type_is_taken_and_tried_out_by_hand, _kind))


@TYPES.row("nothing tells the donor")
def the_donor_hears_nothing_of_a_redemption(ground: Ground) -> None:
    person = ground.built(ground.donor)
    with (
        receiving() as received,
        ground.settings("donor", {"webhook_url": ""}, webhook_url=received.url),
    ):
        ground.reused(person)
        last = ground.created(ground.donor)
        until(lambda: received.about(last), 20)
        assert [event["applicantId"] for event in received.events()] == [last]


# 8.2

_DIGITS = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
_FIELDS: dict[str, Callable[[Any], object]] = {
    "applicantId": partial(re.fullmatch, "[0-9a-z]{24}"),
    "inspectionId": partial(re.fullmatch, "[0-9a-z]{24}"),
    "applicantType": lambda it: it == "individual",
    "correlationId": partial(re.fullmatch, "[0-9a-f]{32}"),
    "levelName": lambda it: it == "id-only",
    "sourceKey": lambda it: it is None,
    "externalUserId": lambda it: it.startswith("copy-"),
    "type": lambda it: it == "applicantReviewed",
    "sandboxMode": lambda it: it is True,
    "reviewStatus": lambda it: it == "completed",
    "createdAt": partial(re.fullmatch, _DIGITS + r"\+0000"),
    "createdAtMs": partial(re.fullmatch, _DIGITS + r"\.\d{3}"),
    "clientId": partial(re.fullmatch, r"recipient\.example_\d+"),
}


def rejected(ground: Ground) -> bytes:
    """The body about a verdict that asks for better pictures."""
    token = ground.demo_token("demo-review-resubmission")
    made = str(ground.recipient.reuse(token).json["id"])
    ground.told(made, "applicantReviewed")
    bodies = [body for body in ground.received.bodies if made.encode() in body]
    return next(body for body in bodies if b'"applicantReviewed"' in body)


def a_field_has_its_form(field: str, fits: Callable[[Any], object], ground: Ground) -> None:
    event = json.loads(rejected(ground))
    assert fits(event[field]), event[field]


for _field, _fits in _FIELDS.items():
    PAYLOAD.add(_field, partial(a_field_has_its_form, _field, _fits))


@PAYLOAD.row("reviewResult")
def a_verdict_is_told_with_all_its_reasons(ground: Ground) -> None:
    result = json.loads(rejected(ground))["reviewResult"]
    assert set(result) == {"moderationComment", "clientComment", "reviewAnswer", "rejectLabels",
                           "reviewRejectType", "buttonIds"}  # fmt: skip
    assert (result["reviewAnswer"], result["reviewRejectType"]) == ("RED", "RETRY")


@PAYLOAD.row("reuseScope")
def the_scope_is_told_of_a_copy_alone(ground: Ground) -> None:
    """Its value for a reuse is not documented; ours tells none."""
    target = f"{APPLICANTS}/-/import?shareToken={ground.token()}"
    copied = ground.recipient.post(target).json["id"]
    assert ground.told(copied, "applicantReviewed")["reuseScope"] == "importApiShareToken"
    reused = ground.told(ground.reused()["id"], "applicantCreated")
    assert "reuseScope" not in reused


@PAYLOAD.row("conditional fields are absent where they do not apply")
def conditional_fields_are_absent(ground: Ground) -> None:
    absent = {"previousLevelName", "reviewMode", "applicantMemberOf", "reuseScope", "testMode"}
    assert not absent & set(json.loads(rejected(ground)))


@PAYLOAD.row("pretty-printed, no personal data")
def a_body_has_sumsubs_layout_and_no_name(ground: Ground) -> None:
    body = rejected(ground)
    assert body.startswith(b'{\n  "applicantId" : "')
    assert b'"rejectLabels" : [ "UNSATISFACTORY_PHOTOS" ]' in body
    assert body.endswith(b"\n}")
    person = ground.people["demo-review-resubmission"]["name"]
    assert all(part.encode() not in body for part in person.split())


# 8.3

_HASHES = {
    "HMAC_SHA1_HEX": hashlib.sha1,
    "HMAC_SHA256_HEX": hashlib.sha256,
    "HMAC_SHA512_HEX": hashlib.sha512,
}


@SIGNATURE.row("X-Payload-Digest")
def the_digest_is_keyed_with_the_webhooks_own_secret(ground: Ground) -> None:
    made = ground.created(ground.recipient)
    ground.told(made, "applicantCreated")
    bodies = list(ground.received.bodies)
    place = next(place for place, body in enumerate(bodies) if made.encode() in body)
    secret = ground.recipient.workspace.webhook_secret.encode()
    expected = hmac.new(secret, bodies[place], hashlib.sha256).hexdigest()
    assert ground.received.headers[place]["x-payload-digest"] == expected
    assert ground.received.headers[place]["x-payload-digest-alg"] == "HMAC_SHA256_HEX"


def add_algorithm(name: str) -> None:
    @SIGNATURE.row(f"X-Payload-Digest-Alg {name}")
    def the_algorithm_is_named_and_used(ground: Ground) -> None:
        caller = ground.caller("renamed")
        with receiving() as received:
            wanted = {"target": received.url, "secretKey": "webhook-secret-1",
                      "signatureAlgorithm": name,
                      "headers": [{"key": "X-Env", "value": "sbx"}]}  # fmt: skip
            hook = caller.post(HOOK_WRITES, wanted).json
            try:
                ground.created(caller)
                until(lambda: received.bodies, 20)
            finally:
                patch(caller, HOOK_WRITES, {"id": hook["id"], "disabled": True})
        headers = received.headers[0]
        expected = hmac.new(b"webhook-secret-1", received.bodies[0], _HASHES[name]).hexdigest()
        assert headers["x-payload-digest"] == expected
        assert (headers["x-payload-digest-alg"], headers["x-env"]) == (name, "sbx")


for _name in _HASHES:
    add_algorithm(_name)

_TEXT = b'{\n  "applicantId" : "66f000000000000000000001",\n  "type" : "applicantReviewed"\n}'
_VECTORS = {
    "HMAC_SHA1_HEX": "7d2bc8e5831a0714ab359a61e01725cec7c045c5",
    "HMAC_SHA256_HEX": "31d585cc04c7370a098f6c3946e5083528ca1ea5d26cedd2bd4492a91a585c7c",
    "HMAC_SHA512_HEX": "54ed17132c6d4671cb0213221747ac3cdbd6ed8ae85a96d85856a89862effe75"
    "afa34d85a5a89872028b6acd1dbe66e7e287ecfbf8065841edbc2d0fa4480260",
}


@SIGNATURE.row("POST /resources/inspectionCallbacks/testDigest")
def the_digest_of_a_text_can_be_asked_for(ground: Ground) -> None:
    """That ``digestAlg`` chooses the algorithm is our guess."""
    target = "/resources/inspectionCallbacks/testDigest?secretKey=webhook-secret-1&digestAlg="
    for algorithm, expected in _VECTORS.items():
        assert ground.donor.call("POST", target + algorithm, _TEXT).json == {"digest": expected}


@pytest.mark.parametrize("row", [*TYPES, *PAYLOAD, *SIGNATURE], ids=str)
def test_the_row_holds(ground: Ground, row: Row) -> None:
    row.check(ground)
