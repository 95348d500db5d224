"""The line between surely never sent and perhaps acted upon, for both kinds of client."""

import gzip
import json
import socket
import time
from collections.abc import Callable

import httpx
import pytest

from sumsub import calls
from sumsub.clock import SumsubClock
from sumsub.errors import LeaseEnded, NotDelivered, SumsubError, Unclear
from sumsub.records import Applicant
from sumsub.signing import Credentials
from sumsub.transport import LARGEST_BODY, Attempt, Overrun, Wire
from tests.parts.deaf import deaf_listener
from tests.sumsub.conftest import Send
from tests.sumsub.far_end import (
    Behaviour,
    FarEnd,
    answers,
    drops,
    hangs_up,
    raw,
    sends,
    stalls,
    trickles,
)

REUSE = calls.reuse("_act-sbx-0000-canary", "id-only", "cust-42")
APPLICANT = {"id": "66f1a0b2c3d4e5f607182930", "externalUserId": "cust-42"}
WHOLE = json.dumps(APPLICANT).encode()


def failure(send: Send, **options: object) -> SumsubError:
    with pytest.raises(SumsubError) as caught:
        send(REUSE, **options)
    return caught.value


def test_refused_connection_was_surely_not_delivered(send: Send) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert type(failure(send, url=f"http://127.0.0.1:{port}")) is NotDelivered


def test_unknown_host_was_surely_not_delivered(send: Send) -> None:
    assert type(failure(send, url="http://no-such-host.invalid")) is NotDelivered


def test_slow_connecting_was_surely_not_delivered(send: Send) -> None:
    with deaf_listener() as listener:
        port = listener.getsockname()[1]
        error = failure(send, url=f"http://127.0.0.1:{port}", connect_timeout=0.1)
    assert repr(error) == "NotDelivered(reason='ConnectTimeout')"


def test_failed_tls_was_surely_not_delivered(send: Send, far_end: FarEnd) -> None:
    far_end.will(drops)
    error = failure(send, url=far_end.url.replace("http:", "https:"))
    assert type(error) is NotDelivered
    assert far_end.received == []


@pytest.mark.parametrize(
    "behaviour",
    [
        drops,
        hangs_up,
        sends(b"HTTP/1.1 20", then_close=True),
        sends(b"220 smtp.example.test ready\r\n\r\n", then_close=True),
        sends(b"HTTP/1.1 101 Switching Protocols\r\n\r\n", then_close=True),
    ],
    ids=["reset", "hung up", "half a status line", "not HTTP", "switching protocols"],
)
def test_connection_lost_after_the_request_is_unclear(
    send: Send, far_end: FarEnd, behaviour: Behaviour
) -> None:
    far_end.will(behaviour)
    error = failure(send)
    assert type(error) is Unclear
    assert not error.after_success
    assert len(far_end.received) == 1, "nothing is ever repeated"


def test_no_answer_within_the_read_timeout_is_unclear(send: Send, far_end: FarEnd) -> None:
    far_end.will(stalls)
    error = failure(send, read_timeout=0.1)
    assert repr(error) == "Unclear(reason='ReadTimeout')"
    assert len(far_end.received) == 1


@pytest.mark.parametrize(
    ("behaviour", "named"),
    [
        (sends(raw(200, WHOLE)[:-1], then_close=True), "66f1a0b2c3d4e5f607182930"),
        (sends(raw(200, WHOLE[:-1])), "66f1a0b2c3d4e5f607182930"),
        (sends(raw(200, b'{"createdAt": "x", "id": "66f1", "info": {"id')), "66f1"),
        (sends(raw(200, b'{"info": {"id": "not-this", "a":')), None),
        (sends(raw(200, b'{"id": "66f1')), None),
        (sends(raw(200, b"")), None),
        (sends(raw(201, b"<html>Welcome</html>")), None),
        (sends(raw(200, b'"a text"')), None),
        (sends(raw(200, b"\xff\xfe\x00")), None),
        (sends(raw(200, b"[" * 100_000)), None),
        (answers(200, {"exists": True}), None),
        (sends(raw(200, b"no gzip", Content_Encoding="gzip")), None),
    ],
)
def test_success_whose_body_is_broken_or_foreign_is_unclear_after_success(
    send: Send, far_end: FarEnd, behaviour: Behaviour, named: str | None
) -> None:
    far_end.will(behaviour)
    error = failure(send)
    assert isinstance(error, Unclear)
    assert error.after_success
    assert error.applicant_id == named


def test_endless_body_is_cut_off_and_unclear_after_success(send: Send, far_end: FarEnd) -> None:
    far_end.will(sends(raw(200, b'{"id": "66f1", "x": "' + b"x" * LARGEST_BODY)))
    error = failure(send)
    assert isinstance(error, Unclear)
    assert (error.reason, error.applicant_id) == ("body too large", "66f1")


def test_answer_that_trickles_in_ends_with_the_total_time(send: Send, far_end: FarEnd) -> None:
    far_end.will(trickles(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{"))
    started = time.monotonic()
    error = failure(send, total_timeout=0.2)
    assert time.monotonic() - started < 1.5
    assert isinstance(error, Unclear)
    assert (error.reason, error.after_success) == ("total timeout", True)


@pytest.mark.parametrize("status", [301, 403, 404, 413, 429])
def test_status_that_says_it_all_needs_no_whole_body(
    send: Send, far_end: FarEnd, status: int
) -> None:
    far_end.will(sends(raw(status, b"<html>")[:-2], then_close=True))
    error = failure(send)
    assert not isinstance(error, Unclear)


@pytest.mark.parametrize("status", [400, 401, 409, 500])
def test_refusal_whose_code_was_cut_off_is_unclear(
    send: Send, far_end: FarEnd, status: int
) -> None:
    far_end.will(sends(raw(status, b'{"errorCode": 10513}')[:-1], then_close=True))
    error = failure(send)
    assert isinstance(error, Unclear)
    assert error.status == status
    assert not error.after_success


def test_compressed_and_chunked_answers_are_read(send: Send, far_end: FarEnd) -> None:
    far_end.will(sends(raw(200, gzip.compress(WHOLE), Content_Encoding="gzip")))
    assert send(REUSE).id == APPLICANT["id"]
    head = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
    far_end.will(sends(head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(WHOLE), WHOLE)))
    assert send(REUSE).external_user_id == "cust-42"


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip"])
def test_success_in_an_encoding_nobody_asked_for_is_unclear(
    send: Send, far_end: FarEnd, encoding: str
) -> None:
    far_end.will(sends(raw(200, b"\x0b\x00\x80", Content_Encoding=encoding)))
    error = failure(send)
    assert isinstance(error, Unclear)
    assert error.after_success


def test_small_answer_that_unpacks_to_a_huge_one_is_cut_off(send: Send, far_end: FarEnd) -> None:
    huge = gzip.compress(b'{"id": "66f1", "x": "' + b"x" * LARGEST_BODY * 3)
    far_end.will(sends(raw(200, huge, Content_Encoding="gzip")))
    error = failure(send)
    assert isinstance(error, Unclear)
    assert (error.reason, error.applicant_id) == ("body too large", "66f1")


def every_transport_error() -> list[type[httpx.TransportError]]:
    public = (getattr(httpx, name) for name in httpx.__all__)
    return [
        kind for kind in public if isinstance(kind, type) and issubclass(kind, httpx.TransportError)
    ]


BEFORE_THE_WRITE = {
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
    "LocalProtocolError",
}


@pytest.mark.parametrize("kind", every_transport_error(), ids=lambda kind: kind.__name__)
def test_every_error_of_httpx_has_its_place_in_the_tree(
    kind: type[httpx.TransportError], attempt: Callable[[], Attempt[Applicant]]
) -> None:
    expected = NotDelivered if kind.__name__ in BEFORE_THE_WRITE else Unclear
    assert type(attempt().failed(kind("why"))) is expected


@pytest.mark.parametrize(
    "error", [httpx.DecodingError(""), httpx.StreamClosed(), OSError(), RuntimeError(), Overrun("")]
)
def test_any_other_failure_is_unclear(
    error: Exception, attempt: Callable[[], Attempt[Applicant]]
) -> None:
    assert type(attempt().failed(error)) is Unclear


def test_error_of_ours_passes_unchanged(attempt: Callable[[], Attempt[Applicant]]) -> None:
    error = LeaseEnded(reason="lease ended")
    assert attempt().failed(error) is error


@pytest.fixture
def attempt(credentials: Credentials, clock: SumsubClock) -> Callable[[], Attempt[Applicant]]:
    wire = Wire("http://127.0.0.1:9", credentials, clock, 1, 1)
    return lambda: Attempt(wire, REUSE, not_after=None, total_timeout=1)
