"""HTTP as other people's clients speak it, and as no client should."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from sumsub.sandbox.process import Sandbox
from sumsub.sandbox.server import Connection
from sumsub.sandbox.wire import Answer, Request, problem_answer
from tests.sandbox.caller import Caller, send
from tests.sandbox.sockets import connect, everything, raw, signed, statuses

LEVELS = "/resources/applicants/-/levels"
STATUS = b"GET /resources/status/api HTTP/1.1\r\nHost: localhost\r\n"
COUNT = "/resources/applicants/-/count"
MINT = "/resources/accessTokens/shareToken"

People = dict[str, dict[str, str]]


# order and endings


def test_pipelined_requests_are_answered_in_order_after_a_slow_one(sandbox: Sandbox) -> None:
    slow = STATUS + b"X-Sandbox-Fault: latency=200\r\n\r\n"
    listed = (
        b"GET /_sandbox/ledger.jsonl?after=999999999 HTTP/1.1\r\nHost: localhost\r\n\r\n"
        b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    answers = raw(sandbox, slow + listed + b"nonsense\r\n\r\n")
    assert statuses(answers) == [200, 200, 401, 400]
    assert b"ndjson\r\nTransfer-Encoding: chunked" in answers


def test_a_client_that_has_said_all_still_gets_its_answers(sandbox: Sandbox) -> None:
    with connect(sandbox) as connection:
        slow = STATUS + b"X-Sandbox-Fault: latency=150\r\n\r\n"
        connection.sendall(slow + STATUS + b"\r\n")
        connection.shutdown(socket.SHUT_WR)
        assert statuses(everything(connection)) == [200, 200]


def test_a_client_of_http_1_0_gets_a_list_that_ends_with_the_connection(sandbox: Sandbox) -> None:
    answer = raw(sandbox, b"GET /_sandbox/applicants HTTP/1.0\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Transfer-Encoding" not in head
    assert b"Connection: close" in head
    assert json.loads(body)["items"]


def test_an_offer_of_http_2_is_passed_over_and_the_connection_kept(
    sandbox: Sandbox, recipient: Caller
) -> None:
    """Java's own client makes this offer with its first request."""
    offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk"
    first = signed(recipient, "GET", LEVELS, close=False, extra=offer)
    assert statuses(raw(sandbox, first + signed(recipient, "GET", LEVELS))) == [200, 200]


def test_any_number_of_such_offers_may_come_at_once(sandbox: Sandbox) -> None:
    offer = STATUS + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    answers = raw(sandbox, offer * 1500 + STATUS + b"Connection: close\r\n\r\n")
    assert statuses(answers) == [200] * 1501


# odd, but taken


def test_a_body_in_chunks_is_signed_as_if_it_were_whole(
    sandbox: Sandbox, donor: Caller, people: People
) -> None:
    body = _wish(sandbox, people)
    chunks = b"%x\r\n%s\r\n%x;note=1\r\n%s\r\n0\r\n\r\n" % (9, body[:9], len(body) - 9, body[9:])
    framed = b"Transfer-Encoding: chunked\r\n\r\n" + chunks
    assert statuses(raw(sandbox, signed(donor, "POST", MINT, body, framed=framed))) == [200]


def test_a_client_that_asks_first_is_told_to_go_on(
    sandbox: Sandbox, donor: Caller, people: People
) -> None:
    body = _wish(sandbox, people)
    whole = signed(donor, "POST", MINT, body, extra="Expect: 100-continue")
    with connect(sandbox) as connection:
        connection.sendall(whole[: -len(body)])
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert statuses(everything(connection)) == [200]


def test_header_names_may_be_written_in_any_case(sandbox: Sandbox, recipient: Caller) -> None:
    request = signed(recipient, "GET", LEVELS)
    names = [b"X-App-Token", b"X-App-Access-Ts", b"X-App-Access-Sig"]
    for change in (bytes.lower, bytes.upper):
        changed = request
        for name in names:
            changed = changed.replace(name, change(name))
        assert statuses(raw(sandbox, changed)) == [200]


def test_a_target_with_scheme_and_host_is_signed_without_them(
    sandbox: Sandbox, recipient: Caller
) -> None:
    line = f"GET http://api.sumsub.com{LEVELS} HTTP/1.1"
    assert statuses(raw(sandbox, signed(recipient, "GET", LEVELS, line=line))) == [200]


def test_head_is_answered_as_get_without_the_body(sandbox: Sandbox, recipient: Caller) -> None:
    length = recipient.get(LEVELS).headers["content-length"]
    answer = raw(sandbox, signed(recipient, "HEAD", LEVELS))
    assert statuses(answer) == [200]
    assert f"Content-Length: {length}\r\n".encode() in answer
    assert answer.endswith(b"\r\n\r\n")


def test_options_and_a_wrong_method_name_the_methods(recipient: Caller) -> None:
    tells = recipient.call("OPTIONS", COUNT)
    assert (tells.status, tells.headers["allow"]) == (200, "GET, HEAD, OPTIONS")
    wrong = recipient.call("DELETE", COUNT)
    assert (wrong.status, wrong.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert recipient.call("OPTIONS", "/resources/nonsense").status == 404


@pytest.mark.parametrize("ttl", ["600", 600, "", None])
def test_a_time_to_live_may_be_text_or_number(
    sandbox: Sandbox, donor: Caller, people: People, ttl: object
) -> None:
    wish = json.loads(_wish(sandbox, people)) | {"ttlInSecs": ttl, "unheard": {"of": []}}
    assert donor.post(MINT, wish).status == 200


def test_the_legacy_form_takes_everything_from_the_query(
    sandbox: Sandbox, donor: Caller, recipient: Caller, people: People
) -> None:
    wish = json.loads(_wish(sandbox, people))
    query = f"applicantId={wish['applicantId']}&forClientId={quote(wish['forClientId'])}"
    target = f"/resources/accessTokens/-/shareToken?{query}&ttlInSecs=600&ttlInSecs=&x=%20+"
    minted = donor.post(target, None, Content_Type="application/json")
    assert minted.status == 200
    for method in ("GET", "POST"):
        token = quote(minted.json["token"])
        preview = f"/resources/api/reusableIdentity/reuse/preview?shareToken={token}"
        reply = recipient.call(method, f"{preview}&levelName=id-only&userId=")
        assert reply.status == 200


def test_odd_headers_and_parameters_of_other_clients_are_accepted(
    sandbox: Sandbox, recipient: Caller
) -> None:
    token = sandbox.tokens_csv(1, "outcome=approved").split()[1]
    target = (
        f"/resources/api/reusableIdentity/reuse?shareToken={token}&levelName=id-only"
        "&userId=&levelName=ignored&sourceKey=&what=ever"
    )
    reply = recipient.post(target, Content_Type="application/json", Content_Encoding="utf-8")
    assert reply.status == 200
    assert reply.json["review"]["levelName"] == "id-only"


@pytest.mark.parametrize(
    "external_id",
    ["plain", "a/b", "semi;colon=1", "a+b c", "ünïcødé-名", "100%", "quo'te\"", "-", ".."],
)
def test_an_external_id_may_be_anything_that_can_be_written(
    recipient: Caller, external_id: str
) -> None:
    made = recipient.post(
        "/resources/applicants?levelName=id-only", {"externalUserId": external_id}
    )
    assert made.status in (201, 409)
    escaped = quote(external_id, safe="")
    for target in (
        f"/resources/applicants/-;externalUserId={escaped}/one",
        f"/resources/applicants/-%3BexternalUserId%3D{escaped}/one",
    ):
        assert recipient.get(target).json["externalUserId"] == external_id
    assert recipient.lookup(external_id).json["applicant"]["externalUserId"] == external_id


@pytest.mark.parametrize("external_id", ["raw;semi=colon", "raw+plus", "raw/slash"])
def test_an_external_id_may_go_unescaped(recipient: Caller, external_id: str) -> None:
    recipient.post("/resources/applicants?levelName=id-only", {"externalUserId": external_id})
    found = recipient.get(f"/resources/applicants/-;externalUserId={external_id}/one")
    assert found.json["externalUserId"] == external_id


# refused, in Sumsub's shape

_STUFFED = "".join(f"X-{number}: 1\r\n" for number in range(250)).encode()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"BREW /pot HTTP/1.1\r\n\r\n", 400),
        (b"GET /resources/\x00 HTTP/1.1\r\n\r\n", 400),
        (b"GET /resources/\xc3\xbc HTTP/1.1\r\n\r\n", 400),
        (b"POST /x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (b"POST /x HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na", 400),
        (b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n", 400),
        (b"CONNECT api.sumsub.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", 401),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n", 414),
        (STATUS + _STUFFED + b"\r\n", 431),
        (STATUS + b"X-Long: " + b"x" * 70_000 + b"\r\n\r\n", 431),
        (b"POST /x HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"POST /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n", 413),
    ],
)
def test_what_cannot_be_taken_is_refused_and_the_connection_closed(
    sandbox: Sandbox, data: bytes, status: int
) -> None:
    answer = raw(sandbox, data)
    assert statuses(answer) == [status]
    body = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert body["code"] == status
    assert body["description"]


def test_an_oversized_body_is_refused_without_being_kept(sandbox: Sandbox) -> None:
    big = send(sandbox.url, "PUT", "/_sandbox/faults", b"x" * (9 * 1024 * 1024))
    assert (big.status, big.json["code"]) == (413, 413)
    before = _kilobytes(sandbox)
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with connect(sandbox) as connection:
        connection.sendall(b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(64 * 16):
            connection.sendall(piece)
        connection.sendall(b"0\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        assert statuses(everything(connection)) == [413]
    assert _kilobytes(sandbox) - before < 40_000


def _kilobytes(sandbox: Sandbox) -> int:
    """The most memory that the sandbox has held so far."""
    lines = Path(f"/proc/{sandbox.pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))


def _on_every_call(caller: Caller, body: bytes) -> list[int]:
    targets = (MINT, "/resources/applicants?levelName=id-only")
    return [caller.call("POST", target, body).status for target in targets]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"externalUserId": NaN}',
        b'{"fixedInfo": {"placeOfBirth": 1e400}, "applicantId": "x", "forClientId": -1e999}',
        b'{"externalUserId": "half a pair \\ud800"}',
        b'{"externalUserId": "\xff"}',
        b'{"externalUserId": ["list"]}',
        b'{"externalUserId": 1' + b"0" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        gzip.compress(b"{}", mtime=0),
        b"",
    ],
)
def test_a_body_that_makes_no_sense_is_a_bad_request(donor: Caller, body: bytes) -> None:
    assert _on_every_call(donor, body) == [400, 400]


def test_a_request_that_never_ends_is_given_up(sandbox: Sandbox) -> None:
    sandbox.set_faults({"request_timeout_ms": 200})
    beginnings = (STATUS, b"POST /x HTTP/1.1\r\nContent-Length: 10\r\n\r\nab")
    try:
        for beginning in beginnings:
            assert statuses(raw(sandbox, STATUS + b"\r\n" + beginning)) == [200, 408]
    finally:
        sandbox.set_faults({"review_delay_ms": 150})


def test_an_answer_that_cannot_be_made_is_our_mistake_and_not_the_clients() -> None:
    def fails(request: Request) -> Answer:
        if request.refusal is not None:
            return problem_answer(request.refusal)
        raise UnicodeEncodeError("utf-8", request.path, 0, 1, "no text")

    assert statuses(asyncio.run(_asked_of(fails))) == [500]


async def _asked_of(handle: Callable[[Request], Answer]) -> bytes:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(handle, lambda: 0, set(), lambda: 9.0), "127.0.0.1", 0
    )
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(STATUS + b"\r\n")
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 15)
    writer.close()
    server.close()
    return answer


def test_nothing_of_all_this_was_an_error_of_ours(sandbox: Sandbox) -> None:
    assert "Error" not in sandbox.log()


def _wish(sandbox: Sandbox, people: People) -> bytes:
    person = people["demo-approved"]["applicant_id"]
    wanted = {"applicantId": person, "forClientId": sandbox.recipient.client_id}
    return json.dumps(wanted).encode()
