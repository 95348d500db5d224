"""Sealing share tokens at rest: AES-256-GCM, bound to the place a token belongs to.

A sealed token is `version (1 byte) · key number (2 bytes) · nonce (12 bytes) · ciphertext`. The
associated data are the context and the key number, so a ciphertext that is moved to another row
does not open.
"""

import hashlib
import os
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from accounts.keyring import KeyRing, keyring

VERSION = 1
NONCE_BYTES = 12
_HEAD_BYTES = 3
MARK_DIGITS = 12
# Nonces are drawn this many at a time.
_NONCES = 512


class CannotOpen(Exception):
    """No key of the ring opens this sealed token in this context."""


class Sealer:
    """Seals many share tokens with the newest key of a ring.

    Made for one import and used by one thread; it holds nonces in store, so no process may be
    forked from one that goes on using it.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._number = ring.newest
        self._head = bytes([VERSION]) + self._number.to_bytes(2, "big")
        self._cipher = AESGCM(ring.encryption[self._number])
        self._nonces = _drawn()

    def seal(self, share_token: bytes, *, context: str) -> bytes:
        """Seal a share token for one place (`context`)."""
        nonce = next(self._nonces)
        bound = _bound(context, self._number)
        return self._head + nonce + self._cipher.encrypt(nonce, share_token, bound)


def seal(share_token: str, *, context: str) -> bytes:
    """Seal one share token with the newest key of the ring for one place (`context`)."""
    return Sealer(keyring()).seal(share_token.encode(), context=context)


def seal_bytes(content: bytes, *, context: str) -> bytes:
    """Seal anything else that is kept, a document say, for one place (`context`)."""
    return Sealer(keyring()).seal(content, context=context)


def open_sealed(blob: bytes, *, context: str) -> str:
    """Open what `seal` made for the same context.

    Raises CannotOpen when the key is not in the ring, or the bytes were changed or moved.
    """
    return open_bytes(blob, context=context).decode()


def open_bytes(blob: bytes, *, context: str) -> bytes:
    """Open what `seal_bytes` made for the same context. Raises CannotOpen as `open_sealed`."""
    number = int.from_bytes(blob[1:_HEAD_BYTES], "big")
    key = keyring().encryption.get(number)
    if blob[:1] != bytes([VERSION]) or len(blob) < _HEAD_BYTES + NONCE_BYTES:
        raise CannotOpen("not a sealed share token")
    if key is None:
        raise CannotOpen(f"no encryption key number {number}")
    nonce, sealed = blob[_HEAD_BYTES : _HEAD_BYTES + NONCE_BYTES], blob[_HEAD_BYTES + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, sealed, _bound(context, number))
    except InvalidTag as error:
        raise CannotOpen("the sealed token does not belong here") from error


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


def _drawn() -> Iterator[bytes]:
    """Fresh random nonces without end."""
    while True:
        block = os.urandom(NONCE_BYTES * _NONCES)
        for start in range(0, len(block), NONCE_BYTES):
            yield block[start : start + NONCE_BYTES]


def _bound(context: str, key_number: int) -> bytes:
    return f"{context}:{key_number}".encode()
