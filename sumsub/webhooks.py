"""Sumsub's webhooks: whether one is genuine, and what it says ("Sumsub: webhook manager")."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sumsub import fields
from sumsub.review import Review


class DigestAlgorithm(StrEnum):
    """The values of `X-Payload-Digest-Alg`."""

    SHA1 = "HMAC_SHA1_HEX"
    SHA256 = "HMAC_SHA256_HEX"
    SHA512 = "HMAC_SHA512_HEX"


_HASHES = {
    DigestAlgorithm.SHA1: hashlib.sha1,
    DigestAlgorithm.SHA256: hashlib.sha256,
    DigestAlgorithm.SHA512: hashlib.sha512,
}


class InvalidWebhook(ValueError):
    """A webhook's body that is not the JSON object Sumsub documents."""


def digest(secret: str, body: bytes, algorithm: DigestAlgorithm = DigestAlgorithm.SHA256) -> str:
    """Lowercase hex HMAC of a raw body, as in `X-Payload-Digest`."""
    return hmac.new(secret.encode(), body, _HASHES[algorithm]).hexdigest()


def verify(
    secrets: Sequence[str],
    body: bytes,
    digest_header: str | None,
    algorithm_header: str | None,
    allow_sha1: bool = False,
) -> bool:
    """Whether one of the active secrets made this digest over the raw body.

    A missing algorithm means SHA-256. Every secret is tried, in constant time each, so that the
    time taken does not tell which one fits. An empty secret never fits. Digest and algorithm count
    as Sumsub writes them, letter for letter.
    """
    algorithm = _accepted(algorithm_header, allow_sha1)
    if algorithm is None or not digest_header:
        return False
    given = digest_header.strip().encode("utf-8", "replace")
    fits = [
        hmac.compare_digest(given, digest(secret, body, algorithm).encode())
        for secret in secrets
        if secret
    ]
    return any(fits)


def _accepted(algorithm_header: str | None, allow_sha1: bool) -> DigestAlgorithm | None:
    wanted = (algorithm_header or "").strip() or DigestAlgorithm.SHA256.value
    known = {algorithm.value: algorithm for algorithm in DigestAlgorithm}.get(wanted)
    return None if known is DigestAlgorithm.SHA1 and not allow_sha1 else known


@dataclass(frozen=True)
class WebhookEvent:
    """What a webhook says. Deliveries come repeated, late and out of order: mere evidence."""

    type: str
    applicant_id: str
    external_user_id: str = ""
    client_id: str = ""
    level_name: str = ""
    inspection_id: str = ""
    applicant_type: str = ""
    review: Review = field(default_factory=Review)
    reuse_scope: str | None = None
    created_at: datetime | None = None
    correlation_id: str = ""
    sandbox_mode: bool | None = None
    """None where the event does not say."""
    test_mode: bool = False

    @property
    def review_status(self) -> str:
        """Sumsub's word for the state of the review at the time of the event."""
        return self.review.status


def parse(body: bytes) -> WebhookEvent:
    """Read a webhook's raw body; raises InvalidWebhook when it is foreign or names no applicant."""
    try:
        source = fields.document(json.loads(body))
        return WebhookEvent(
            type=fields.identifier(source, "type"),
            applicant_id=fields.identifier(source, "applicantId"),
            external_user_id=fields.text(source, "externalUserId"),
            client_id=fields.text(source, "clientId"),
            level_name=fields.text(source, "levelName"),
            inspection_id=fields.text(source, "inspectionId"),
            applicant_type=fields.text(source, "applicantType"),
            review=Review.from_json(source),
            reuse_scope=fields.optional_text(source, "reuseScope"),
            created_at=_created_at(source),
            correlation_id=fields.text(source, "correlationId"),
            sandbox_mode=_sandbox_mode(source),
            test_mode=fields.flag(source, "testMode"),
        )
    except (ValueError, RecursionError) as error:
        raise InvalidWebhook("not a webhook of Sumsub") from error


def _sandbox_mode(source: fields.Json) -> bool | None:
    return None if source.get("sandboxMode") is None else fields.flag(source, "sandboxMode")


def _created_at(source: fields.Json) -> datetime | None:
    return fields.moment(source, "createdAtMs") or fields.moment(source, "createdAt")
