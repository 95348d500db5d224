"""Whose turn it is with an application, and what that means for the customer: one place for both.

Written in the transaction of whatever changed: by deeds with `settle`, by readings of Sumsub's
review with `follow_review`, which needs no more than the application's own columns.
"""

from datetime import datetime

from django.utils import timezone

from customers.applying.items import Who
from customers.applying.missing import (
    ASKS_THE_PERSON,
    Facts,
    entries_missing,
    facts_of,
    review_of,
    steps_missing,
)
from customers.models import Application, ApplicationStatus, KycStatus, Standing, Waiting
from customers.models.application_states import COMPLETABLE, IN_REVIEW
from customers.outgoing import telling
from customers.outgoing.outbox import emit_all
from sumsub.review import ReviewWord

_KYC_BY_REVIEW = {
    ReviewWord.APPROVED: KycStatus.APPROVED,
    ReviewWord.REJECTED: KycStatus.REJECTED,
    ReviewWord.DOCUMENTS_REQUESTED: KycStatus.PENDING,
    ReviewWord.RESUBMISSION_REQUESTED: KycStatus.PENDING,
    ReviewWord.AWAITING_USER: KycStatus.PENDING,
}


def settle(application: Application, now: datetime) -> None:
    """Write where the application stands after a deed, and let the customer's status follow.

    Inside the deed's transaction, with the application locked.
    """
    fresh = Application.objects.with_facts().get(pk=application.pk)
    application.entries_from = entries_from(facts_of(fresh))
    follow_review(application, now)
    application.save(
        update_fields=["entries_from", "waiting_on", "waiting_since", "version", "updated_at"]
    )
    customer = application.customer
    status = kyc_status(application)
    if customer.kyc_status != status:
        customer.kyc_status = status
        customer.save(update_fields=["kyc_status", "updated_at"])
        emit_all([telling.customer_updated(customer, changed=["kyc_status"])])


def follow_review(application: Application, now: datetime) -> None:
    """Set whose turn it is, and since when if that changed; the caller writes the columns."""
    whom = waiting_on(application)
    if application.waiting_on != whom:
        application.waiting_on, application.waiting_since = whom, now


def entries_from(facts: Facts) -> Waiting:
    """Whose turn it is with what is entered here.

    It is the applicant's while a link of theirs is open. Else nobody asked them before a request
    for information: until then the next step is ours, be it only to ask; and it is ours again once
    they have sent their answer.
    """
    lacking = entries_missing(facts, timezone.now().date())
    if facts.link is not None and facts.link.is_open:
        return Waiting.APPLICANT
    if facts.asked is not None and not facts.answered:
        only_words = not facts.asked.asked_for and not facts.asked.answered
        return Waiting.APPLICANT if lacking or only_words else Waiting.NOBODY
    if not lacking:
        return Waiting.NOBODY
    return Waiting.DONOR if all(need.who is Who.DONOR for need in lacking) else Waiting.US


def waiting_on(application: Application) -> Waiting:
    """Whose the next step is."""
    if application.status in COMPLETABLE:
        return Waiting(application.entries_from) or _on_the_steps(application)
    if application.status in IN_REVIEW:
        return _on_the_review(application)
    if application.status == ApplicationStatus.APPROVED and not is_approvable(application):
        return Waiting.US  # Sumsub changed its mind: somebody looks at the approval again
    return Waiting.NOBODY


def is_approvable(application: Application) -> bool:
    """True while Sumsub's review allows an approval, or has nothing to say about it."""
    if application.is_manual:
        return True
    stands = application.sumsub_standing == Standing.ACTIVE and not application.inherited_review
    return stands and review_of(application) is ReviewWord.APPROVED


def kyc_status(application: Application) -> KycStatus:
    """The customer's KYC status: Sumsub's review, or ours where Sumsub knows nobody.

    A declined application is rejected whatever Sumsub says. An approval that was only copied is
    the donor's: our own review has not taken place. Nor does an approval outlive its applicant.
    """
    if application.status == ApplicationStatus.DECLINED:
        return KycStatus.REJECTED
    if application.is_manual:
        return _kyc_by_hand(application)
    word = review_of(application)
    if word is None:
        return KycStatus.PENDING
    if word is ReviewWord.APPROVED and application.inherited_review:
        return KycStatus.PENDING
    if word is ReviewWord.APPROVED and application.sumsub_standing != Standing.ACTIVE:
        return KycStatus.IN_REVIEW
    return _KYC_BY_REVIEW.get(word, KycStatus.IN_REVIEW)


def _kyc_by_hand(application: Application) -> KycStatus:
    if application.status == ApplicationStatus.APPROVED:
        return KycStatus.APPROVED
    return KycStatus.IN_REVIEW if application.status in IN_REVIEW else KycStatus.PENDING


def _on_the_steps(application: Application) -> Waiting:
    """Everything is entered: Sumsub may still ask the person; otherwise we submit (or decline)."""
    asks = any(need.who is Who.APPLICANT for need in steps_missing(application))
    return Waiting.APPLICANT if asks else Waiting.US


def _on_the_review(application: Application) -> Waiting:
    word = review_of(application)
    if application.is_manual or word in _OURS:
        return Waiting.US
    return Waiting.APPLICANT if word in ASKS_THE_PERSON else Waiting.SUMSUB


# Sumsub has said its last word, or waits for one of our officers.
_OURS = frozenset({ReviewWord.APPROVED, ReviewWord.REJECTED, ReviewWord.ON_HOLD})
