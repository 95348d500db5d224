"""Sumsub's review of an applicant, as it changes after the import."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Model

from accounts import sheets
from accounts.sheets import columns_of
from customers.models import Application, Customer, KycStatus, ReviewChange
from customers.outgoing import telling
from customers.outgoing.outbox import emit_all
from customers.timing import Timing
from sumsub.records import Applicant, Review, StepStatus
from sumsub.review import ReviewWord, review_word

# What a reading changes of an application, and of its customer.
_READ = (
    "sumsub_review_status",
    "sumsub_review_answer",
    "sumsub_reject_type",
    "sumsub_reject_labels",
    "steps",
    "review_seen_at",
    "review_checks",
    "review_check_at",
    "updated_at",
)
_FOLLOWS = ("kyc_status", "updated_at")

_KYC = {
    ReviewWord.APPROVED: KycStatus.APPROVED,
    ReviewWord.REJECTED: KycStatus.REJECTED,
    ReviewWord.DOCUMENTS_REQUESTED: KycStatus.PENDING,
    ReviewWord.RESUBMISSION_REQUESTED: KycStatus.PENDING,
    ReviewWord.AWAITING_USER: KycStatus.PENDING,
}


class Readings:
    """Reviews that were read in one transaction; `store` writes them together."""

    def __init__(self, now: datetime, timing: Timing) -> None:
        self._now = now
        self._timing = timing
        self._applications: list[Application] = []
        self._customers: list[Customer] = []
        self._changes: list[ReviewChange] = []

    def add(
        self, application: Application, applicant: Applicant, steps: Sequence[StepStatus] | None
    ) -> bool:
        """Take in what Sumsub says of an application's review; True when people see a change.

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
        application.review_seen_at = self._now
        self.postpone(application)
        changed = _shown(application) != before
        if changed:
            self._changes.append(_change(application, self._now))
        return self._carry_to_customer(application, review) or changed

    def postpone(self, application: Application) -> None:
        """One more reading was tried: the next one is due by the schedule."""
        application.review_checks += 1
        application.review_check_at = _next_reading(application, self._now, self._timing)
        application.updated_at = self._now
        self._applications.append(application)

    def _carry_to_customer(self, application: Application, review: Review) -> bool:
        """Let the customer's status follow; True when it changed.

        Also when the review did not: it may have been completed before the row was settled.
        """
        status = _KYC.get(review_word(review), KycStatus.IN_REVIEW)
        if application.inherited_review and status == KycStatus.APPROVED:
            # A copied approval is the donor's: our own review has not taken place.
            status = KycStatus.PENDING
        customer = application.customer
        if customer.kyc_status == status:
            return False
        customer.kyc_status, customer.updated_at = status, self._now
        self._customers.append(customer)
        return True

    def store(self) -> None:
        """Write applications, customers and the history, and tell the company's systems.

        Inside a transaction.
        """
        _update(Application, _READ, self._applications)
        _update(Customer, _FOLLOWS, self._customers)
        sheets.insert(ReviewChange, columns_of(ReviewChange), self._changes)
        reviewed = (telling.review_changed(change.application) for change in self._changes)
        changed = ["kyc_status"]
        updated = (telling.customer_updated(one, changed=changed) for one in self._customers)
        emit_all([*reviewed, *updated])


def _update(model: type[Model], names: tuple[str, ...], objects: Sequence[Model]) -> None:
    rows = [(one.pk, *(getattr(one, name) for name in names)) for one in objects]
    if rows:
        sheets.update(model, names, rows, where=("id",))


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


def _change(application: Application, now: datetime) -> ReviewChange:
    return ReviewChange(
        application=application,
        at=now,
        status=application.sumsub_review_status,
        answer=application.sumsub_review_answer,
        reject_type=application.sumsub_reject_type,
        source="lookup",
    )


def _next_reading(application: Application, now: datetime, timing: Timing) -> datetime | None:
    if application.sumsub_review_status == "completed":
        return None
    offsets = timing.review_offsets
    if application.review_checks < len(offsets):
        due = application.created_at + timedelta(seconds=offsets[application.review_checks])
        return max(due, now + timedelta(seconds=1))
    return now + timedelta(seconds=timing.review_hourly)
