"""Sealing share tokens at rest: AES-256-GCM, bound to the place a token belongs to.

A sealed token is `version (1 byte) · key number (2 bytes) · nonce (12 bytes) · ciphertext`. The
associated data are the context and the key number, so a ciphertext that is moved to another row
does not open.
"""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from accounts.keyring import keyring

VERSION = 1
NONCE_BYTES = 12
_HEAD_BYTES = 3
MARK_DIGITS = 12


class CannotOpen(Exception):
    """No key of the ring opens this sealed token in this context."""


def seal(share_token: str, *, context: str) -> bytes:
    """Seal a share token with the newest key of the ring for one place (`context`)."""
    ring = keyring()
    number = ring.newest
    nonce = os.urandom(NONCE_BYTES)
    head = bytes([VERSION]) + number.to_bytes(2, "big")
    bound = _bound(context, number)
    return (
        head + nonce + AESGCM(ring.encryption[number]).encrypt(nonce, share_token.encode(), bound)
    )


def open_sealed(blob: bytes, *, context: str) -> str:
    """Open what `seal` made for the same context.

    Raises CannotOpen when the key is not in the ring, or the bytes were changed or moved.
    """
    number = int.from_bytes(blob[1:_HEAD_BYTES], "big")
    key = keyring().encryption.get(number)
    if blob[:1] != bytes([VERSION]) or len(blob) < _HEAD_BYTES + NONCE_BYTES:
        raise CannotOpen("not a sealed share token")
    if key is None:
        raise CannotOpen(f"no encryption key number {number}")
    nonce, sealed = blob[_HEAD_BYTES : _HEAD_BYTES + NONCE_BYTES], blob[_HEAD_BYTES + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, sealed, _bound(context, number)).decode()
    except InvalidTag as error:
        raise CannotOpen("the sealed token does not belong here") from error


def token_mark(share_token: str) -> str:
    """How people name a share token without saying it: 12 hex digits of its SHA-256.

    The donor's side and the recipient's side compute the same mark.
    """
    return hashlib.sha256(share_token.encode()).hexdigest()[:MARK_DIGITS]


def _bound(context: str, key_number: int) -> bytes:
    return f"{context}:{key_number}".encode()
