"""Sealing share tokens at rest (`accounts.sealed`), and the mark by which people name one."""

import hashlib

from accounts.sealed import CannotOpen, Sealer, open_bytes, open_sealed, seal, seal_bytes

__all__ = [
    "CannotOpen",
    "Sealer",
    "mark_of",
    "open_bytes",
    "open_sealed",
    "seal",
    "seal_bytes",
    "token_digest",
    "token_mark",
]

MARK_DIGITS = 12


def token_mark(share_token: str | bytes) -> str:
    """How people name a share token without saying it: 12 hex digits of its SHA-256.

    The donor's side and the recipient's side compute the same mark.
    """
    text = share_token.encode() if isinstance(share_token, str) else share_token
    return mark_of(token_digest(text))


def token_digest(share_token: bytes) -> bytes:
    """The SHA-256 of a share token: it tells tokens apart and cannot be redeemed."""
    return hashlib.sha256(share_token).digest()


def mark_of(digest: bytes) -> str:
    """The token mark of the share token with this SHA-256."""
    return digest.hex()[:MARK_DIGITS]
