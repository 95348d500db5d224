"""The same over TLS: a certificate is believed only when the TLS context says so."""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sumsub import calls
from sumsub.client import Lane
from sumsub.errors import LeaseEnded, NotDelivered
from sumsub.signing import Credentials
from sumsub.transport import shared_ssl_context
from tests.parts.certificates import self_signed_certificate
from tests.sumsub import far_end as servers
from tests.sumsub.conftest import Send, run_in
from tests.sumsub.far_end import FarEnd, answers, raw, sends

STATUS = calls.api_status()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the key and the self-signed certificate of 127.0.0.1."""
    return self_signed_certificate(tmp_path_factory.mktemp("tls"))


@contextmanager
def tls_server(certificate: Path, *, handshake_after: float = 0) -> Iterator[FarEnd]:
    """The far end behind TLS; it may let callers wait some seconds before it shakes hands."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if handshake_after:
        # A ticket that comes while the line is idle looks like a hang-up, and costs a reconnection.
        context.num_tickets = 0

    def wrap(sock: socket.socket) -> socket.socket:
        time.sleep(handshake_after)
        return context.wrap_socket(sock, server_side=True)

    with servers.far_end(wrap) as server:
        server.url = server.url.replace("http:", "https:")
        yield server


@pytest.fixture
def tls_end(certificate: Path) -> Iterator[FarEnd]:
    with tls_server(certificate) as server:
        yield server


def test_unknown_certificate_means_surely_not_delivered(send: Send, tls_end: FarEnd) -> None:
    with pytest.raises(NotDelivered):
        send(STATUS, url=tls_end.url)
    assert tls_end.received == []


def test_certificate_from_the_environment_is_not_believed(
    send: Send, tls_end: FarEnd, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    shared_ssl_context.cache_clear()
    with pytest.raises(NotDelivered):
        send(STATUS, url=tls_end.url)


def test_call_goes_through_with_a_context_that_knows_the_certificate(
    send: Send, tls_end: FarEnd, certificate: Path
) -> None:
    tls_end.will(answers(200, {}))
    send(STATUS, url=tls_end.url, ssl_context=ssl.create_default_context(cafile=certificate))
    assert len(tls_end.received) == 1


def test_connection_is_kept_and_replaced_over_tls_too(
    tls_end: FarEnd, certificate: Path, credentials: Credentials, loop: str
) -> None:
    context = ssl.create_default_context(cafile=certificate)

    async def story() -> None:
        async with Lane(tls_end.url, credentials, ssl_context=context) as lane:
            for _ in range(4):
                await lane.send(STATUS)
                time.sleep(0.05)

    tls_end.will(answers(200, {}), answers(200, {}), sends(raw(200, b"{}"), then_close=True))
    run_in(loop, story())
    assert [request.connection for request in tls_end.received] == [0, 0, 0, 1]


def test_lease_that_ends_while_connecting_writes_nothing(
    certificate: Path, credentials: Credentials, loop: str
) -> None:
    context = ssl.create_default_context(cafile=certificate)

    async def story(url: str) -> None:
        async with Lane(url, credentials, ssl_context=context) as lane:
            with pytest.raises(LeaseEnded) as caught:
                await lane.send(STATUS, not_after=time.monotonic() + 0.05)
            frames = [Path(frame.path).stem for frame in caught.traceback]
            assert "connection" not in frames, "no frame that holds the request is kept"
            assert server.received == []
            await lane.send(STATUS)

    with tls_server(certificate, handshake_after=0.15) as server:
        run_in(loop, story(server.url))
    assert server.connections == 1, "the connection did come about, and serves the next call"
    assert len(server.received) == 1
