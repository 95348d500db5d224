"""When a review is read next: often at first, rarely later, very rarely while webhooks come."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from customers.models import Application, Standing
from customers.reviews import Readings
from customers.reviews.schedule import bring_forward, next_reading
from customers.timing import Timing

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TIMING = Timing()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def wait(*, webhooks_come: bool = False, **columns: Any) -> timedelta | None:
    """How long until the next reading of an application that was made just now."""
    given = {"created_at": NOW, "sumsub_review_status": "pending"} | columns
    due = next_reading(Application(**given), NOW, TIMING, webhooks_come=webhooks_come)
    return None if due is None else due - NOW


@pytest.mark.parametrize(("checks", "seconds"), [(0, 5), (1, 30), (2, 120), (3, 600), (4, 3600)])
def test_without_webhooks_readings_come_at_ever_longer_waits(checks: int, seconds: int) -> None:
    assert wait(review_checks=checks) == timedelta(seconds=seconds)


def test_while_webhooks_come_a_review_under_way_is_read_every_six_hours() -> None:
    assert wait(review_checks=1, webhooks_come=True) == 6 * HOUR
    assert wait(review_checks=9, webhooks_come=True) == 6 * HOUR


def test_a_completed_review_is_read_daily_or_weekly_for_sumsub_may_review_again() -> None:
    assert wait(sumsub_review_status="completed") == DAY
    assert wait(sumsub_review_status="completed", webhooks_come=True) == 7 * DAY


@pytest.mark.parametrize("status", ["pending", "completed"])
def test_an_approval_that_was_told_is_looked_for_quickly_until_it_shows(status: str) -> None:
    told: dict[str, Any] = {"heard_at": NOW, "created_at": NOW - DAY, "awaits_verdict": True}
    told |= {"sumsub_review_status": status, "webhooks_come": True}
    assert wait(review_checks=1, **told) == timedelta(seconds=30)


@pytest.mark.parametrize("standing", [Standing.DELETED, Standing.DATA_DELETED])
def test_an_applicant_that_is_gone_is_not_read(standing: Standing) -> None:
    assert wait(sumsub_standing=standing) is None
    application = Application(sumsub_standing=standing, review_check_at=NOW)
    bring_forward(application, NOW)
    assert application.review_check_at is None


def test_a_reading_is_brought_forward_and_never_put_off() -> None:
    application = Application(review_check_at=NOW + HOUR, review_checks=4)
    bring_forward(application, NOW + DAY)
    assert application.review_check_at == NOW + HOUR
    bring_forward(application, NOW)
    assert (application.review_check_at, application.review_checks) == (NOW, 0)


def test_a_reading_that_began_before_a_webhook_was_heard_does_not_count() -> None:
    readings = Readings(NOW, TIMING)
    heard = Application(heard_at=NOW)
    assert readings.is_overtaken(heard, NOW - timedelta(seconds=1))
    assert not readings.is_overtaken(heard, NOW)
    assert not readings.is_overtaken(Application(), NOW)
