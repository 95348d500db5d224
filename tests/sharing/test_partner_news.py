"""What admins are told about the register, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice, User
from sharing import partner_news, partner_tokens, register
from sharing.models import Partner, PartnerStep, PartnerToken, TokenUse, Way
from sharing.partner_tokens import NewToken
from sharing.tasks import tell


@pytest.fixture
def use(donor: Partner, admin: User) -> TokenUse:
    """A partner token that we made for a donor."""
    return partner_tokens.record(NewToken(Way.IN, timezone.now()), donor, by=admin)


def _dies_in(use: TokenUse, **left: float) -> None:
    dies = timezone.now() + timedelta(**left)
    made = dies - timedelta(days=30)
    PartnerToken.objects.filter(pk=use.token_id).update(made_at=made, dies_at=dies)


def _titles() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("title", flat=True))


def test_admins_are_told_seven_days_and_one_day_before_and_at_the_death_each_once(
    use: TokenUse, admin: User, officer: User, viewer: User
) -> None:
    for left, told in ((8, 0), (6.5, 1), (3, 1), (0.9, 2), (0.2, 2), (-0.1, 3), (-3, 3)):
        _dies_in(use, days=left)
        tell()
        assert len(set(Notice.objects.values_list("event", flat=True))) == told
    assert set(Notice.objects.values_list("person", flat=True)) == {admin.pk}
    assert _titles()[0] == "The partner token for Ostermoor Pay dies soon"
    assert _titles()[-1] == "The partner token for Ostermoor Pay died"
    assert Notice.objects.latest("pk").link == f"/partners/{use.partner_id}/"


def test_a_second_look_tells_nothing_twice(use: TokenUse) -> None:
    _dies_in(use, days=5)
    tell()
    tell()
    assert Notice.objects.count() == 1


def test_one_that_was_entered_is_not_announced_but_its_death_without_proof_is(
    use: TokenUse, admin: User, donor: Partner
) -> None:
    partner_tokens.tick(use, PartnerStep.ENTERED, by=admin)
    _dies_in(use, days=2)
    tell()
    assert not Notice.objects.exists()
    _dies_in(use, minutes=-5)
    tell()
    assert "no success has proven it yet" in Notice.objects.get().text
    Notice.objects.all().delete()
    register.record_redeemed(donor.pk, 1)
    tell()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("days", "event"),
    [
        (40, None),
        (30, "agreement_ends"),
        (0, "agreement_ends"),
        (-1, "agreement_ended"),
        (-45, None),
    ],
)
def test_an_agreement_that_ends_soon_or_ended_is_told_once(
    donor: Partner, admin: User, days: int, event: str | None
) -> None:
    Partner.objects.update(agreement_ends_on=timezone.now().date() + timedelta(days=days))
    partner_news.tell()
    partner_news.tell()
    assert list(Notice.objects.values_list("event", flat=True)) == ([event] if event else [])
    for text in Notice.objects.values_list("text", flat=True):
        assert ("nothing is imported from it" in text) is (event == "agreement_ended")


def test_nobody_is_told_of_a_paused_partners_agreement(donor: Partner, admin: User) -> None:
    Partner.objects.update(agreement_ends_on=timezone.now().date(), state="paused")
    partner_news.tell()
    assert not Notice.objects.exists()
