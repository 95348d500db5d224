"""The calls that manage webhooks, and the digest that a receiver checks (reference 8.3, 8.5)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, Reply, send, until
from tests.sandbox.receiver import Received, receiving

LISTED = "/resources/api/clientWebhooks"
WRITTEN = "/resources/api/agent/clientWebhooks"
# The reference's body of 80 bytes.
BODY = b'{\n  "applicantId" : "66f000000000000000000001",\n  "type" : "applicantReviewed"\n}'
HASHES: dict[str, Callable[..., Any]] = {
    "HMAC_SHA1_HEX": hashlib.sha1,
    "HMAC_SHA256_HEX": hashlib.sha256,
    "HMAC_SHA512_HEX": hashlib.sha512,
}


@pytest.fixture(scope="module")
def own() -> Iterator[Sandbox]:
    """A sandbox of this module's own: webhooks cannot be deleted."""
    quick = {"review_delay_ms": 50}
    with process.start(applicants=30, post_limit="none", get_limit="none", scenario=quick) as one:
        yield one


@pytest.fixture
def manager(own: Sandbox) -> Caller:
    return Caller(own, own.recipient)


@pytest.fixture
def receiver() -> Iterator[Received]:
    with receiving() as received:
        yield received


def made(caller: Caller, **fields: Any) -> dict[str, Any]:
    reply = caller.post(WRITTEN, {"target": "https://console.example.test/hook", **fields})
    assert reply.status == 200, reply.body
    webhook: dict[str, Any] = reply.json
    return webhook


def patched(caller: Caller, **fields: Any) -> Reply:
    return caller.call("PATCH", WRITTEN, json.dumps(fields).encode())


def created(caller: Caller, **body: Any) -> str:
    applicant: str = caller.post("/resources/applicants?levelName=id-only", body).json["id"]
    return applicant


def test_a_webhook_is_shown_as_it_was_made_with_its_secret_in_clear(manager: Caller) -> None:
    wanted = {
        "name": "console",
        "description": "first",
        "target": "https://console.example.test/hooks/sumsub",
        "targetType": "http",
        "types": ["applicantCreated", "somethingNobodyKnows"],
        "applicantType": "individual",
        "sourceKeys": ["web-eu"],
        "secretKey": "webhook-secret-1",
        "signatureAlgorithm": "HMAC_SHA512_HEX",
        "headers": [{"key": "X-Env", "value": "sbx"}],
        "notResendFailedWebhooks": True,
    }
    webhook = made(manager, **wanted)
    assert {key: webhook[key] for key in wanted} == wanted
    assert webhook["clientId"] == manager.workspace.client_id
    assert manager.get(f"{LISTED}/{webhook['id']}").json == webhook
    assert webhook in manager.get(LISTED).json["list"]["items"]


def test_what_is_not_said_has_sumsubs_defaults(manager: Caller) -> None:
    webhook = made(manager)
    assert webhook["signatureAlgorithm"] == "HMAC_SHA256_HEX"
    assert webhook["targetType"] == "http"
    assert webhook["types"] == []
    assert len(webhook["secretKey"]) == 32
    assert webhook["notResendFailedWebhooks"] is webhook["disabled"] is False


def test_an_update_changes_what_it_names_and_nothing_else(manager: Caller) -> None:
    webhook = made(manager, name="before", types=["applicantPending"])
    reply = patched(manager, id=webhook["id"], name="after", secretKey="")
    assert reply.status == 200
    assert reply.json == {**webhook, "name": "after"}
    assert manager.get(f"{LISTED}/{webhook['id']}").json == {**webhook, "name": "after"}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"target": ""}, "target is required"),
        ({"target": "not an address"}, "https://"),
        ({"target": "ftp://console.example.test/"}, "https://"),
        ({"target": "http://console.example.test/"}, "plain HTTP is for 127.0.0.1"),
        ({"target": "http://127.0.0.1.console.example/"}, "plain HTTP is for 127.0.0.1"),
        ({"target": "http://localhost@console.example.test/"}, "user name"),
        ({"target": "https://console.example.test/\r\nX: y"}, "https://"),
        ({"target": 7}, "target must be a string"),
        ({"types": "applicantCreated"}, "types must be a list of strings"),
        ({"sourceKeys": [1]}, "sourceKeys must be a list of strings"),
        ({"applicantType": "robot"}, "robot is not valid"),
        ({"signatureAlgorithm": "MD5"}, "MD5 is not valid"),
        ({"headers": [{"key": "A b", "value": "c"}]}, "not a valid header"),
        ({"headers": [{"key": "X-A", "value": "c\r\nX-B: d"}]}, "not a valid header"),
        ({"headers": [{"key": "Content-Length", "value": "1"}]}, "cannot be set"),
        ({"headers": "X-A: b"}, "headers must be a list"),
        ({"notResendFailedWebhooks": "yes"}, "must be a boolean"),
    ],
)
def test_a_webhook_that_makes_no_sense_is_refused_with_the_reason(
    manager: Caller, fields: dict[str, Any], why: str
) -> None:
    reply = manager.post(WRITTEN, {"target": "https://console.example.test/hook", **fields})
    assert reply.status == 400
    assert why in reply.json["description"]


def test_webhooks_belong_to_their_workspace(own: Sandbox, manager: Caller) -> None:
    webhook = made(manager)
    stranger = Caller(own, own.workspace("stranger"))
    assert stranger.get(LISTED).json == {"list": {"items": []}}
    assert stranger.get(f"{LISTED}/{webhook['id']}").status == 404
    assert patched(stranger, id=webhook["id"], name="mine").status == 404
    assert manager.get(f"{LISTED}/66f00000000000000000c001").status == 404


def test_managing_webhooks_takes_the_permission_to_manage_settings(own: Sandbox) -> None:
    own.set_workspace("dormant", {"permissions": ["view_applicants", "create_applicants"]})
    dormant = Caller(own, own.workspace("dormant"))
    assert dormant.get(LISTED).status == 403
    assert dormant.post(WRITTEN, {"target": "https://console.example.test/"}).status == 403


def test_a_workspace_has_at_most_fifty_active_webhooks_and_lists_the_oldest_fifty(
    own: Sandbox,
) -> None:
    donor = Caller(own, own.donor)
    all_made = [made(donor, name=f"number {number}") for number in range(50)]
    target = {"target": "https://console.example.test/one-more"}
    refused = donor.post(WRITTEN, target)
    assert refused.status == 400
    assert refused.json["description"] == "The maximum number of webhooks has been reached"
    assert patched(donor, id=all_made[7]["id"], disabled=True).status == 200
    one_more = made(donor, name="one more")
    assert patched(donor, id=all_made[7]["id"], disabled=False).status == 400
    listed = [webhook["id"] for webhook in donor.get(LISTED).json["list"]["items"]]
    assert listed == [webhook["id"] for webhook in all_made]
    assert donor.get(f"{LISTED}/{one_more['id']}").json["name"] == "one more"


@pytest.mark.parametrize("algorithm", HASHES)
def test_each_webhook_signs_with_its_own_secret_and_algorithm_and_sends_its_headers(
    manager: Caller, receiver: Received, algorithm: str
) -> None:
    webhook = made(
        manager,
        target=receiver.url,
        secretKey="webhook-secret-1",
        signatureAlgorithm=algorithm,
        headers=[{"key": "X-Env", "value": "sbx"}],
    )
    created(manager)
    until(lambda: receiver.bodies)
    body, headers = receiver.bodies[0], receiver.headers[0]
    expected = hmac.new(b"webhook-secret-1", body, HASHES[algorithm]).hexdigest()
    assert headers["x-payload-digest"] == expected
    assert headers["x-payload-digest-alg"] == algorithm
    assert headers["x-env"] == "sbx"
    patched(manager, id=webhook["id"], disabled=True)


def test_a_webhook_gets_the_kinds_of_events_and_applicants_it_asked_for(
    manager: Caller, receiver: Received
) -> None:
    url = receiver.url
    webhooks = [
        made(manager, target=f"{url}/all"),
        made(manager, target=f"{url}/pending", types=["applicantPending"]),
        made(manager, target=f"{url}/company", applicantType="company"),
        made(manager, target=f"{url}/web", sourceKeys=["web-eu"]),
        made(manager, target=f"{url}/chat", targetType="slack"),
    ]
    person = created(manager, sourceKey="web-eu")
    company = created(manager, type="company")
    manager.post(f"/resources/applicants/{person}/status/pending")

    def seen() -> set[tuple[str, str, str]]:
        events = zip(list(receiver.paths), receiver.events(), strict=False)
        return {(p.rpartition("/")[2], e["type"], e["applicantId"]) for p, e in events}

    expected = {
        ("all", "applicantCreated", person),
        ("all", "applicantPending", person),
        ("all", "applicantCreated", company),
        ("pending", "applicantPending", person),
        ("company", "applicantCreated", company),
        ("web", "applicantCreated", person),
        ("web", "applicantPending", person),
    }
    until(lambda: seen() >= expected)
    assert seen() == expected
    assert {e["sourceKey"] for e in receiver.about(person)} == {"web-eu"}
    assert {e["applicantType"] for e in receiver.about(company)} == {"company"}
    for webhook in webhooks:
        patched(manager, id=webhook["id"], disabled=True)


def test_a_disabled_webhook_hears_nothing_until_it_is_enabled_again(
    manager: Caller, receiver: Received
) -> None:
    webhook = made(manager, target=receiver.url, disabled=True)
    created(manager, externalUserId="unheard")
    patched(manager, id=webhook["id"], disabled=False)
    created(manager, externalUserId="heard")
    until(lambda: receiver.bodies)
    assert {event["externalUserId"] for event in receiver.events()} == {"heard"}
    patched(manager, id=webhook["id"], disabled=True)


def test_a_test_delivery_is_marked_and_goes_to_one_webhook_alone(
    own: Sandbox, manager: Caller, receiver: Received
) -> None:
    webhook = made(manager, target=receiver.url)
    other = made(manager, target=f"{receiver.url}/other")
    path = f"/_sandbox/webhooks/{webhook['id']}/test?type=applicantOnHold"
    assert send(own.url, "POST", path).status == 200
    until(lambda: receiver.bodies)
    (event,) = receiver.events()
    assert (event["testMode"], event["type"]) == (True, "applicantOnHold")
    assert event["reviewStatus"] == "onHold"
    assert receiver.paths == ["/webhooks/sumsub"]
    for one in (webhook, other):
        patched(manager, id=one["id"], disabled=True)
    assert send(own.url, "POST", path).status == 400
    assert send(own.url, "POST", f"/_sandbox/webhooks/{'0' * 24}/test").status == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "31d585cc04c7370a098f6c3946e5083528ca1ea5d26cedd2bd4492a91a585c7c"),
        ("&digestAlg=HMAC_SHA1_HEX", "7d2bc8e5831a0714ab359a61e01725cec7c045c5"),
    ],
)
def test_the_digest_of_a_text_can_be_asked_for(manager: Caller, query: str, expected: str) -> None:
    target = f"/resources/inspectionCallbacks/testDigest?secretKey=webhook-secret-1{query}"
    assert manager.call("POST", target, BODY).json == {"digest": expected}


def test_a_digest_without_a_secret_is_refused(manager: Caller) -> None:
    reply = manager.call("POST", "/resources/inspectionCallbacks/testDigest", BODY)
    assert reply.status == 400
    assert "secretKey" in reply.json["description"]


def test_a_workspaces_own_address_must_be_deliverable_too(own: Sandbox) -> None:
    for url, status in (("http://console.example.test/", 400), ("http://localhost:1/", 200)):
        body = f'{{"webhook_url": "{url}"}}'.encode()
        assert send(own.url, "PUT", "/_sandbox/workspaces/renamed", body).status == status


def test_the_list_of_all_webhooks_tells_no_secret(own: Sandbox, manager: Caller) -> None:
    webhook = made(manager, secretKey="must-not-be-seen-here")
    listed = send(own.url, "GET", "/_sandbox/webhooks")
    shown = next(one for one in listed.json["items"] if one["id"] == webhook["id"])
    assert shown["waiting"] == 0
    assert b"must-not-be-seen-here" not in listed.body
