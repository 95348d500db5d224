"""One POST against a real receiver: what is sent, what is heard, and when it is given up."""

import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.environment import PROJECT
from outward.posting import KEPT_BYTES, Posted, post
from tests.parts.certificates import self_signed_certificate
from tests.parts.places import free_port
from tests.sandbox.receiver import Received, receiving

BODY = b'{"type":"endpoint.test"}'
HEADERS = {"webhook-id": "msg_1", "webhook-signature": "v1,x"}


@pytest.fixture
def receiver() -> Iterator[Received]:
    with receiving() as received:
        yield received


def send(url: str, *, private: bool = True, within: float = 5) -> Posted:
    return post(url, BODY, HEADERS, allow_private=private, within=within)


@contextmanager
def saying(answer: bytes, *, pause: float = 0) -> Iterator[str]:
    """A receiver that says these bytes whatever comes, one by one if there is a pause."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def serve() -> None:
            sock, _ = server.accept()
            with sock:
                sock.recv(65536)
                try:
                    for place in range(len(answer)) if pause else [0]:
                        sock.sendall(answer[place : place + 1] if pause else answer)
                        if pause and over.wait(pause):
                            return
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        finally:
            over.set()
            thread.join(5)


def test_body_and_headers_arrive_as_they_are(receiver: Received) -> None:
    posted = send(receiver.url + "?box=7")
    assert posted.succeeded
    assert posted.status == 200
    assert receiver.bodies == [BODY]
    assert receiver.paths == ["/webhooks/sumsub?box=7"]
    heard = receiver.headers[0]
    assert heard.items() >= {"webhook-id": "msg_1", "content-type": "application/json"}.items()
    assert heard["host"] == receiver.url.split("/")[2]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(receiver: Received, status: int) -> None:
    with receiving() as other:
        receiver.status, receiver.answer_headers = status, {"Location": other.url}
        posted = send(receiver.url)
    assert (posted.status, posted.succeeded) == (status, False)
    assert len(receiver.bodies) == 1
    assert other.bodies == []


def test_a_proxy_of_the_environment_sees_nothing(
    receiver: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert send(receiver.url).succeeded
    assert proxy.bodies == []


def test_without_the_installations_word_nothing_in_the_house_is_connected_to(
    receiver: Received,
) -> None:
    named = receiver.url.replace("http:", "https:").replace("127.0.0.1", "localhost")
    posted = send(named, private=False)
    assert posted.status is None
    assert "private network" in posted.failure
    assert receiver.connections == 0


def test_only_the_beginning_of_an_answer_is_kept() -> None:
    with saying(b"HTTP/1.1 500 Oops\r\nContent-Length: 900000\r\n\r\n" + b"x" * 9000) as url:
        posted = send(url)
    assert posted.status == 500
    assert posted.body == b"x" * KEPT_BYTES


def test_chunks_and_a_preliminary_answer_are_understood() -> None:
    chunked = b"HTTP/1.1 202 Ok\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n\r\n"
    with saying(b"HTTP/1.1 103 Early Hints\r\n\r\n" + chunked) as url:
        posted = send(url)
    assert (posted.status, posted.body) == (202, b"yes")


def test_the_wish_to_be_left_alone_is_heard() -> None:
    with saying(b"HTTP/1.1 503 Later\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n") as url:
        assert send(url).retry_after == 120


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "broke before an answer"),
        (b"HTTP/1.1 200", "broke before an answer"),
        (b"220 smtp.example ready\r\n", "not HTTP"),
    ],
)
def test_what_is_no_answer_is_named(answer: bytes, said: str) -> None:
    with saying(answer) as url:
        posted = send(url)
    assert posted.status is None
    assert said in posted.failure


def test_an_endless_head_is_given_up() -> None:
    with saying(b"HTTP/1.1 200 Ok\r\n" + b"X-A: b\r\n" * 40_000) as url:
        assert send(url).status is None


def test_nobody_listening_and_an_unknown_name_are_named() -> None:
    assert "Nobody listens" in send(f"http://127.0.0.1:{free_port()}/").failure
    assert "not known" in send("https://nowhere.invalid/").failure


def test_a_receiver_that_drips_is_left_after_the_time_for_all() -> None:
    began = time.monotonic()
    with saying(b"HTTP/1.1 200 Ok\r\nX: " + b"y" * 400, pause=0.1) as url:
        posted = send(url, within=0.6)
    assert posted.failure == "No answer in time."
    assert time.monotonic() - began < 5


def test_a_certificate_is_believed_when_this_machine_trusts_it_and_else_named(
    tmp_path: Path,
) -> None:
    certificate = self_signed_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with receiving(context) as receiver:
        posted = send(receiver.url)
        assert "certificate" in posted.failure
        assert receiver.bodies == []
        # A fresh process, for it trusts what it found at its start.
        sending = f"from outward.posting import post; print(post({receiver.url!r}, b'1', {{}}, "
        done = subprocess.run(
            [sys.executable, "-c", sending + "allow_private=True).status)"],
            env=os.environ | {"SSL_CERT_FILE": str(certificate)},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout == "200\n"
    assert receiver.bodies == [b"1"]
