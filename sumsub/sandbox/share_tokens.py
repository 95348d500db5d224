"""Share tokens: opaque, single use, bound to one recipient, dead after their time to live."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import uuid
from dataclasses import dataclass

from sumsub.sandbox.clock import Clock, java_style
from sumsub.sandbox.problems import Problem, bad_token
from sumsub.sandbox.store import Store

DEFAULT_TTL = 1200
MAX_TTL = 10 * 365 * 86_400
MAX_LENGTH = 1024
SUMSUB_ID = "_act-snsId-"


@dataclass(frozen=True, slots=True)
class ShareToken:
    """What the sandbox keeps of a share token: everything but the token."""

    sha256: str
    donor_client_id: str
    applicant_id: str
    for_client_id: str
    issued_ms: int
    ttl_seconds: int
    used_ms: int | None = None


def fingerprint(token: str) -> str:
    """Hex SHA-256 of the token's UTF-8 bytes."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class TokenBook:
    """Mints, finds and spends share tokens."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def mint(
        self,
        *,
        donor_client_id: str,
        applicant_id: str,
        for_client_id: str,
        ttl_seconds: int,
        sandbox: bool = True,
    ) -> tuple[str, ShareToken]:
        """Make a token in one of the shapes seen in the wild, and keep its fingerprint.

        ``sandbox`` off: the shapes of the production environment.
        """
        token = _fresh_text("_act-sbx-jwt-" if sandbox else "_act-jwt-")
        kept = self.keep(
            token,
            donor_client_id=donor_client_id,
            applicant_id=applicant_id,
            for_client_id=for_client_id,
            ttl_seconds=ttl_seconds,
        )
        return token, kept

    def keep(
        self,
        token: str,
        *,
        donor_client_id: str,
        applicant_id: str,
        for_client_id: str,
        ttl_seconds: int,
    ) -> ShareToken:
        """Keep the fingerprint of a token made elsewhere."""
        kept = ShareToken(
            sha256=fingerprint(token),
            donor_client_id=donor_client_id,
            applicant_id=applicant_id,
            for_client_id=for_client_id,
            issued_ms=self._clock.now_ms(),
            ttl_seconds=ttl_seconds,
        )
        self._store.execute(
            "INSERT INTO token VALUES (?,?,?,?,?,?,NULL)",
            (
                kept.sha256,
                donor_client_id,
                applicant_id,
                for_client_id,
                kept.issued_ms,
                ttl_seconds,
            ),
        )
        return kept

    def find(self, sha256: str) -> ShareToken | None:
        """The token of that fingerprint, dead or alive."""
        row = self._store.maybe("SELECT * FROM token WHERE sha256 = ?", (sha256,))
        return None if row is None else ShareToken(*row)

    def usable(self, text: str) -> ShareToken:
        """The live token behind the text; raises Problem 401 when unknown, used or expired."""
        kept = self.find(fingerprint(text)) if len(text) <= MAX_LENGTH else None
        if kept is None:
            raise bad_token("Token is malformed or unknown")
        if kept.used_ms is not None:
            raise bad_token("Token has already been used")
        now_ms = self._clock.now_ms()
        if now_ms > kept.issued_ms + kept.ttl_seconds * 1000:
            raise bad_token(
                f"Token {_inner_name(text)} is invalid now: created at"
                f" {java_style(kept.issued_ms)} with ttl {kept.ttl_seconds}"
                f" but accessed at {java_style(now_ms)}"
            )
        return kept

    def spend(self, kept: ShareToken) -> None:
        """Mark as used."""
        self._store.execute(
            "UPDATE token SET used_ms = ? WHERE sha256 = ?", (self._clock.now_ms(), kept.sha256)
        )


def _fresh_text(jwt_prefix: str) -> str:
    """One of the shapes integrators have met; some end in a dot."""
    name = f"_act-{uuid.UUID(bytes=os.urandom(16), version=4)}"
    shape = os.urandom(1)[0] % 4
    if shape == 0:
        return f"{name}-v2"
    if shape == 1:
        return name
    return f"{jwt_prefix if shape == 2 else ''}{_unsigned_jwt(name)}"


def _unsigned_jwt(name: str) -> str:
    payload = {"jti": name, "url": "https://api.sumsub.com"}
    return f"{_base64url({'alg': 'none'})}.{_base64url(payload)}."


def _base64url(part: dict[str, str]) -> str:
    text = json.dumps(part, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _inner_name(text: str) -> str:
    """The name that Sumsub prints in its error: the ``jti`` of a JWT, else the token itself."""
    parts = text.split(".")
    if len(parts) < 2:
        return text
    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    try:
        return str(json.loads(base64.urlsafe_b64decode(padded))["jti"])
    except (ValueError, KeyError, TypeError):
        return "unknown"


def read_ttl(value: object) -> int:
    """Seconds from a number or a string of digits; raises Problem 400."""
    if value is None or value == "":
        return DEFAULT_TTL
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    if not 0 < seconds <= MAX_TTL:
        raise Problem(400, f"ttlInSecs must be a whole number of seconds from 1 to {MAX_TTL}")
    return seconds
