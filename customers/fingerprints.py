"""Keyed hashes of a share token: which tokens are the same, and our own id for each at Sumsub.

Both depend on nothing but the share token and a key of the ring, so the same token gets the same
values in another import, and after the database came back from a backup.
"""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from accounts.keyring import KeyRing, keyring

HEX_DIGITS = 32
ID_PREFIX = "kr-"


class Hashes:
    """Both hashes for many share tokens, with the keys made ready once."""

    def __init__(self, ring: KeyRing) -> None:
        # The standard library's HMAC takes six times as long to copy and finish.
        self._fingerprint = HMAC(ring.stable["fingerprint"], SHA256())
        self._external_id = HMAC(ring.stable["external-id"], SHA256())

    def fingerprint(self, share_token: bytes) -> str:
        """32 hex digits by which equal share tokens are known; never shown to people."""
        return _keyed(self._fingerprint, share_token)

    def external_user_id(self, share_token: bytes) -> str:
        """The `userId` we send to Sumsub with this share token: `kr-` and 32 hex digits."""
        return ID_PREFIX + _keyed(self._external_id, share_token)


def fingerprint(share_token: str) -> str:
    """The fingerprint of one share token, as `Hashes` makes it."""
    return Hashes(keyring()).fingerprint(share_token.encode())


def external_user_id(share_token: str) -> str:
    """The id of one share token at Sumsub, as `Hashes` makes it."""
    return Hashes(keyring()).external_user_id(share_token.encode())


def _keyed(key: HMAC, share_token: bytes) -> str:
    digest = key.copy()
    digest.update(share_token)
    return digest.finalize().hex()[:HEX_DIGITS]
