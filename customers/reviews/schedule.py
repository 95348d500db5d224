"""When a review is read next."""

from datetime import datetime, timedelta

from customers.models import Application, Standing
from customers.timing import Timing

# Nothing can be read of these any more.
GONE = (Standing.DELETED, Standing.DATA_DELETED)


def next_reading(
    application: Application, now: datetime, timing: Timing, *, webhooks_come: bool
) -> datetime | None:
    """The moment of the next reading; None for an applicant that is gone.

    Often at first, counted from the import or from the last webhook; then rarely. Where webhooks
    come a reading only looks for what they missed, and is rarer still.
    """
    if application.sumsub_standing in GONE:
        return None
    offsets = timing.review_offsets
    awaited = application.awaits_verdict
    if application.sumsub_review_status == "completed" and not awaited:
        over = timing.review_over_told if webhooks_come else timing.review_over
        return now + timedelta(seconds=over)
    if application.review_checks < len(offsets) and (awaited or not webhooks_come):
        due = began(application) + timedelta(seconds=offsets[application.review_checks])
        return max(due, now + timedelta(seconds=1))
    rarely = timing.review_told if webhooks_come else timing.review_hourly
    return now + timedelta(seconds=rarely)


def began(application: Application) -> datetime:
    """What the schedule counts from."""
    return application.heard_at or application.created_at


def is_slow(application: Application, now: datetime, timing: Timing) -> bool:
    """True when a reading comes so late that a webhook should have told what it finds."""
    return now - began(application) > timedelta(seconds=timing.review_offsets[-1])


def bring_forward(application: Application, due: datetime) -> None:
    """Let a reading come at `due` at the latest, and the schedule begin anew."""
    if application.sumsub_standing in GONE:
        application.review_check_at = None
        return
    planned = application.review_check_at
    application.review_check_at = due if planned is None else min(planned, due)
    application.review_checks = 0
