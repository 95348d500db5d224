"""Which addresses a webhook may go to."""

from __future__ import annotations

from urllib.parse import urlsplit

_LOOPBACK = ("localhost", "::1")


def unfit(target: str) -> str:
    """Why nothing is ever sent to this address; empty when it will do.

    Sumsub takes https only. Plain HTTP is ours, and for this machine only, so that a sandbox never
    carries anything across a network in clear.
    """
    try:
        parts = urlsplit(target)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "target must be a valid URL"
    if parts.scheme not in ("http", "https") or not host or not _plain_text(target):
        return "target must be a valid URL that begins with https://"
    if parts.username is not None:
        return "target must not hold a user name; send a header instead"
    if parts.scheme == "http" and not _on_this_machine(host):
        return "target must begin with https://; plain HTTP is for 127.0.0.1 and localhost only"
    return ""


def deliverable(target: str) -> None:
    """Raises ValueError for an address to which nothing is ever sent."""
    why = unfit(target)
    if why:
        raise ValueError(why)


def _plain_text(target: str) -> bool:
    return target.isascii() and target.isprintable() and " " not in target


def _on_this_machine(host: str) -> bool:
    numbers = host.split(".")
    loopback = len(numbers) == 4 and numbers[0] == "127" and all(n.isdigit() for n in numbers)
    return loopback or host in _LOOPBACK
