"""What webhooks do to applications and rows: forward by Sumsub's clock, never past the truth."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent
from customers.fingerprints import ID_PREFIX
from customers.inbox import sweeping
from customers.models import (
    Application,
    EventState,
    Import,
    KycStatus,
    Reaction,
    ReviewChange,
    RowState,
    Standing,
    SumsubEvent,
)
from customers.redemption import asking
from customers.timing import Timing
from sharing.database_clock import database_now
from sharing.models import Applicant, ApplicantSource
from sumsub.review import ReviewWord
from tests.customers.hooks import GREEN, SECRET, after, apply_all, body_of, deliver, reaction_to
from tests.parts.import_maker import make_import

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
RED = {"reviewAnswer": "RED", "reviewRejectType": "FINAL", "rejectLabels": ["FORGERY"]}


@pytest.fixture(autouse=True)
def connection(settings: Settings) -> None:
    """A webhook secret."""
    settings.SUMSUB_WEBHOOK_SECRET, settings.SUMSUB_CLIENT_ID = SECRET, ""


@pytest.fixture
def application() -> Application:
    """An application whose review is pending since an hour."""
    make_import(RowState.IMPORTED)
    found = Application.objects.select_related("customer").get()
    hour = timezone.now() - timedelta(hours=1)
    found.sumsub_review_status, found.review_seen_at, found.created_at = "pending", hour, hour
    found.sumsub_review_answer = found.sumsub_reject_type = ""
    found.review_check_at = timezone.now() + timedelta(minutes=50)
    found.customer.kyc_status = KycStatus.IN_REVIEW
    found.customer.save()
    found.save()
    return found


def told(application: Application, kind: str, status: str, seconds: float, **fields: object) -> str:
    """Sumsub tells so long after the last reading; returns our reaction."""
    at = after(application, seconds)
    applicant = application.provider_applicant_id
    reaction = reaction_to(body_of(applicant, kind, status, at=at, **fields))
    seen = application.review_seen_at
    application.refresh_from_db()
    application.review_seen_at = seen
    return reaction


# ---- applications -------------------------------------------------------------------------------


def test_a_status_is_shown_at_once_and_a_reading_comes_soon(application: Application) -> None:
    before = Import.objects.get().change
    assert told(application, "applicantOnHold", "onHold", 60) == Reaction.UPDATED
    assert application.sumsub_review_status == "onHold"
    assert application.review_check_at is not None
    assert application.review_check_at < timezone.now() + timedelta(seconds=6)
    change = ReviewChange.objects.get()
    assert (change.status, change.source) == ("onHold", "webhook")
    assert Import.objects.get().change > before


def test_an_approval_is_not_shown_before_it_is_read(application: Application) -> None:
    assert told(application, "applicantReviewed", "completed", 60, reviewResult=GREEN) == "asked"
    assert application.sumsub_review_status == "pending"
    assert application.customer.kyc_status == KycStatus.IN_REVIEW
    assert application.awaits_verdict
    assert application.review_check_at is not None
    assert application.review_check_at <= timezone.now()


def test_a_rejection_is_shown_with_its_labels_and_the_customer_follows(
    application: Application,
) -> None:
    assert told(application, "applicantReviewed", "completed", 60, reviewResult=RED) == "updated"
    assert application.sumsub_reject_labels == ["FORGERY"]
    application.customer.refresh_from_db()
    assert application.customer.kyc_status == KycStatus.REJECTED


def test_the_time_only_moves_forward(application: Application) -> None:
    assert told(application, "applicantReviewed", "completed", 90, reviewResult=RED) == "updated"
    assert told(application, "applicantPending", "pending", 60) == Reaction.OUTDATED
    assert application.sumsub_review_status == "completed"


def test_of_two_of_the_same_moment_only_a_reading_can_tell(application: Application) -> None:
    assert told(application, "applicantOnHold", "onHold", 60) == Reaction.UPDATED
    assert told(application, "applicantAwaitingUser", "awaitingUser", 60) == Reaction.ASKED
    assert application.sumsub_review_status == "onHold"


def test_what_a_reading_may_have_overtaken_is_not_shown(application: Application) -> None:
    assert told(application, "applicantOnHold", "onHold", -1) == Reaction.ASKED
    assert application.sumsub_review_status == "pending"


def test_without_a_time_only_a_reading_can_tell(application: Application) -> None:
    reaction = told(application, "applicantOnHold", "onHold", 60, createdAtMs=None)
    assert (reaction, application.sumsub_review_status) == (Reaction.ASKED, "pending")


def test_a_reset_asks_for_documents_again(application: Application) -> None:
    assert told(application, "applicantReset", "init", 60) == Reaction.UPDATED
    application.customer.refresh_from_db()
    assert application.sumsub_review_status == "init"
    assert application.customer.kyc_status == KycStatus.PENDING
    assert ReviewChange.objects.get().event == "applicantReset"


def test_changed_personal_data_is_a_line_of_the_history_and_no_data(
    application: Application,
) -> None:
    kind = "applicantPersonalInfoChanged"
    assert told(application, kind, "pending", 60) == Reaction.UPDATED
    assert ReviewChange.objects.get().event == kind


@pytest.mark.parametrize(
    ("kind", "standing"),
    [
        ("applicantDeactivated", Standing.DEACTIVATED),
        ("applicantDeleted", Standing.DELETED),
        ("applicantPersonalDataDeleted", Standing.DATA_DELETED),
    ],
)
def test_an_approval_does_not_outlive_its_applicant(
    application: Application, kind: str, standing: Standing
) -> None:
    Application.objects.update(sumsub_review_status="completed", sumsub_review_answer="GREEN")
    application.customer.kyc_status = KycStatus.APPROVED
    application.customer.save()
    assert told(application, kind, "completed", 60, reviewResult=GREEN) == Reaction.NOTED
    application.customer.refresh_from_db()
    assert application.sumsub_standing == standing
    assert application.customer.kyc_status == KycStatus.IN_REVIEW
    assert AuditEvent.objects.filter(deed="application.standing_changed").count() == 1
    gone = standing != Standing.DEACTIVATED
    assert (application.review_check_at is None) is gone


def test_an_applicant_that_is_activated_again_stands_again(application: Application) -> None:
    told(application, "applicantDeactivated", "pending", 60)
    assert told(application, "applicantActivated", "pending", 90) == Reaction.NOTED
    assert told(application, "applicantDeactivated", "pending", 70) == Reaction.OUTDATED
    assert application.sumsub_standing == Standing.ACTIVE


@pytest.mark.parametrize(
    "kind", ["applicantTagsChanged", "applicantActionReviewed", "videoIdentStatusChanged"]
)
def test_a_kind_without_a_meaning_for_the_review_changes_nothing(
    application: Application, kind: str
) -> None:
    before = Application.objects.values().get()
    assert told(application, kind, "completed", 60, reviewResult=GREEN) == Reaction.NOT_USED
    assert Application.objects.values().get() == before


def test_an_unknown_kind_about_somebody_of_ours_makes_a_reading_due(
    application: Application,
) -> None:
    assert told(application, "applicantInventedTomorrow", "onHold", 60) == Reaction.ASKED
    assert application.sumsub_review_status == "pending"


def test_a_test_from_the_dashboard_changes_nothing(application: Application) -> None:
    reaction = told(application, "applicantOnHold", "onHold", 60, testMode=True)
    assert (reaction, application.sumsub_review_status) == (Reaction.TEST, "pending")


def test_an_event_about_another_applicant_with_our_id_is_not_ours(
    application: Application,
) -> None:
    body = body_of("somebody-else", externalUserId=application.external_user_id or "kr-1")
    assert reaction_to(body) == Reaction.HELD


# ---- who is not known yet -----------------------------------------------------------------------


def test_an_event_that_is_ahead_of_its_application_is_held_and_then_applied() -> None:
    at = datetime.now(UTC) + timedelta(seconds=30)
    make_import(RowState.IMPORTED)
    application = Application.objects.get()
    applicant = application.provider_applicant_id
    Application.objects.update(provider_applicant_id="")
    ours = application.external_user_id or f"{ID_PREFIX}1"
    body = body_of(applicant, "applicantOnHold", "onHold", at=at, externalUserId=ours)
    assert reaction_to(body) == Reaction.HELD
    Application.objects.update(provider_applicant_id=applicant)
    SumsubEvent.objects.wake([applicant], database_now())
    apply_all()
    assert SumsubEvent.objects.get().reaction == Reaction.UPDATED
    assert Application.objects.get().sumsub_review_status == "onHold"


def test_an_event_that_nobody_claims_for_two_days_is_not_ours() -> None:
    assert reaction_to(body_of("66f1", externalUserId=f"{ID_PREFIX}unheard-of")) == Reaction.HELD
    old = timezone.now() - timedelta(hours=49)
    SumsubEvent.objects.update(received_at=old, look_at=old)
    apply_all()
    event = SumsubEvent.objects.get()
    assert (event.state, event.reaction) == (EventState.DONE, Reaction.NOT_OURS)
    assert event.external_user_id == ""


def test_news_of_somebody_verified_in_our_own_workspace_reaches_the_donors_list() -> None:
    body = body_of(
        "66f1",
        "applicantOnHold",
        "onHold",
        externalUserId="theirs@example.com",
        applicantType="company",
    )
    assert reaction_to(body) == Reaction.APPLICANT
    applicant = Applicant.objects.get()
    assert applicant.is_company
    assert (applicant.applicant_id, applicant.source) == ("66f1", ApplicantSource.WEBHOOK)
    assert applicant.external_user_id == "theirs@example.com"
    assert applicant.review_word is ReviewWord.ON_HOLD


def test_a_copy_that_an_import_is_making_under_an_id_of_the_file_is_no_applicant_to_share() -> None:
    imported = make_import(RowState.SENDING)
    imported.rows.update(external_user_id="theirs@example.com", external_id="theirs@example.com")
    body = body_of("66f1", "applicantPending", "pending", externalUserId="theirs@example.com")
    assert reaction_to(body) == Reaction.HELD
    assert not Applicant.objects.exists()


@pytest.mark.parametrize(
    "state", [RowState.CHECKING, RowState.NEEDS_PERSON, RowState.REFUSED, RowState.NOT_IMPORTED]
)
def test_a_row_whose_applicant_is_told_of_is_looked_up_at_once(state: RowState) -> None:
    imported = make_import(state)
    row = imported.rows.get()
    body = body_of("66f1", "applicantCreated", "init", externalUserId=row.external_user_id)
    assert reaction_to(body) == Reaction.ROW_ASKED
    (ask,) = asking.claim_proofs(16, timezone.now())
    assert (ask.row_id, ask.external_user_id) == (row.pk, row.external_user_id)
    assert ask.version == asking.NO_VERSION
    assert not asking.claim_proofs(16, timezone.now())
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.parametrize("state", [RowState.SENDING, RowState.PENDING, RowState.STAGED])
def test_a_row_that_is_on_its_way_waits_for_its_own_answer(state: RowState) -> None:
    row = make_import(state).rows.get()
    body = body_of("66f1", "applicantCreated", "init", externalUserId=row.external_user_id)
    assert reaction_to(body) == Reaction.HELD
    assert not asking.claim_proofs(16, timezone.now())


def test_an_id_that_the_file_brought_proves_nothing() -> None:
    row = make_import(RowState.CHECKING, sends_external_ids=True).rows.get()
    assert reaction_to(body_of("66f1", externalUserId=row.external_user_id)) == Reaction.HELD


# ---- forgetting ---------------------------------------------------------------------------------


def test_events_are_forgotten_after_thirty_days_and_their_repetition_changes_nothing(
    application: Application,
) -> None:
    body = body_of(
        application.provider_applicant_id, "applicantOnHold", "onHold", at=after(application, 60)
    )
    assert reaction_to(body) == Reaction.UPDATED
    told(application, "applicantAwaitingUser", "awaitingUser", 90)
    assert sweeping.sweep(Timing()) == 0
    SumsubEvent.objects.update(received_at=timezone.now() - timedelta(days=31))
    assert sweeping.sweep(Timing()) == 2
    assert deliver(body) == 200
    apply_all()
    assert SumsubEvent.objects.get().reaction == Reaction.OUTDATED
    assert Application.objects.get().sumsub_review_status == "awaitingUser"
