"""The signature Sumsub asks for on every call ("Sumsub: authentication")."""

import hmac
from dataclasses import dataclass, field
from typing import Literal

Environment = Literal["sandbox", "production", "unknown"]

_PREFIXES: dict[str, Environment] = {"sbx:": "sandbox", "prd:": "production"}


@dataclass(frozen=True)
class Credentials:
    """An app token and the secret key it was created with. Neither shows in a repr."""

    app_token: str = field(repr=False)
    secret_key: str = field(repr=False)

    def __repr__(self) -> str:
        return f"Credentials(app_token='…{self.app_token[-4:]}')"


def environment(app_token: str) -> Environment:
    """Which of Sumsub's environments an app token belongs to; tokens of old carry no mark."""
    return _PREFIXES.get(app_token[:4], "unknown")


def sign(secret_key: str, ts: int, method: str, target: bytes, body: bytes) -> str:
    """Lowercase hex HMAC-SHA256 over the exact bytes of the request line's target and the body.

    `ts` is Unix time in whole seconds, `target` the path with its query as it goes on the wire.
    """
    signed = b"%d%s%s%s" % (ts, method.upper().encode("ascii"), target, body)
    return hmac.digest(secret_key.encode(), signed, "sha256").hex()


def auth_headers(
    credentials: Credentials, ts: int, method: str, target: bytes, body: bytes
) -> dict[str, str]:
    """The three headers that prove a call is ours, within one minute of `ts`."""
    return {
        "X-App-Token": credentials.app_token,
        "X-App-Access-Ts": str(ts),
        "X-App-Access-Sig": sign(credentials.secret_key, ts, method, target, body),
    }
