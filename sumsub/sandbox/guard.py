"""Who may use the sandbox's own addresses: people and programs that mean this sandbox.

The page shows demo credentials and can change faults, without a password. A web page from
elsewhere, open in the same browser, must neither read that nor change it: by a form or script of
its own (``Origin``), or under a name of its own that it points at this machine (``Host``).
"""

from __future__ import annotations

import ipaddress
import re

from sumsub.sandbox.problems import Problem
from sumsub.sandbox.wire import Request

_READING = ("GET", "HEAD")
_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")


def admit(request: Request, listening_on: str) -> None:
    """Let a request to our own addresses pass; raises Problem 403 with what to do instead.

    ``listening_on`` is the ``--host`` the sandbox was started with. A request without these
    headers comes from a program, not from a web page, and passes.
    """
    host = request.headers.get("host", "")
    if host and not _ours(_name(host), listening_on):
        raise Problem(
            403,
            "The sandbox answers here under localhost, 127.0.0.1 or the --host it was started with."
            " Open it under one of these",
        )
    origin = request.headers.get("origin")
    if request.method not in _READING and origin is not None and not _same(origin, host):
        raise Problem(
            403, "Another web page may not change the sandbox. Use the sandbox's own page"
        )
    if _fetched_by_stranger(request):
        raise Problem(403, "Another web page may not load this. Open the address itself")


def _ours(name: str, listening_on: str) -> bool:
    if name in ("localhost", listening_on.lower()) or name.endswith(".localhost"):
        return True
    address = _address(name)
    everywhere = _address(listening_on)
    if everywhere is not None and everywhere.is_unspecified:
        # Whoever opened it to the network calls it by number, or by a name without a dot: no
        # stranger can point such a name here.
        return address is not None or ("." not in name and name != "")
    return address is not None and address.is_loopback


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _name(host: str) -> str:
    """The Host header without its port and brackets; "" when it is not a host at all."""
    shape = _HOST.fullmatch(host.lower())
    return "" if shape is None else shape[1].strip("[]")


def _same(origin: str, host: str) -> bool:
    return origin.lower() == f"http://{host.lower()}"


def _fetched_by_stranger(request: Request) -> bool:
    """A picture, script or form of another site; following a link to us is welcome."""
    headers = request.headers
    if headers.get("sec-fetch-site") != "cross-site":
        return False
    return headers.get("sec-fetch-mode") != "navigate" or headers.get("sec-fetch-dest") in (
        "iframe", "frame", "embed", "object",
    )  # fmt: skip
