"""What an application shows of its review, and how the customer's status follows from it."""

from collections.abc import Sequence

from customers.models import Application, KycStatus, Standing
from sumsub.review import Review, ReviewWord, review_word

_KYC = {
    ReviewWord.APPROVED: KycStatus.APPROVED,
    ReviewWord.REJECTED: KycStatus.REJECTED,
    ReviewWord.DOCUMENTS_REQUESTED: KycStatus.PENDING,
    ReviewWord.RESUBMISSION_REQUESTED: KycStatus.PENDING,
    ReviewWord.AWAITING_USER: KycStatus.PENDING,
}


def show(
    application: Application,
    status: str,
    answer: str | None,
    reject_type: str | None,
    labels: Sequence[str],
) -> None:
    """Let an application show a review, as far as its columns hold it."""
    application.sumsub_review_status = status[:40]
    application.sumsub_review_answer = (answer or "")[:10]
    application.sumsub_reject_type = (reject_type or "")[:10]
    application.sumsub_reject_labels = list(labels)


def shown(application: Application) -> tuple[object, ...]:
    """What people see of a review; a change of it is a line of the history."""
    return (
        application.sumsub_review_status,
        application.sumsub_review_answer,
        application.sumsub_reject_type,
        application.sumsub_standing,
    )


def kyc_status(application: Application) -> KycStatus:
    """The customer's status that follows from the review as the application shows it."""
    review = Review(
        status=application.sumsub_review_status,
        answer=application.sumsub_review_answer or None,
        reject_type=application.sumsub_reject_type or None,
    )
    status = _KYC.get(review_word(review), KycStatus.IN_REVIEW)
    if status != KycStatus.APPROVED:
        return status
    if application.inherited_review:
        # A copied approval is the donor's: our own review has not taken place.
        return KycStatus.PENDING
    # An approval does not outlive its applicant: somebody has to look.
    gone = application.sumsub_standing != Standing.ACTIVE
    return KycStatus.IN_REVIEW if gone else status
