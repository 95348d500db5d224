"""The door for Sumsub's webhooks: what is genuine is stored, in one small transaction.

Nothing else happens here, so that Sumsub has its answer at once: no broker, no call, no rule about
what an event means.
"""

import hashlib
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from customers.models import EventState, Reaction, Refusal, SumsubEvent, WebhookDoor
from sharing import gateway
from sumsub import webhooks
from sumsub.webhooks import InvalidWebhook, WebhookEvent

logger = logging.getLogger(__name__)

# Sumsub's webhooks are about 1 KiB ("Sumsub: user verification webhooks"); more bytes than this
# are not even read.
LARGEST = 64 * 1024
# Sumsub's last retry comes a day late, so no event is too old. None comes from the future; Sumsub's
# clock and ours may differ by this.
AHEAD = timedelta(minutes=5)
# The app token's prefix to what `sandboxMode` must say.
_SANDBOX_MODE = {"sandbox": True, "production": False}


class Refused(Exception):
    """A delivery that is not taken in; `refusal` says why. Nothing of it was kept."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.label)
        self.refusal = refusal


def receive(body: bytes, digest: str | None, algorithm: str | None) -> None:
    """Take in one delivery: its raw body, and Sumsub's headers about its digest.

    A body that came before is counted and changes nothing. Raises Refused when it is not from
    Sumsub, or not for this installation.
    """
    by_old_secret = _signed_with_old_secret(body, digest, algorithm)
    now = timezone.now()
    try:
        event = webhooks.parse(body)
    except InvalidWebhook:
        stored = _unreadable(now)
    else:
        _require_ours(event, now)
        stored = _facts(event, now)
    stored.body_digest = hashlib.sha256(body).hexdigest()
    stored.by_old_secret = by_old_secret
    _store(stored)


def turn_away(refusal: Refusal) -> None:
    """Count a refusal and log it, without a byte of what was sent.

    Never fails: whoever floods the door must not learn that the database is busy.
    """
    logger.warning("a webhook was refused: %s", refusal.value)
    try:
        with transaction.atomic():
            WebhookDoor.count_refusal(refusal, timezone.now())
    except Error as error:
        logger.warning("a refused webhook was not counted (%s)", type(error).__name__)


def _signed_with_old_secret(body: bytes, digest: str | None, algorithm: str | None) -> bool:
    """Whether the secret that is being replaced signed it. Raises Refused when neither did."""
    current, old = settings.SUMSUB_WEBHOOK_SECRET, settings.SUMSUB_WEBHOOK_SECRET_OLD
    if not (current or old):
        raise Refused(Refusal.NO_SECRET)
    fits = [
        webhooks.verify(
            [secret], body, digest, algorithm, allow_sha1=settings.SUMSUB_WEBHOOK_WEAK_DIGEST
        )
        for secret in (current, old)
    ]
    if not any(fits):
        raise Refused(Refusal.FORGED)
    return not fits[0]


def _require_ours(event: WebhookEvent, now: datetime) -> None:
    """Raise Refused for an event of another workspace or environment, or from the future."""
    here = gateway.connection()
    if event.client_id and here.client_id and event.client_id != here.client_id:
        raise Refused(Refusal.OTHER_CLIENT)
    wanted = _SANDBOX_MODE.get(here.environment)
    if wanted is not None and event.sandbox_mode is not None and event.sandbox_mode is not wanted:
        raise Refused(Refusal.OTHER_ENVIRONMENT)
    if event.created_at is not None and event.created_at > now + AHEAD:
        raise Refused(Refusal.AHEAD)


def _facts(event: WebhookEvent, now: datetime) -> SumsubEvent:
    """What is kept of an event: no comment, which may hold personal data, and no raw body."""
    review = event.review
    return SumsubEvent(
        received_at=now,
        look_at=now,
        type=event.type,
        said_at=event.created_at,
        applicant_id=event.applicant_id,
        external_user_id=event.external_user_id[:256],
        level_name=event.level_name[:256],
        applicant_type=event.applicant_type[:20],
        review_status=review.status[:40],
        review_answer=(review.answer or "")[:10],
        reject_type=(review.reject_type or "")[:10],
        reject_labels=[label[:100] for label in review.reject_labels[:50]],
        test_mode=event.test_mode,
    )


def _unreadable(now: datetime) -> SumsubEvent:
    """A genuine delivery that is no event. It is kept, for trying again would not mend it."""
    return SumsubEvent(
        received_at=now,
        type="unreadable",
        state=EventState.DONE,
        reaction=Reaction.UNREADABLE,
    )


def _store(event: SumsubEvent) -> None:
    try:
        with transaction.atomic():
            event.save(force_insert=True)
    except IntegrityError:
        again = SumsubEvent.objects.filter(body_digest=event.body_digest)
        again.update(repeats=F("repeats") + 1)
