"""Webhooks as Sumsub sends them, for tests: bodies in its form, signed, brought to our door."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.test import Client

from customers.inbox import applying
from customers.models import Application, SumsubEvent
from customers.timing import Timing
from sumsub.sandbox.webhook_text import written
from sumsub.webhooks import DigestAlgorithm, digest

ADDRESS = "/webhooks/sumsub"
SECRET = "a-webhook-secret-of-the-tests"
GREEN = {"reviewAnswer": "GREEN"}
_numbers = itertools.count(1)


def body_of(
    applicant_id: str = "66f1a0b2c3d4e5f607182930",
    kind: str = "applicantPending",
    status: str = "pending",
    *,
    at: datetime | None = None,
    **fields: Any,
) -> bytes:
    """A webhook's body; each differs from every other, as Sumsub's do by their correlation id."""
    moment = at or datetime.now(UTC)
    told = {
        "applicantId": applicant_id,
        "correlationId": f"{next(_numbers):032x}",
        "type": kind,
        "reviewStatus": status,
        "createdAtMs": moment.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
    }
    kept = {name: value for name, value in (told | fields).items() if value is not None}
    return written(kept).encode()


def headers(
    body: bytes, secret: str = "", algorithm: DigestAlgorithm = DigestAlgorithm.SHA256
) -> dict[str, str]:
    """The headers that Sumsub sends with a body."""
    signature = digest(secret or settings.SUMSUB_WEBHOOK_SECRET, body, algorithm)
    return {"X-Payload-Digest": signature, "X-Payload-Digest-Alg": algorithm.value}


def deliver(body: bytes, **given: Any) -> int:
    """Bring a body to our door, signed; returns the status of the answer."""
    return post(body, headers(body, **given))


def post(body: bytes, signature: dict[str, str], content_type: str = "application/json") -> int:
    """Bring a body to our door with these headers."""
    answer = Client(enforce_csrf_checks=True).post(
        ADDRESS, body, content_type=content_type, headers=signature
    )
    assert not answer.content
    return int(answer.status_code)


def apply_all(timing: Timing | None = None) -> None:
    """Look at every event that is due now, as the worker's thread does."""
    while applying.apply_some(timing or Timing.current()):
        pass


def reaction_to(body: bytes) -> str:
    """Deliver and apply one webhook; returns what we did about it."""
    assert deliver(body) == 200
    apply_all()
    return str(SumsubEvent.objects.newest_first()[0].reaction)


def after(application: Application, seconds: float = 1) -> datetime:
    """A moment so long after the application was last read."""
    return (application.review_seen_at or application.created_at) + timedelta(seconds=seconds)
