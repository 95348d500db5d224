"""The sandbox's own addresses: token files, page, workspaces, and odd HTTP."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import socket
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


def test_the_page_shows_workspaces_and_no_secret(sandbox: Sandbox) -> None:
    reply = send(sandbox.url, "GET", "/")
    text = reply.body.decode()
    assert reply.headers["content-type"].startswith("text/html")
    assert sandbox.recipient.client_id in text
    assert "demo-10513-doc-type" in text
    for workspace in sandbox.workspaces:
        for secret in (workspace.app_token, workspace.secret_key, workspace.webhook_secret):
            assert secret not in text
    listed = send(sandbox.url, "GET", "/_sandbox/workspaces").body.decode()
    assert sandbox.donor.secret_key not in listed


def test_a_senseless_setting_of_a_workspace_is_refused(sandbox: Sandbox) -> None:
    for body in ({"colour": "red"}, {"partners": "all"}, {"reuse_enabled": 1}):
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


def raw(sandbox: Sandbox, data: bytes) -> bytes:
    address = ("127.0.0.1", int(sandbox.url.rsplit(":", 1)[1]))
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(data)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_pipelined_requests_are_answered_in_order_after_a_slow_one(sandbox: Sandbox) -> None:
    slow = b"GET /resources/status/api HTTP/1.1\r\nHost: x\r\nX-Sandbox-Fault: latency=200\r\n\r\n"
    listed = b"GET /_sandbox/ledger.jsonl?after=999999999 HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answers = raw(sandbox, slow + listed + last)
    assert re.findall(rb"HTTP/1\.1 (\d+) ", answers) == [b"200", b"200", b"401"]
    assert b"ndjson\r\nTransfer-Encoding: chunked" in answers


@pytest.mark.parametrize("data", [b"hello\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"])
def test_what_is_no_http_gets_an_answer_in_sumsubs_shape(sandbox: Sandbox, data: bytes) -> None:
    answer = raw(sandbox, data)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"code":400' in answer


def test_an_endless_header_and_an_oversized_body_are_refused(sandbox: Sandbox) -> None:
    headers = {"X-Filler": "x" * 60_000, "X-More": "y" * 60_000}
    assert send(sandbox.url, "GET", "/", headers=headers).status == 400
    big = send(sandbox.url, "PUT", "/_sandbox/faults", b"x" * (9 * 1024 * 1024))
    assert (big.status, big.json["code"]) == (413, 413)


def test_odd_headers_of_other_clients_are_accepted(sandbox: Sandbox, recipient: Caller) -> None:
    token = sandbox.tokens_csv(1, "outcome=approved").split()[1]
    target = (
        f"/resources/api/reusableIdentity/reuse?shareToken={token}&levelName=id-only"
        "&userId=&levelName=ignored&sourceKey=&what=ever"
    )
    reply = recipient.post(target, Content_Type="application/json", Content_Encoding="utf-8")
    assert reply.status == 200
    assert reply.json["review"]["levelName"] == "id-only"


def test_a_compressed_body_is_signed_as_sent_and_then_not_json(
    sandbox: Sandbox, donor: Caller
) -> None:
    reply = donor.call("POST", "/resources/accessTokens/shareToken", gzip.compress(b"{}"))
    assert reply.status == 400
