"""Sumsub's review of an applicant, as it changes after the import."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from customers.models import Application, KycStatus, ReviewChange
from customers.timing import Timing
from sumsub.records import Applicant, StepStatus
from sumsub.review import ReviewWord, review_word

_KYC = {
    ReviewWord.APPROVED: KycStatus.APPROVED,
    ReviewWord.REJECTED: KycStatus.REJECTED,
    ReviewWord.DOCUMENTS_REQUESTED: KycStatus.PENDING,
    ReviewWord.RESUBMISSION_REQUESTED: KycStatus.PENDING,
    ReviewWord.AWAITING_USER: KycStatus.PENDING,
}


def apply(
    application: Application,
    applicant: Applicant,
    steps: Sequence[StepStatus] | None,
    *,
    now: datetime,
    timing: Timing,
) -> bool:
    """Store what Sumsub says of an application's review; True when something people see changed.

    The next reading is scheduled until the review is completed; then no more are due.
    """
    review = applicant.review
    before = _shown(application)
    application.sumsub_review_status = review.status[:40]
    application.sumsub_review_answer = (review.answer or "")[:10]
    application.sumsub_reject_type = (review.reject_type or "")[:10]
    application.sumsub_reject_labels = list(review.reject_labels)
    if steps is not None:
        application.steps = [step_summary(step) for step in steps]
    application.review_seen_at = now
    application.review_checks += 1
    application.review_check_at = _next_reading(application, now, timing)
    application.save()
    changed = _shown(application) != before
    if changed:
        _remember(application, now)
    return _carry_to_customer(application, applicant) or changed


def postpone(application: Application, *, now: datetime, timing: Timing) -> None:
    """No answer came: the next reading is due by the schedule."""
    application.review_checks += 1
    application.review_check_at = _next_reading(application, now, timing)
    application.save(update_fields=["review_checks", "review_check_at", "updated_at"])


def step_summary(step: StepStatus) -> dict[str, object]:
    """What is kept of a step: whether it is there and accepted, and the document's kind."""
    return {
        "step": step.step,
        "submitted": step.submitted,
        "answer": step.answer or "",
        "doc_type": step.doc_type,
        "country": step.country,
        "reject_labels": list(step.reject_labels),
    }


def _shown(application: Application) -> tuple[object, ...]:
    return (
        application.sumsub_review_status,
        application.sumsub_review_answer,
        application.sumsub_reject_type,
    )


def _remember(application: Application, now: datetime) -> None:
    ReviewChange.objects.create(
        application=application,
        at=now,
        status=application.sumsub_review_status,
        answer=application.sumsub_review_answer,
        reject_type=application.sumsub_reject_type,
        source="lookup",
    )


def _carry_to_customer(application: Application, applicant: Applicant) -> bool:
    """Let the customer's status follow; True when it changed.

    Also when the review did not: it may have been completed before the row was settled.
    """
    word = review_word(applicant.review)
    status = _KYC.get(word, KycStatus.IN_REVIEW)
    if application.inherited_review and status == KycStatus.APPROVED:
        # A copied approval is the donor's: our own review has not taken place.
        status = KycStatus.PENDING
    if application.customer.kyc_status == status:
        return False
    application.customer.kyc_status = status
    application.customer.save(update_fields=["kyc_status", "updated_at"])
    return True


def _next_reading(application: Application, now: datetime, timing: Timing) -> datetime | None:
    if application.sumsub_review_status == "completed":
        return None
    offsets = timing.review_offsets
    if application.review_checks < len(offsets):
        due = application.created_at + timedelta(seconds=offsets[application.review_checks])
        return max(due, now + timedelta(seconds=1))
    return now + timedelta(seconds=timing.review_hourly)
