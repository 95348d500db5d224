"""Bytes on a socket, for what no HTTP library would send."""

from __future__ import annotations

import re
import socket

from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller


def connect(sandbox: Sandbox, source: str = "") -> socket.socket:
    """An open connection; ``source`` is the caller's own address."""
    address = ("127.0.0.1", int(sandbox.url.rsplit(":", 1)[1]))
    return socket.create_connection(address, 15, (source, 0) if source else None)


def everything(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def raw(sandbox: Sandbox, data: bytes, source: str = "") -> bytes:
    """Send the bytes, read to the end. The last request should ask to close."""
    with connect(sandbox, source) as connection:
        connection.sendall(data)
        return everything(connection)


def statuses(answers: bytes) -> list[int]:
    """The status of each answer, in their order."""
    return [int(one) for one in re.findall(rb"HTTP/1\.1 (\d+) ", answers)]


def signed(
    caller: Caller,
    method: str,
    target: str,
    body: bytes = b"",
    *,
    close: bool = True,
    line: str = "",
    extra: str = "",
    framed: bytes | None = None,
) -> bytes:
    """The bytes of a signed request.

    ``line`` is the request line when it is not that of the signed target, ``extra`` further
    headers, ``framed`` the end of the headers with the body when it is not framed by a length.
    """
    headers = caller.headers(method, target, body) | {"Host": "localhost"}
    lines = [line or f"{method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += ["Connection: close"] * close + [extra] * bool(extra)
    plain = b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    return "\r\n".join(lines).encode() + b"\r\n" + (plain if framed is None else framed)
