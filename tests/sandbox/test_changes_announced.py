"""What callers do to applicants is announced by webhook, and may be struck by a fault."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, until
from tests.sandbox.forms import upload
from tests.sandbox.receiver import Received, receiving
from tests.sandbox.test_uploads import PASSPORT, create


@pytest.fixture(scope="module")
def receiver() -> Iterator[Received]:
    with receiving() as received:
        yield received


@pytest.fixture(scope="module")
def sandbox(receiver: Received) -> Iterator[Sandbox]:
    with process.start(
        applicants=31,
        webhook_url=receiver.url,
        post_limit="none",
        scenario={"review_delay_ms": 60_000},
    ) as running:
        yield running


def test_every_change_has_its_webhook(receiver: Received, recipient: Caller) -> None:
    made = create(recipient, sourceKey="web")
    path = f"/resources/applicants/{made}"
    recipient.call(
        "PATCH", "/resources/applicants", json.dumps({"id": made, "lang": "fr"}).encode()
    )
    recipient.post(f"{path}/tags", ["a"])
    recipient.post(f"{path}/tags", ["a"])
    recipient.post(f"{path}/moveToLevel?name=id-and-poa")
    recipient.post(f"{path}/status/pending")
    recipient.post(f"{path}/-/reject")
    recipient.post(f"{path}/resetStep/IDENTITY")
    recipient.post(f"{path}/reset")
    recipient.call("PATCH", f"{path}/presence/deactivated")
    recipient.call("PATCH", f"{path}/presence/activated")
    wanted = [
        ("applicantCreated", "init"),
        ("applicantPersonalInfoChanged", "init"),
        ("applicantTagsChanged", "init"),
        ("applicantLevelChanged", "init"),
        ("applicantPending", "pending"),
        ("applicantReviewed", "completed"),
        ("applicantStepsReset", "init"),
        ("applicantReset", "init"),
        ("applicantDeactivated", "init"),
        ("applicantActivated", "init"),
    ]
    until(lambda: len(receiver.of(made)) >= len(wanted), 20)
    assert sorted(receiver.of(made)) == sorted(wanted)
    by_type = {event["type"]: event for event in receiver.about(made)}
    assert by_type["applicantLevelChanged"]["previousLevelName"] == "id-only"
    assert by_type["applicantLevelChanged"]["levelName"] == "id-and-poa"
    assert by_type["applicantReviewed"]["reviewResult"]["reviewRejectType"] == "FINAL"
    assert {event["sourceKey"] for event in by_type.values()} == {"web"}


def test_a_recorded_applicant_is_announced_as_created_and_reviewed(
    receiver: Received, recipient: Caller
) -> None:
    target = "/resources/applicants/-/ingestCompleted?levelName=id-only"
    made = recipient.post(target, {}).json["id"]
    until(lambda: len(receiver.of(made)) >= 2, 20)
    assert sorted(receiver.of(made)) == [
        ("applicantCreated", "init"),
        ("applicantReviewed", "completed"),
    ]


@pytest.mark.parametrize(
    ("call", "method", "path", "body"),
    [
        ("patch", "PATCH", "", b'{"id": "APPLICANT", "lang": "fr"}'),
        ("tags", "POST", "/APPLICANT/tags", b'["a"]'),
        ("reset", "POST", "/APPLICANT/reset", b""),
        ("move_to_level", "POST", "/APPLICANT/moveToLevel?name=id-only", b""),
        ("images", "GET", "/APPLICANT/metadata/resources", b""),
        ("change", "PATCH", "/APPLICANT/presence/deactivated", b""),
        ("change_levels", "POST", "/-/levels", b'{"name": "n"}'),
        ("ingest", "POST", "/-/ingestCompleted?levelName=id-only", b"{}"),
    ],
)
def test_a_fault_can_name_the_call(
    sandbox: Sandbox, recipient: Caller, call: str, method: str, path: str, body: bytes
) -> None:
    made = create(recipient)
    sandbox.set_faults({"rules": [{"call": call, "do": "error_before_commit", "status": 503}]})
    target = f"/resources/applicants{path}".replace("APPLICANT", made)
    reply = recipient.call(method, target, body.replace(b"APPLICANT", made.encode()))
    assert reply.status == 503
    assert recipient.get(f"/resources/applicants/{made}/one").status == 200
    sandbox.set_faults({})


def test_a_change_under_a_stale_reading_does_not_undo_the_verdict(
    sandbox: Sandbox, recipient: Caller
) -> None:
    made = create(recipient)
    assert upload(recipient, made, **PASSPORT).status == 200
    path = f"/resources/applicants/{made}"
    recipient.post(f"{path}/status/testCompleted", {"reviewAnswer": "GREEN"})
    recipient.post(f"{path}/tags", ["a"], x_sandbox_fault="stale")
    status = recipient.get(f"{path}/status").json
    assert status["reviewResult"] == {"reviewAnswer": "GREEN"}
