"""Sealing what is kept at rest: AES-256-GCM, bound to the place that it belongs to.

What is sealed is `version (1 byte) · key number (2 bytes) · nonce (12 bytes) · ciphertext`. The
associated data are the context and the key number, so a ciphertext that is moved to another row
does not open.
"""

import os
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from accounts.keyring import KeyRing, keyring

VERSION = 1
NONCE_BYTES = 12
_HEAD_BYTES = 3
# Nonces are drawn this many at a time.
_NONCES = 512


class CannotOpen(Exception):
    """No key of the ring opens this in this context."""


class Sealer:
    """Seals many texts with the newest key of a ring.

    Made for one import and used by one thread; it holds nonces in store, so no process may be
    forked from one that goes on using it.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._number = ring.newest
        self._head = bytes([VERSION]) + self._number.to_bytes(2, "big")
        self._cipher = AESGCM(ring.encryption[self._number])
        self._nonces = _drawn()

    def seal(self, content: bytes, *, context: str) -> bytes:
        """Seal bytes for one place (`context`)."""
        nonce = next(self._nonces)
        bound = _bound(context, self._number)
        return self._head + nonce + self._cipher.encrypt(nonce, content, bound)


def seal(text: str, *, context: str) -> bytes:
    """Seal one text with the newest key of the ring for one place (`context`)."""
    return Sealer(keyring()).seal(text.encode(), context=context)


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
        raise CannotOpen("nothing that was sealed here")
    if key is None:
        raise CannotOpen(f"no encryption key number {number}")
    nonce, sealed = blob[_HEAD_BYTES : _HEAD_BYTES + NONCE_BYTES], blob[_HEAD_BYTES + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, sealed, _bound(context, number))
    except InvalidTag as error:
        raise CannotOpen("what is sealed does not belong here") from error


def _drawn() -> Iterator[bytes]:
    """Fresh random nonces without end."""
    while True:
        block = os.urandom(NONCE_BYTES * _NONCES)
        for start in range(0, len(block), NONCE_BYTES):
            yield block[start : start + NONCE_BYTES]


def _bound(context: str, key_number: int) -> bytes:
    return f"{context}:{key_number}".encode()
