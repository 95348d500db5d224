"""One POST to an address that a person entered: guarded, within a time, its answer cut short.

No redirect is followed, no proxy of the environment used, no cookie kept, nothing logged. A fresh
connection each time: receivers are few, and a kept one would outlive the check of its address.
"""

import contextlib
import functools
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import certifi
import httptools

from outward.addresses import AddressRefused, Found, Target, resolved, target_of

# Of an answer's body so much is kept (bytes), and so much read in all, head included.
KEPT_BYTES = 1024
_MOST_READ = 64 * 1024
_CHUNK = 16 * 1024
CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
_FIXED_HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "kyc-relay",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


@dataclass(frozen=True)
class Posted:
    """What became of one POST: an HTTP status, or the reason why there is none.

    `milliseconds` is how long it took in all. `body` is the beginning of the answer's.
    """

    status: int | None
    milliseconds: int
    failure: str = ""
    body: bytes = field(default=b"", repr=False)
    retry_after: float | None = None

    @property
    def succeeded(self) -> bool:
        """True for the statuses that mean "I have it"."""
        return self.status is not None and 200 <= self.status < 300


class _TooLate(Exception):
    """The time for one POST is over."""


_NO_ANSWER = "The connection broke before an answer came."
# The first that fits counts, so subclasses stand before their parents.
_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (_TooLate, "No answer in time."),
    (TimeoutError, "No answer in time."),
    (
        ssl.SSLCertVerificationError,
        "The certificate does not fit the address, or nobody known vouches for it.",
    ),
    (ssl.SSLError, "TLS could not be agreed on."),
    (socket.gaierror, "The host's name is not known."),
    (ConnectionRefusedError, "Nobody listens at the address."),
    (OSError, _NO_ANSWER),
    (httptools.HttpParserError, "The answer was not HTTP."),
)


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_private: bool = False,
    within: float = TOTAL_SECONDS,
) -> Posted:
    """Send a body; never raises for what the far end or the network does.

    Takes `within` seconds at most, and what the machine's resolver takes to look the name up.
    """
    began = time.monotonic()
    until = began + within
    answer = _Answer()
    failure = ""
    try:
        target = target_of(url, allow_private=allow_private)
        found = resolved(target, allow_private=allow_private)
        with _connected(target, found, until) as sock:
            _send(sock, _message(target, body, headers), until)
            answer.read(sock, until)
    except AddressRefused as refused:
        failure = refused.sentence
    except (OSError, _TooLate, httptools.HttpParserError) as error:
        failure = next(said for kind, said in _FAILURES if isinstance(error, kind))
    took = round((time.monotonic() - began) * 1000)
    if not answer.has_status:
        return Posted(None, took, failure or _NO_ANSWER)
    return Posted(answer.status, took, "", bytes(answer.body), answer.retry_after)


def _message(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = {"Host": target.host_header, **_FIXED_HEADERS, **headers}
    lines["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


def _left(until: float, most: float = TOTAL_SECONDS) -> float:
    """Seconds that are left of the whole, at most `most`; raises _TooLate when none is."""
    left = until - time.monotonic()
    if left <= 0:
        raise _TooLate
    return min(left, most)


@contextlib.contextmanager
def _connected(target: Target, found: list[Found], until: float) -> Iterator[socket.socket]:
    """A socket connected to the first address that takes the call, with TLS where it is spoken."""
    sock = _dialled(found, until)
    try:
        if target.is_encrypted:
            sock.settimeout(_left(until, CONNECT_SECONDS))
            sock = _tls().wrap_socket(sock, server_hostname=target.host)
        yield sock
    finally:
        sock.close()


def _dialled(found: list[Found], until: float) -> socket.socket:
    failure: OSError = OSError("no address")
    for one in found:
        sock = socket.socket(one.family, socket.SOCK_STREAM)
        try:
            sock.settimeout(_left(until, CONNECT_SECONDS))
            sock.connect(one.where)
        except OSError as error:
            sock.close()
            failure = error
        except _TooLate:
            sock.close()
            raise
        else:
            return sock
    raise failure


def _send(sock: socket.socket, message: bytes, until: float) -> None:
    sock.settimeout(_left(until))
    sock.sendall(message)


@functools.cache
def _tls() -> ssl.SSLContext:
    """Certificates that this machine trusts (a company may have its own), and the usual ones."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _Answer:
    """The answer as it comes in. The parser calls the methods `on_…`."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._is_whole = False
        self._is_preliminary = False
        self.status = 0
        self.has_status = False
        self.body = bytearray()
        self.retry_after: float | None = None

    def read(self, sock: socket.socket, until: float) -> None:
        """Read until the answer is whole, or enough of it is here."""
        received = 0
        while not self._is_whole and len(self.body) < KEPT_BYTES and received < _MOST_READ:
            sock.settimeout(_left(until))
            data = sock.recv(_CHUNK)
            if not data:
                return
            received += len(data)
            self._parser.feed_data(data)

    def on_headers_complete(self) -> None:
        """The head is whole: the answer's, or one that only says to wait for it."""
        status = self._parser.get_status_code()
        self._is_preliminary = 100 <= status < 200
        if not self._is_preliminary:
            self.status, self.has_status = status, True

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header; only the wish to be left alone for some seconds matters."""
        if name.lower() == b"retry-after" and value.isdigit() and len(value) < 6:
            self.retry_after = float(value)

    def on_body(self, chunk: bytes) -> None:
        """A piece of the body; what is beyond the limit is dropped."""
        self.body += chunk[: KEPT_BYTES - len(self.body)]

    def on_message_complete(self) -> None:
        """Everything is there."""
        self._is_whole = not self._is_preliminary
