"""The sandbox's own addresses: token files, page, workspaces, and odd HTTP."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import pytest

from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, send, sha256


def test_a_token_file_is_importable_and_covers_the_outcomes(
    sandbox: Sandbox, recipient: Caller
) -> None:
    lines = sandbox.tokens_csv(20).splitlines()
    assert lines[0] == "token"
    assert len(lines) == 21
    assert len(set(lines)) == 21
    kinds = {_kind(recipient, token) for token in lines[1:]}
    assert kinds == {"approved", "documents_requested", "refused"}
    minted = {e["token_sha256"] for e in sandbox.ledger() if e["event"] == "minted"}
    assert {sha256(token) for token in lines[1:]} <= minted


def _kind(recipient: Caller, token: str) -> str:
    reply = recipient.reuse(token)
    if reply.status == 400:
        return "refused"
    return {"pending": "approved", "init": "documents_requested"}[
        reply.json["review"]["reviewStatus"]
    ]


def test_a_token_file_has_more_columns_on_request(sandbox: Sandbox) -> None:
    columns = "token,external_id,label,issued_at,expires_at,outcome"
    rows = list(csv.DictReader(io.StringIO(sandbox.tokens_csv(60, f"ttl=90&columns={columns}"))))
    for row in rows:
        lived = datetime.fromisoformat(row["expires_at"]) - datetime.fromisoformat(row["issued_at"])
        assert lived.total_seconds() == 90
    outcomes = {row["outcome"] for row in rows}
    codes = {10503, 10504, *range(10506, 10520), 10521}
    assert outcomes == {"approved", "documents_requested"} | {f"refused:{code}" for code in codes}


def test_a_token_file_can_be_of_one_outcome_and_longer_than_the_population(
    sandbox: Sandbox,
) -> None:
    text = sandbox.tokens_csv(400, "columns=token,outcome&outcome=approved")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len({row["token"] for row in rows}) == 400
    assert {row["outcome"] for row in rows} == {"approved"}


@pytest.mark.parametrize(
    "query", ["n=many", "n=-1", "ttl=never", "columns=secret", "outcome=refused:99999"]
)
def test_a_senseless_wish_for_tokens_mints_nothing(sandbox: Sandbox, query: str) -> None:
    before = _minted(sandbox)
    assert send(sandbox.url, "GET", f"/_sandbox/tokens.csv?{query}").status == 400
    assert _minted(sandbox) == before


def _minted(sandbox: Sandbox) -> int:
    return sum(event["event"] == "minted" for event in sandbox.ledger())


def test_the_settings_of_workspaces_are_listed_without_secrets(sandbox: Sandbox) -> None:
    listed = send(sandbox.url, "GET", "/_sandbox/workspaces").body.decode()
    for workspace in sandbox.workspaces:
        assert workspace.client_id in listed
        for secret in (workspace.app_token, workspace.secret_key, workspace.webhook_secret):
            assert secret not in listed


def test_a_senseless_setting_of_a_workspace_is_refused(sandbox: Sandbox) -> None:
    for body in (
        {"colour": "red"},
        {"partners": "all"},
        {"reuse_enabled": 1},
        {"permissions": ["fly"]},
        {"allowed_ips": ["localhost"]},
        {"token_expires_at": "tomorrow"},
    ):
        target = "/_sandbox/workspaces/stranger"
        assert send(sandbox.url, "PUT", target, json.dumps(body).encode()).status == 400
    assert send(sandbox.url, "PUT", "/_sandbox/workspaces/nobody", b"{}").status == 404
    assert send(sandbox.url, "POST", "/_sandbox/faults", b"{}").status == 405
    assert send(sandbox.url, "GET", "/_sandbox/nothing").status == 404


def test_partners_can_part_and_meet_again(
    sandbox: Sandbox, donor: Caller, recipient: Caller
) -> None:
    token = sandbox.tokens_csv(1, "outcome=approved").split()[1]
    sandbox.set_workspace("donor", {"partners": []})
    assert recipient.reuse(token).code == 10501
    sandbox.set_workspace("donor", {"partners": [sandbox.recipient.client_id]})
    sandbox.set_workspace("recipient", {"reuse_enabled": False})
    assert recipient.reuse(token).code == 10505
    sandbox.set_workspace("recipient", {"reuse_enabled": True})
    assert recipient.reuse(token).status == 200
