"""Keyed hashes of a share token: which tokens are the same, and our own id for each at Sumsub.

Both depend on nothing but the share token and a key of the ring, so the same token gets the same
values in another import, and after the database came back from a backup.

The fingerprint is made from the token's SHA-256. So the Add page can have a whole file compared
with the history while the share tokens stay in the browser: it sends their SHA-256, and the same
index answers that answers at *Import*.
"""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from accounts.keyring import KeyRing, keyring
from sharing.sealing import token_digest

HEX_DIGITS = 32
ID_PREFIX = "kr-"


class Hashes:
    """Both hashes for many share tokens, with the keys made ready once."""

    def __init__(self, ring: KeyRing) -> None:
        # The standard library's HMAC takes six times as long to copy and finish.
        self._fingerprint = HMAC(ring.stable["fingerprint"], SHA256())
        self._external_id = HMAC(ring.stable["external-id"], SHA256())

    def fingerprint(self, digest: bytes) -> str:
        """32 hex digits by which equal share tokens are known; never shown to people.

        `digest` is the token's SHA-256, 32 bytes.
        """
        return _keyed(self._fingerprint, digest)

    def external_user_id(self, share_token: bytes) -> str:
        """The `userId` we send to Sumsub with this share token: `kr-` and 32 hex digits."""
        return ID_PREFIX + _keyed(self._external_id, share_token)


def fingerprint(share_token: str) -> str:
    """The fingerprint of one share token, as `Hashes` makes it."""
    return Hashes(keyring()).fingerprint(token_digest(share_token.encode()))


def external_user_id(share_token: str) -> str:
    """The id of one share token at Sumsub, as `Hashes` makes it."""
    return Hashes(keyring()).external_user_id(share_token.encode())


def _keyed(key: HMAC, message: bytes) -> str:
    digest = key.copy()
    digest.update(message)
    return digest.finalize().hex()[:HEX_DIGITS]
