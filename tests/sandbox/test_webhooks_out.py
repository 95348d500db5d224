"""What the webhooks say that the sandbox sends, and when they go out."""

from __future__ import annotations

import hashlib
import hmac
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from tests.parts.waiting import PATIENCE
from tests.sandbox.caller import Caller, until
from tests.sandbox.receiver import Received, receiving


@pytest.fixture(scope="module")
def listening() -> Iterator[Received]:
    with receiving() as received:
        yield received


@pytest.fixture(scope="module")
def calling(listening: Received) -> Iterator[Sandbox]:
    quick = {"review_delay_ms": 100, "webhook_retry_scale": 0.0002}
    with process.start(
        applicants=30, webhook_url=listening.url, scenario=quick, post_limit="none"
    ) as sandbox:
        yield sandbox


@pytest.fixture
def receiver(listening: Received) -> Received:
    """The receiver with its memory cleared."""
    listening.clear()
    return listening


@pytest.fixture
def recipient(calling: Sandbox) -> Caller:
    return Caller(calling, calling.recipient)


def token_of(sandbox: Sandbox, external_id: str) -> str:
    person = next(p for p in sandbox.applicants() if p["external_user_id"] == external_id)
    return Caller(sandbox, sandbox.donor).mint(person["applicant_id"], sandbox.recipient.client_id)


def all_about(receiver: Received, applicant_id: str, count: int) -> list[dict[str, Any]]:
    """The events about an applicant, once there are so many."""
    until(lambda: len(receiver.about(applicant_id)) >= count)
    return receiver.about(applicant_id)


def test_a_reuse_is_announced_step_by_step_from_created_to_reviewed(
    calling: Sandbox, receiver: Received, recipient: Caller
) -> None:
    made = recipient.reuse(token_of(calling, "demo-approved"), "hook-1").json["id"]
    event = all_about(receiver, made, 4)[3]
    assert receiver.of(made) == [
        ("applicantCreated", "init"),
        ("applicantPending", "pending"),
        ("applicantPrechecked", "queued"),
        ("applicantReviewed", "completed"),
    ]
    assert event["externalUserId"] == "hook-1"
    assert event["clientId"] == calling.recipient.client_id
    assert event["sandboxMode"] is True
    assert event["reviewResult"] == {"reviewAnswer": "GREEN"}
    assert event["sourceKey"] is None
    for absent in ("reuseScope", "testMode", "previousLevelName", "reviewMode"):
        assert absent not in event


def test_a_body_is_laid_out_as_in_sumsubs_sample(
    calling: Sandbox, receiver: Received, recipient: Caller
) -> None:
    made = recipient.reuse(token_of(calling, "demo-review-resubmission"), "laid-out").json["id"]
    all_about(receiver, made, 4)
    body = next(body for body in receiver.bodies if b'"applicantReviewed"' in body).decode()
    event = receiver.about(made)[-1]
    assert body == (
        "{\n"
        f'  "applicantId" : "{made}",\n'
        f'  "inspectionId" : "{event["inspectionId"]}",\n'
        '  "applicantType" : "individual",\n'
        f'  "correlationId" : "{event["correlationId"]}",\n'
        '  "levelName" : "id-only",\n'
        '  "sourceKey" : null,\n'
        '  "externalUserId" : "laid-out",\n'
        '  "type" : "applicantReviewed",\n'
        '  "sandboxMode" : true,\n'
        '  "reviewResult" : {\n'
        '    "moderationComment" : "Please upload a sharper photo.",\n'
        '    "clientComment" : "Blurred document",\n'
        '    "reviewAnswer" : "RED",\n'
        '    "rejectLabels" : [ "UNSATISFACTORY_PHOTOS" ],\n'
        '    "reviewRejectType" : "RETRY",\n'
        '    "buttonIds" : [ ]\n'
        "  },\n"
        '  "reviewStatus" : "completed",\n'
        f'  "createdAt" : "{event["createdAt"]}",\n'
        f'  "createdAtMs" : "{event["createdAtMs"]}",\n'
        f'  "clientId" : "{calling.recipient.client_id}"\n'
        "}"
    )
    assert event["createdAt"] == event["createdAtMs"][:-4] + "+0000"


def test_the_digest_is_made_with_the_workspaces_webhook_secret(
    calling: Sandbox, receiver: Received, recipient: Caller
) -> None:
    recipient.reuse(token_of(calling, "demo-documents-no-selfie"))
    until(lambda: len(receiver.bodies) == 1)
    body, headers = receiver.bodies[0], receiver.headers[0]
    assert receiver.paths == ["/webhooks/sumsub"]
    assert headers["x-payload-digest-alg"] == "HMAC_SHA256_HEX"
    assert headers["content-type"] == "application/json"
    secret = calling.recipient.webhook_secret.encode()
    assert headers["x-payload-digest"] == hmac.new(secret, body, hashlib.sha256).hexdigest()


def test_a_copy_with_missing_steps_says_green_first(
    calling: Sandbox, receiver: Received, recipient: Caller
) -> None:
    token = token_of(calling, "demo-documents-no-selfie")
    target = f"/resources/applicants/-/import?shareToken={token}&levelName=id-only"
    made = recipient.post(target).json["id"]
    first, second = all_about(receiver, made, 2)
    assert first["type"] == "applicantReviewed"
    assert first["reuseScope"] == "importApiShareToken"
    assert first["reviewResult"] == {"reviewAnswer": "GREEN"}
    assert "reuseScope" not in second
    assert second["reviewStatus"] == "init"
    assert second["createdAt"] == first["createdAt"] or second["createdAtMs"] > first["createdAtMs"]


def test_a_copy_that_is_checked_again_carries_its_origin_on_the_first_webhook_alone(
    calling: Sandbox, receiver: Received, recipient: Caller
) -> None:
    token = token_of(calling, "demo-approved")
    target = f"/resources/applicants/-/import?shareToken={token}&trustReview=false"
    made = recipient.post(target).json["id"]
    events = all_about(receiver, made, 4)
    assert [event["type"] for event in events] == [
        "applicantReviewed",
        "applicantPending",
        "applicantPrechecked",
        "applicantReviewed",
    ]
    assert [event.get("reuseScope") for event in events] == [
        "importApiShareToken",
        None,
        None,
        None,
    ]


def test_changes_by_hand_are_announced_too(
    calling: Sandbox, receiver: Received, recipient: Caller
) -> None:
    made = recipient.post("/resources/applicants?levelName=id-only", {}).json["id"]
    path = f"/resources/applicants/{made}"
    recipient.post(f"{path}/status/pending")
    recipient.post(f"{path}/status/testCompleted", {"reviewAnswer": "GREEN"})
    recipient.call("PATCH", f"{path}/presence/deactivated")
    recipient.call("PATCH", f"{path}/presence/activated")
    all_about(receiver, made, 5)
    assert [kind for kind, _ in receiver.of(made)] == [
        "applicantCreated",
        "applicantPending",
        "applicantReviewed",
        "applicantDeactivated",
        "applicantActivated",
    ]


def test_the_donor_hears_nothing_of_a_redemption(
    calling: Sandbox, receiver: Received, recipient: Caller
) -> None:
    calling.set_workspace("donor", {"webhook_url": receiver.url})
    made = recipient.reuse(token_of(calling, "demo-approved")).json["id"]
    all_about(receiver, made, 4)
    calling.set_workspace("donor", {"webhook_url": ""})
    assert {event["clientId"] for event in receiver.events()} == {calling.recipient.client_id}


def test_a_flag_with_an_address_off_this_machine_is_refused_with_the_reason() -> None:
    command = [sys.executable, "-m", "sumsub.sandbox", "--webhook-url", "http://console.example/"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == 2
    assert "plain HTTP is for 127.0.0.1 and localhost only" in ended.stderr
