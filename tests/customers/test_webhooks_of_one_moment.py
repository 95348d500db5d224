"""Two webhooks of one millisecond: neither says which is newer, so their order must not matter."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from customers.models import Application, KycStatus, RowState, Standing
from tests.customers.hooks import GREEN, SECRET, apply_all, body_of, deliver
from tests.parts.import_maker import make_import

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
RED = {"reviewAnswer": "RED", "reviewRejectType": "FINAL", "rejectLabels": ["FORGERY"]}


@pytest.fixture
def application(settings: Settings) -> Application:
    """An application whose review was read to be pending an hour ago."""
    settings.SUMSUB_WEBHOOK_SECRET, settings.SUMSUB_CLIENT_ID = SECRET, ""
    make_import(RowState.IMPORTED)
    hour = timezone.now() - timedelta(hours=1)
    Application.objects.update(
        sumsub_review_status="pending",
        sumsub_review_answer="",
        sumsub_reject_type="",
        review_seen_at=hour,
        created_at=hour,
        review_check_at=timezone.now() + timedelta(minutes=50),
    )
    return Application.objects.get()


@pytest.fixture
def moment() -> datetime:
    """Ten minutes ago, of which both webhooks tell."""
    return timezone.now() - timedelta(minutes=10)


def told(application: Application, kind: str, status: str, at: datetime, **fields: object) -> None:
    """Sumsub tells, and we look at it."""
    body = body_of(application.provider_applicant_id, kind, status, at=at, **fields)
    assert deliver(body) == 200
    apply_all()
    application.refresh_from_db()


@pytest.mark.parametrize("order", [(RED, GREEN), (GREEN, RED)])
def test_two_verdicts_are_read_at_once_and_nobody_is_approved_before(
    application: Application, moment: datetime, order: tuple[dict[str, object], ...]
) -> None:
    for verdict in order:
        told(application, "applicantReviewed", "completed", moment, reviewResult=verdict)
    due = application.review_check_at
    assert due is not None
    assert due <= timezone.now()
    assert application.customer.kyc_status != KycStatus.APPROVED
    assert application.sumsub_review_answer != "GREEN"


@pytest.mark.parametrize(
    "order",
    [
        ("applicantDeactivated", "applicantActivated"),
        ("applicantActivated", "applicantDeactivated"),
    ],
)
def test_of_two_standings_the_graver_counts(
    application: Application, moment: datetime, order: tuple[str, str]
) -> None:
    for kind in order:
        told(application, kind, "pending", moment)
    assert application.sumsub_standing == Standing.DEACTIVATED
    told(application, "applicantActivated", "pending", moment + timedelta(milliseconds=1))
    assert application.sumsub_standing == Standing.ACTIVE
