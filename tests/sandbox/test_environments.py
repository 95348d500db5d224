"""Sandbox and production: two environments behind one address that never meet."""

from __future__ import annotations

import functools
from urllib.parse import quote

import pytest

from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, sha256, until
from tests.sandbox.receiver import receiving

LEVELS = "/resources/applicants/-/levels"
COPY = "/resources/applicants/-/import?shareToken="


@pytest.fixture
def production(sandbox: Sandbox) -> Caller:
    return Caller(sandbox, sandbox.workspace("production"))


def person_of(production: Caller, external_id: str = "demo-production-approved") -> str:
    found: str = production.lookup(external_id).json["applicant"]["id"]
    return found


def test_production_is_the_last_workspace_and_has_a_token_of_its_own_kind(
    sandbox: Sandbox, production: Caller
) -> None:
    assert [workspace.name for workspace in sandbox.workspaces][::5] == ["donor", "production"]
    kinds = {one.name: one.app_token.partition(":")[0] for one in sandbox.workspaces}
    assert kinds.pop("production") == "prd"
    assert set(kinds.values()) == {"sbx"}
    assert production.get(LEVELS).status == 200


@pytest.mark.parametrize(("name", "prefix"), [("production", "sbx:"), ("recipient", "prd:")])
def test_a_token_of_the_other_environment_is_unknown(
    sandbox: Sandbox, name: str, prefix: str
) -> None:
    caller = Caller(sandbox, sandbox.workspace(name))
    changed = prefix + caller.workspace.app_token[4:]
    reply = caller.get(LEVELS, X_App_Token=changed)
    assert (reply.status, reply.code) == (401, 4001)
    assert caller.get(LEVELS, X_App_Token=changed[4:]).code == 4001


def test_a_share_token_does_not_cross_over(
    sandbox: Sandbox, donor: Caller, recipient: Caller, production: Caller
) -> None:
    ours = donor.lookup("demo-approved").json["applicant"]["id"]
    for minter, person, redeemer in (
        (production, person_of(production), recipient),
        (donor, ours, production),
    ):
        token = minter.mint(person, redeemer.workspace.client_id)
        for reply in (redeemer.reuse(token), redeemer.post(COPY + quote(token))):
            assert reply.status == 401
            assert reply.json["description"].startswith("Token is invalid: ")
            assert "errorCode" not in reply.json
        told = [e["event"] for e in sandbox.ledger() if e["token_sha256"] == sha256(token)]
        assert told == ["minted", "refused", "refused"]


def test_within_production_a_share_token_is_redeemed(production: Caller) -> None:
    own = production.workspace.client_id
    for external_id, status in (
        ("demo-production-approved", "pending"),
        ("demo-production-no-selfie", "init"),
    ):
        token = production.mint(person_of(production, external_id), own)
        reply = production.reuse(token)
        assert (reply.status, reply.json["review"]["reviewStatus"]) == (200, status)
    undecided = production.mint(person_of(production, "demo-production-pending"), own)
    assert production.reuse(undecided).code == 10507


def test_the_shape_of_a_share_token_tells_its_environment(
    sandbox: Sandbox, donor: Caller, production: Caller
) -> None:
    own = production.workspace.client_id
    person = person_of(production)
    minted = [production.mint(person, own) for _ in range(60)]
    assert not [token for token in minted if "sbx" in token]
    assert [token for token in minted if token.startswith("_act-jwt-")]
    ours = sandbox.tokens_csv(60).split()[1:]
    assert [token for token in ours if token.startswith("_act-sbx-jwt-")]
    assert not [token for token in ours if token.startswith("_act-jwt-")]


def test_a_verdict_by_hand_exists_in_the_sandbox_alone(donor: Caller, production: Caller) -> None:
    target = "/resources/applicants/{}/status/testCompleted"
    refused = production.post(target.format(person_of(production)), {"reviewAnswer": "GREEN"})
    assert refused.status == 400
    assert refused.json["description"] == "This method is only supported on sandbox env"
    ours = donor.lookup("demo-approved-single-name").json["applicant"]["id"]
    assert donor.post(target.format(ours), {"reviewAnswer": "GREEN"}).json == {"ok": 1}


def test_the_lists_of_demo_people_are_of_the_sandbox(
    sandbox: Sandbox, production: Caller, people: dict[str, dict[str, str]]
) -> None:
    assert not [one for one in people if one.startswith("demo-production")]
    person = person_of(production)
    assert production.get(f"/resources/applicants/{person}/one").status == 200
    assert Caller(sandbox, sandbox.donor).get(f"/resources/applicants/{person}/one").status == 404


def test_a_webhook_of_production_says_so(
    sandbox: Sandbox, recipient: Caller, production: Caller
) -> None:
    with receiving() as received:
        for caller, mode in ((production, False), (recipient, True)):
            name = caller.workspace.name
            sandbox.set_workspace(name, {"webhook_url": received.url})
            try:
                wanted = {"externalUserId": f"hook-{name}"}
                made = caller.post("/resources/applicants?levelName=id-only", wanted).json["id"]
                told = until(functools.partial(received.about, made))
            finally:
                sandbox.set_workspace(name, {"webhook_url": ""})
            assert told[0]["sandboxMode"] is mode
