"""Keyed hashes of a share token: which tokens are the same, and our own id for each at Sumsub.

Both depend on nothing but the share token and a key of the ring, so the same token gets the same
values in another import, and after the database came back from a backup.
"""

import hmac

from accounts.keyring import keyring

HEX_DIGITS = 32
ID_PREFIX = "kr-"


def fingerprint(share_token: str) -> str:
    """32 hex digits by which equal share tokens are known; never shown to people."""
    return _keyed("fingerprint", share_token)


def external_user_id(share_token: str) -> str:
    """The `userId` we send to Sumsub with this share token: `kr-` and 32 hex digits."""
    return ID_PREFIX + _keyed("external-id", share_token)


def _keyed(key: str, share_token: str) -> str:
    digest = hmac.digest(keyring().stable[key], share_token.encode(), "sha256")
    return digest.hex()[:HEX_DIGITS]
