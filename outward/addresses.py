"""Which addresses may be called: people enter them, so they must not reach into the house.

A name is looked up once for each call, every address it has is judged, and the connection is made
to an address that was judged, so a name that changes its meaning meanwhile gains nothing.
"""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LONGEST_URL = 500
_PORTS = {"https": 443, "http": 80}
_Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
# Networks in which an IPv4 address travels in disguise: NAT64 (RFC 6052, 8215), 6to4, Teredo.
_DISGUISES = tuple(
    map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96"))
)


class AddressRefused(Exception):
    """An address that is not called; `sentence` says why, to whoever entered it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Target:
    """Where a URL leads: what to connect to, and what to ask there for."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS is spoken."""
        return self.scheme == "https"

    @property
    def host_header(self) -> str:
        """The value of `Host`: the port only where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True)
class Found:
    """An address that may be called: its family, and what `connect` takes."""

    family: socket.AddressFamily
    where: tuple[Any, ...]


def target_of(url: str, *, allow_private: bool) -> Target:
    """The parts of a URL; raises AddressRefused for one that is never called.

    With `allow_private`, plain HTTP is taken too; `resolved` sees to it that it stays in the house.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise AddressRefused("Enter an address of plain letters, digits and signs.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused("This is no web address.") from None
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise AddressRefused("Enter an address that begins with https://.")
    if not host or not host.strip(".") or port == 0:
        raise AddressRefused("The address names no host.")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("Leave user name and password out: every message is signed.")
    if parts.fragment:
        raise AddressRefused("Leave out the part from # on: it is never sent.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, host, port or _PORTS[parts.scheme], path)
    if (literal := _literal(host)) is not None and not _may_be_called(
        literal, target, allow_private=allow_private
    ):
        raise AddressRefused(_sentence(allow_private=allow_private))
    return target


def resolved(target: Target, *, allow_private: bool) -> list[Found]:
    """The addresses of a target, in the order to be tried.

    Raises AddressRefused when one of them must not be called: a name that means both a public
    address and one in the house is up to something. Raises OSError when the name is unknown.
    """
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    for _, _, _, _, where in found:
        ip = ipaddress.ip_address(str(where[0]).partition("%")[0])
        if not _may_be_called(ip, target, allow_private=allow_private):
            raise AddressRefused(_sentence(allow_private=allow_private))
    return [Found(family, where) for family, _, _, _, where in found]


def _may_be_called(ip: _Ip, target: Target, *, allow_private: bool) -> bool:
    """Public addresses over TLS; with `allow_private` also loopback and private networks.

    Never a link-local address, where clouds keep their credentials, a multicast or an undefined
    one, nor one that carries an IPv4 address in disguise.
    """
    plain = _plain(ip)
    if plain is None or _is_nowhere(plain):
        return False
    if plain.is_global:
        return target.is_encrypted
    return allow_private and (plain.is_private or plain.is_loopback)


def _is_nowhere(ip: _Ip) -> bool:
    return ip.is_link_local or ip.is_multicast or ip.is_unspecified or int(ip) == 2**32 - 1


def _plain(ip: _Ip) -> _Ip | None:
    """The address itself, an IPv4 one out of its IPv6 mapping; None for other disguises."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    disguised = any(ip in network for network in _DISGUISES) and not ip.is_loopback
    return None if disguised else ip


def _literal(host: str) -> _Ip | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _sentence(*, allow_private: bool) -> str:
    if allow_private:
        return "The address may not be called: it is link-local or reserved, or public without TLS."
    return (
        "The address lies in a private network. Whoever runs this installation can allow that "
        "(WEBHOOK_ALLOW_PRIVATE)."
    )
