"""What webhooks tell of our applicants: in the order of their own clock, approvals unconfirmed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import AuditEvent
from sharing.applicant_lookup import look_up
from sharing.applicant_news import take_in
from sharing.models import Applicant, Shareability
from sharing.precheck import shareability
from sumsub.review import Review, ReviewWord
from sumsub.sandbox.process import Sandbox
from sumsub.webhooks import WebhookEvent

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
GREEN = Review(status="completed", answer="GREEN")
RED = Review(
    status="completed", answer="RED", reject_type="FINAL", reject_labels=("FORGERY", "ID_INVALID")
)


def _event(kind: str = "applicantReviewed", minutes: float = 0, **changes: Any) -> WebhookEvent:
    given: dict[str, Any] = {
        "type": kind,
        "applicant_id": "66f0c2a4e19b7d3500000001",
        "external_user_id": "004417",
        "level_name": "id-only",
        "applicant_type": "individual",
        "created_at": NOON + timedelta(minutes=minutes),
    }
    return WebhookEvent(**given | changes)


def test_an_applicant_is_first_seen_through_a_webhook() -> None:
    news = take_in(_event("applicantCreated", review=Review(status="init")))
    found = Applicant.objects.get()
    assert (news.applicant, news.is_new) == (found, True)
    assert (found.source, found.external_user_id, found.level_name) == (
        "webhook",
        "004417",
        "id-only",
    )
    assert (found.created_at_sumsub, found.review_word) == (NOON, ReviewWord.DOCUMENTS_REQUESTED)
    event = AuditEvent.objects.get()
    assert (event.deed, event.outcome, event.actor) == ("applicant.told", "found", None)
    assert "004417" not in str(event.details)


def test_news_in_any_order_ends_where_the_newest_says() -> None:
    told = [
        _event("applicantCreated", 0, review=Review(status="init")),
        _event("applicantPending", 1, review=Review(status="pending")),
        _event("applicantReviewed", 2, review=RED),
    ]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0, 2, 1]):
        Applicant.objects.all().delete()
        for place in order:
            take_in(told[place])
        found = Applicant.objects.get()
        assert found.review_word is ReviewWord.REJECTED
        assert found.reject_labels == ["FORGERY", "ID_INVALID"]
        assert found.news_at == NOON + timedelta(minutes=2)


def test_older_news_changes_nothing_and_says_so(exported: Applicant) -> None:
    take_in(_event(review=RED))
    before = Applicant.objects.values().get()
    late = take_in(_event("applicantPending", -1, review=Review(status="pending")))
    assert (late.applicant, late.is_new, late.changed) == (exported, False, ())
    assert Applicant.objects.values().get() == before
    assert AuditEvent.objects.count() == 1


def test_the_same_webhook_twice_is_told_once(exported: Applicant) -> None:
    assert take_in(_event(review=RED)).changed
    assert take_in(_event(review=RED)).changed == ()
    assert AuditEvent.objects.filter(deed="applicant.told").count() == 1


PENDING = Review(status="pending")
AGAIN = Review(status="completed", answer="RED", reject_type="RETRY")


@pytest.mark.parametrize(
    ("reviews", "word"),
    [
        ((GREEN, RED), ReviewWord.REJECTED),
        ((GREEN, AGAIN), ReviewWord.RESUBMISSION_REQUESTED),
        ((AGAIN, RED), ReviewWord.REJECTED),
        ((PENDING, GREEN), ReviewWord.APPROVED),
        ((PENDING, RED), ReviewWord.REJECTED),
    ],
)
def test_the_order_of_two_verdicts_of_one_moment_does_not_matter(
    reviews: tuple[Review, Review], word: ReviewWord
) -> None:
    found = []
    for order in (reviews, reviews[::-1]):
        Applicant.objects.all().delete()
        for review in order:
            take_in(_event(review=review))
        found.append(Applicant.objects.get())
    assert [one.review_word for one in found] == [word, word]
    assert found[0].reject_labels == found[1].reject_labels
    assert [one.unconfirmed for one in found] == [word is ReviewWord.APPROVED] * 2


@pytest.mark.parametrize(
    "order",
    [
        ("applicantDeactivated", "applicantActivated"),
        ("applicantActivated", "applicantDeactivated"),
    ],
)
def test_of_one_moment_deactivated_counts_before_active(
    exported: Applicant, order: tuple[str, str]
) -> None:
    for kind in order:
        take_in(_event(kind))
    exported.refresh_from_db()
    assert exported.deactivated
    take_in(_event("applicantActivated", minutes=1))
    exported.refresh_from_db()
    assert not exported.deactivated


def test_an_approval_is_to_be_confirmed_by_a_lookup(as_donor: Sandbox) -> None:
    real = look_up("demo-approved-complete", by=None).applicant
    Applicant.objects.update(review_status="pending", review_answer="")
    assert real.looked_up_at is not None
    after = real.looked_up_at + timedelta(minutes=1)
    news = take_in(
        _event(applicant_id=real.applicant_id, review=GREEN, created_at=after, level_name="")
    )
    told = Applicant.objects.get()
    assert "unconfirmed" in news.changed
    assert (told.review_word, told.unconfirmed) == (ReviewWord.APPROVED, True)
    assert shareability(told) is Shareability.UNKNOWN
    confirmed = look_up(real.applicant_id, by=None).applicant
    assert not confirmed.unconfirmed
    assert shareability(confirmed) is Shareability.SHAREABLE


def test_an_approval_that_is_known_needs_no_second_confirmation(exported: Applicant) -> None:
    take_in(_event(review=GREEN))
    exported.refresh_from_db()
    assert not exported.unconfirmed


def test_after_a_refusal_an_approval_has_to_be_confirmed_again(exported: Applicant) -> None:
    take_in(_event(minutes=0, review=RED))
    take_in(_event(minutes=1, review=GREEN))
    exported.refresh_from_db()
    assert exported.unconfirmed
    assert exported.reject_labels == []


def test_what_a_lookup_saw_later_is_not_undone_by_a_late_webhook(exported: Applicant) -> None:
    Applicant.objects.update(looked_up_at=NOON + timedelta(seconds=1))
    assert take_in(_event(review=RED)).changed == ()
    assert take_in(_event(minutes=1, review=RED)).changed


def test_deactivated_and_activated_switch_sharing_off_and_on(exported: Applicant) -> None:
    take_in(_event("applicantDeactivated", 0))
    exported.refresh_from_db()
    assert exported.deactivated
    assert exported.review_word is ReviewWord.APPROVED
    take_in(_event("applicantActivated", 1))
    exported.refresh_from_db()
    assert not exported.deactivated


def test_another_level_is_noted(exported: Applicant) -> None:
    news = take_in(
        _event("applicantLevelChanged", level_name="id-poa", review=Review(status="init"))
    )
    assert news.applicant is not None
    assert news.applicant.level_name == "id-poa"
    assert news.applicant.review_word is ReviewWord.DOCUMENTS_REQUESTED


@pytest.mark.parametrize("kind", ["applicantDeleted", "applicantPersonalDataDeleted"])
def test_who_is_deleted_at_sumsub_is_forgotten_here_but_for_the_ids(
    exported: Applicant, kind: str
) -> None:
    take_in(_event(kind))
    exported.refresh_from_db()
    assert exported.deleted_at == NOON
    assert (exported.name, exported.email, exported.profile) == ("", "", {})
    assert exported.external_user_id == "004417"
    assert shareability(exported) is Shareability.REFUSED


def test_nobody_is_made_to_say_that_they_are_gone() -> None:
    assert take_in(_event("applicantDeleted")).applicant is None
    assert not Applicant.objects.exists()


@pytest.mark.parametrize(
    "event",
    [
        _event("applicantActionReviewed", review=RED),
        _event("applicantTagsChanged", review=RED),
        _event("somethingNew", review=RED),
        _event(review=RED, test_mode=True),
    ],
    ids=["an action", "tags", "unknown type", "fired by hand"],
)
def test_what_tells_nothing_of_the_person_changes_nothing(
    exported: Applicant, event: WebhookEvent
) -> None:
    assert take_in(event).applicant is None
    exported.refresh_from_db()
    assert exported.review_word is ReviewWord.APPROVED


def test_news_without_a_moment_is_too_old_for_whom_we_know(exported: Applicant) -> None:
    Applicant.objects.update(news_at=NOON)
    assert take_in(_event(review=RED, created_at=None)).changed == ()
