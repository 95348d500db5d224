"""The register's deeds, and what outcomes teach it."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import AuditEvent, User
from sharing import register
from sharing.models import Partner, PartnerState
from sharing.register import Refused


def test_outcomes_are_counted_and_make_the_success_rate(donor: Partner) -> None:
    register.record_redeemed(donor.pk, 9)
    register.record_refused(donor.pk, {Refused(10510, "reusable-kyc-nothing-to-import"): 1})
    register.record_redeemed(donor.pk, 90)
    donor.refresh_from_db()
    assert (donor.redeemed_count, donor.refused_count) == (99, 1)
    assert donor.success_rate == 99.0
    assert donor.seen_at is not None


def test_refusals_are_counted_by_reason_also_where_sumsub_gives_no_code(donor: Partner) -> None:
    expired, unsaid = Refused(10503, "invalid-share-token"), Refused(None, "")
    register.record_refused(donor.pk, {expired: 4, unsaid: 1})
    register.record_refused(donor.pk, {expired: 3})
    counted = [(one.error_code, one.count, one.title) for one in donor.refusals.all()]
    assert counted[0][:2] == (10503, 7)
    assert counted[1] == (0, 1, "No reason given")
    donor.refresh_from_db()
    assert donor.refused_count == 8


def test_the_last_10501_is_remembered_beyond_the_success_that_answers_it(donor: Partner) -> None:
    at = timezone.now()
    register.record_contradiction(donor.pk, at)
    register.record_redeemed(donor.pk, 1)
    donor.refresh_from_db()
    assert (donor.contradicted_at, donor.not_partners_at) == (None, at)


def test_a_change_by_a_person_loses_no_outcome_that_arrives_meanwhile(
    donor: Partner, admin: User
) -> None:
    register.record_redeemed(donor.pk, 5)
    donor.name = "Ostermoor Pay Ltd"
    register.change(donor, ["name"], by=admin)
    donor.refresh_from_db()
    assert (donor.name, donor.redeemed_count) == ("Ostermoor Pay Ltd", 5)


def test_a_partner_without_outcomes_has_no_success_rate(donor: Partner) -> None:
    assert donor.success_rate is None


def test_outcomes_of_one_partner_leave_the_others_alone(donor: Partner, recipient: Partner) -> None:
    register.record_redeemed(donor.pk, 3)
    recipient.refresh_from_db()
    assert recipient.redeemed_count == 0
    assert recipient.seen_at is None


def test_a_contradiction_by_sumsub_stands_until_a_success(donor: Partner) -> None:
    at = timezone.now()
    register.record_contradiction(donor.pk, at)
    donor.refresh_from_db()
    assert (donor.contradicted_at, donor.confirmed_at) == (at, None)
    assert donor in Partner.objects.needing_attention()
    register.record_redeemed(donor.pk, 1)
    donor.refresh_from_db()
    assert donor.contradicted_at is None
    assert donor.confirmed_at is not None
    assert donor not in Partner.objects.needing_attention()


def test_an_agreement_needs_attention_from_a_month_before_its_end(donor: Partner) -> None:
    today = timezone.now().date()
    for days, needs in ((31, False), (30, True), (0, True), (-1, True)):
        donor.agreement_ends_on = today + timedelta(days=days)
        donor.save()
        assert (donor in Partner.objects.needing_attention()) is needs
        assert donor.agreement_has_ended is (days < 0)
    assert donor.agreement_days_left is None


def test_a_paused_partner_needs_no_attention(donor: Partner) -> None:
    register.record_contradiction(donor.pk, timezone.now())
    Partner.objects.update(state=PartnerState.PAUSED)
    assert not Partner.objects.needing_attention().exists()


def test_every_change_of_state_is_audited_once(donor: Partner, admin: User) -> None:
    assert register.set_state(donor, PartnerState.PAUSED, by=admin)
    assert not register.set_state(donor, PartnerState.PAUSED, by=admin)
    assert register.set_state(donor, PartnerState.REMOVED, by=admin)
    events = AuditEvent.objects.filter(subject=f"partner:{donor.pk}").order_by("pk")
    assert [(event.deed, event.details["before"]) for event in events] == [
        ("partner.paused", "active"),
        ("partner.removed", "paused"),
    ]


def test_another_client_id_forgets_what_sumsub_said_about_the_old_one(
    donor: Partner, admin: User
) -> None:
    register.record_redeemed(donor.pk, 1)
    donor.refresh_from_db()
    donor.client_id = "somebody_else_1"
    register.change(donor, ["client_id"], by=admin)
    donor.refresh_from_db()
    assert donor.confirmed_at is None
