"""The curl examples of Sumsub's guides, sent as they are printed but for host and ids."""

from __future__ import annotations

from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, Reply, send

People = dict[str, dict[str, str]]


def minted(sandbox: Sandbox, donor: Caller, people: People) -> str:
    """Generate a share token, body printed over several lines, time to live as text."""
    body = (
        "\n{\n"
        f'"applicantId": "{people["demo-approved-complete"]["applicant_id"]}",\n'
        f'"forClientId": "{sandbox.recipient.client_id}",\n'
        '"ttlInSecs": "600"\n}\n'
    ).encode()
    reply = donor.call(
        "POST", "/resources/accessTokens/shareToken", body, content_type="application/json"
    )
    assert set(reply.json) == {"token", "forClientId"}
    token: str = reply.json["token"]
    return token


def post(recipient: Caller, target: str) -> Reply:
    """``curl -X POST URL``: no body and no content type."""
    headers = recipient.headers("POST", target, b"")
    return send(recipient.sandbox.url, "POST", target, headers=headers)


def test_reuse_and_its_preview_as_in_the_guide(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller
) -> None:
    query = f"?shareToken={minted(sandbox, donor, people)}&levelName=id-and-liveness"
    path = "/resources/api/reusableIdentity/reuse"
    for target in (f"{path}/preview{query}", f"{path}{query}"):
        reply = post(recipient, target)
        assert reply.status == 200
        assert list(reply.json)[:5] == ["id", "createdAt", "key", "clientId", "inspectionId"]
        assert reply.json["info"]["firstName"]
    assert reply.json["externalUserId"].startswith("copy-")


def test_the_refusal_printed_in_the_guide(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller
) -> None:
    person = people["demo-10513-doc-type"]["applicant_id"]
    token = donor.mint(person, sandbox.recipient.client_id)
    reply = post(
        recipient,
        f"/resources/api/reusableIdentity/reuse?shareToken={token}&levelName=id-and-liveness",
    )
    assert reply.json == {
        "code": 400,
        "errorCode": 10513,
        "errorName": "reusable-kyc-not-compatible-doc-type",
        "description": "Not Reusable KYC for level: id-and-liveness",
        "type": "de.smtdp.commons.service.exceptions.ServiceException",
    }


def test_the_old_guides_two_calls(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller
) -> None:
    person = people["demo-approved"]["applicant_id"]
    mint = (
        f"/resources/accessTokens/-/shareToken?applicantId={person}"
        f"&forClientId={sandbox.recipient.client_id}"
    )
    token = post(donor, mint).json["token"]
    reply = post(recipient, f"/resources/applicants/-/import?shareToken={token}")
    assert reply.status == 200
    assert reply.json["clientId"] == sandbox.recipient.client_id


def test_a_recipient_that_nobody_knows_can_be_named_but_not_served(
    donor: Caller, recipient: Caller, people: People
) -> None:
    token = donor.mint(people["demo-approved"]["applicant_id"], "CoolCoinLtd", "600")
    assert recipient.reuse(token).code == 10502


def test_sharing_within_the_same_key(donor: Caller, sandbox: Sandbox, people: People) -> None:
    person = people["demo-approved"]["applicant_id"]
    token = donor.mint(person, sandbox.donor.client_id)
    assert donor.reuse(token, "same-key").status == 200
