"""Signatures by the Standard Webhooks scheme (standardwebhooks.com), version 1, symmetric.

What is signed is `id.timestamp.body`; the header holds one `v1,<base64>` for each active secret,
divided by blanks.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
# The scheme wants 24 to 64 bytes.
SECRET_BYTES = 32
_FEWEST, _MOST = 24, 64


def fresh_secret() -> str:
    """A new secret as people copy it: `whsec_` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The key within a secret; raises ValueError when it is none, and never says what it was."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not a secret of the scheme") from None
    if not _FEWEST <= len(key) <= _MOST:
        raise ValueError("not a secret of the scheme")
    return key


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 HMAC-SHA256 with one secret; the timestamp counts whole seconds."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    made = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def headers(active: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of the scheme. While secrets rotate, both of the active ones sign."""
    made = (signature(secret, message_id, timestamp, body) for secret in active)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(made),
    }
