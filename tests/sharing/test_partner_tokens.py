"""Partner tokens: their clock, their steps, their text, and that nobody else gets to see it."""

import io
import logging
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from sharing import partner_tokens, register
from sharing.models import Partner, PartnerState, PartnerStep, PartnerToken, TokenUse, Way
from sharing.partner_tokens import NewToken, TokenGone, erase_what_is_of_no_use
from tests.parts.partners import make_partner
from tests.sharing.conftest import Browse

TEXT = "ptk-7d41b0c6f2e94a58-not-a-real-one"


@pytest.fixture
def use(donor: Partner, admin: User) -> TokenUse:
    """A partner token that we made for a donor, its text kept."""
    return partner_tokens.record(NewToken(Way.IN, timezone.now(), text=TEXT), donor, by=admin)


def _kept(use: TokenUse) -> bool:
    return PartnerToken.objects.kept().filter(pk=use.token_id).exists()


def _deeds() -> list[str]:
    events = AuditEvent.objects.of_deed("partner_token").order_by("pk")
    return list(events.values_list("deed", flat=True))


def _age(use: TokenUse, days: float) -> None:
    """Let the partner token have been made so many days ago."""
    made = timezone.now() - timedelta(days=days)
    PartnerToken.objects.filter(pk=use.token_id).update(
        made_at=made, dies_at=made + timedelta(days=30)
    )
    TokenUse.objects.filter(pk=use.pk).update(linked_at=made)
    use.refresh_from_db()


# ---- recording ----------------------------------------------------------------------------------


def test_an_admin_records_a_partner_token_and_ticks_its_steps(
    admin: User, client_for: Browse, donor: Partner
) -> None:
    client = client_for(admin)
    page = client.get(f"/partners/{donor.pk}/").content.decode()
    assert f'href="/partners/{donor.pk}/partner-token/in/">Record partner token' in page
    client.post(f"/partners/{donor.pk}/partner-token/in/", {"label": "Autumn", "text": TEXT})
    use = TokenUse.objects.get()
    page = client.get(f"/partners/{donor.pk}/").content.decode()
    assert "Autumn" in page
    assert TEXT not in page
    client.post(f"/partners/steps/{use.pk}/sent/")
    page = client.get(f"/partners/{donor.pk}/").content.decode()
    assert "by Alma Admin." in page
    assert 'aria-label="Undo: Sent"' in page
    assert _deeds() == ["partner_token.made", "partner_token.sent"]


def test_the_text_is_sealed_and_in_no_event(use: TokenUse) -> None:
    assert TEXT.encode() not in bytes(use.token.sealed or b"")
    assert TEXT not in str(list(AuditEvent.objects.values()))
    assert TEXT not in repr(use.token) + repr(NewToken(Way.IN, timezone.now(), text=TEXT))


def test_a_partner_token_may_be_recorded_without_its_text(
    admin: User, client_for: Browse, recipient: Partner
) -> None:
    client_for(admin).post(f"/partners/{recipient.pk}/partner-token/out/", {})
    token = PartnerToken.objects.get()
    assert token.sealed is None
    assert _deeds() == ["partner_token.received"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"made_on": "2999-01-01"}, "This day is still to come."),
        ({"made_on": "2020-01-01"}, "A partner token lives 30 days, so this one is dead."),
        ({"made_on": "yesterday"}, "Enter a day, for example 2026-11-20."),
        ({"text": "two words"}, "A partner token has no blanks. Copy it once more."),
        ({"existing": "4711"}, "This partner token died or is used here already."),
    ],
)
def test_what_no_partner_token_can_be_is_refused_and_never_drawn_again(
    admin: User, client_for: Browse, donor: Partner, values: dict[str, str], sentence: str
) -> None:
    data = {"text": TEXT} | values
    answer = client_for(admin).post(f"/partners/{donor.pk}/partner-token/in/", data)
    assert sentence in answer.content.decode()
    assert data["text"] not in answer.content.decode()
    assert not PartnerToken.objects.exists()


def test_a_day_that_the_maker_names_starts_the_clock_at_its_beginning(
    admin: User, client_for: Browse, recipient: Partner
) -> None:
    day = timezone.now().date() - timedelta(days=29)
    client_for(admin).post(f"/partners/{recipient.pk}/partner-token/out/", {"made_on": day})
    token = PartnerToken.objects.get()
    assert token.made_at.date() == day
    assert token.dies_at - token.made_at == timedelta(days=30)
    assert (token.made_at.hour, token.made_at.minute) == (0, 0)


def test_one_partner_token_of_ours_serves_several_donors(
    admin: User, client_for: Browse, use: TokenUse
) -> None:
    other = make_partner(name="Pellworth", client_id="pw_1", is_donor=True)
    client = client_for(admin)
    form = client.get(f"/partners/{other.pk}/partner-token/in/").content.decode()
    assert f'<option value="{use.token_id}">Partner token {use.token_id}, dies on' in form
    client.post(f"/partners/{other.pk}/partner-token/in/", {"existing": use.token_id})
    assert PartnerToken.objects.get().uses.count() == 2
    listed = client.get("/partners/").content.decode()
    assert "Your partner tokens" in listed
    assert TEXT not in form + listed


def test_a_partner_token_of_the_other_role_is_not_recorded(
    admin: User, client_for: Browse, donor: Partner
) -> None:
    answer = client_for(admin).get(f"/partners/{donor.pk}/partner-token/out/", follow=True)
    assert "is not registered for that" in answer.content.decode()


# ---- steps --------------------------------------------------------------------------------------


def test_a_mistaken_tick_is_taken_back_and_the_trail_keeps_both(
    admin: User, client_for: Browse, use: TokenUse
) -> None:
    client, address = client_for(admin), f"/partners/steps/{use.pk}/entered/"
    for data in ({}, {}, {"undo": "1"}, {"undo": "1"}):
        client.post(address, data)
    assert not use.ticks.exists()
    assert _deeds()[1:] == ["partner_token.entered", "partner_token.entered_undone"]


@pytest.mark.parametrize("step", ["worked", "nonsense"])
def test_a_step_that_is_none_of_this_way_cannot_be_ticked(
    admin: User, client_for: Browse, use: TokenUse, step: str
) -> None:
    client_for(admin).post(f"/partners/steps/{use.pk}/{step}/")
    assert not use.ticks.exists()


def test_a_success_since_then_proves_it_and_one_before_does_not(
    admin: User, donor: Partner, use: TokenUse
) -> None:
    Partner.objects.update(confirmed_at=use.linked_at - timedelta(days=1))
    assert not TokenUse.objects.in_full().get().is_proven
    assert TokenUse.objects.unproven().exists()
    register.record_redeemed(donor.pk, 1)
    assert TokenUse.objects.in_full().get().is_proven
    assert not TokenUse.objects.unproven().exists()


def test_a_donor_hears_nothing_from_sumsub_so_the_recipient_confirms(
    admin: User, client_for: Browse, recipient: Partner
) -> None:
    use = partner_tokens.record(NewToken(Way.OUT, timezone.now()), recipient, by=admin)
    client = client_for(admin)
    assert (
        "Sumsub does not tell a donor." in client.get(f"/partners/{recipient.pk}/").content.decode()
    )
    client.post(f"/partners/steps/{use.pk}/worked/")
    page = client.get(f"/partners/{recipient.pk}/").content.decode()
    assert "<b>Confirmed</b> by Velmora Bank." in page


# ---- the text -----------------------------------------------------------------------------------


def test_the_text_is_shown_on_demand_and_no_cache_keeps_it(
    admin: User, client_for: Browse, use: TokenUse, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = client_for(admin).post(f"/partners/steps/{use.pk}/token/show/")
    assert TEXT in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.latest("pk").deed == "partner_token.shown"
    assert TEXT not in caplog.text
    assert TEXT not in str(list(AuditEvent.objects.values()))


def test_erasing_the_text_is_asked_first_with_script_and_without(
    admin: User, client_for: Browse, use: TokenUse
) -> None:
    page = client_for(admin).get(f"/partners/{use.partner_id}/").content.decode()
    erase = f'action="/partners/steps/{use.pk}/token/erase/"'
    dialog = f'<dialog class="dialog" id="erase-text-{use.pk}"'
    assert f'data-dialog-open="erase-text-{use.pk}">Erase its text<' in page
    in_dialog = page[page.index(dialog) :].split("</dialog>")[0]
    without_script = [part.split("</noscript>")[0] for part in page.split("<noscript>")[1:]]
    (asked,) = [part for part in without_script if erase in part]
    for words in (in_dialog, asked):
        assert erase in words
        assert "cannot be brought back" in words
    assert '<input type="checkbox" required>' in asked
    # And nowhere else, where a single press would do it.
    assert page.count(erase) == 2


def test_a_dead_or_erased_text_is_not_shown_and_the_page_says_why(
    admin: User, client_for: Browse, use: TokenUse
) -> None:
    client, address = client_for(admin), f"/partners/steps/{use.pk}/token/show/"
    client.post(f"/partners/steps/{use.pk}/token/erase/")
    page = client.post(address, follow=True).content.decode()
    assert "The text of this partner token is not kept here." in page
    assert "an admin erased it" in page
    _age(use, 31)
    assert "This partner token died." in client.post(address, follow=True).content.decode()
    with pytest.raises(TokenGone):
        partner_tokens.shown(use.token, use.partner, by=admin)


def test_the_text_goes_when_the_partner_token_dies(use: TokenUse) -> None:
    assert erase_what_is_of_no_use() == 0
    _age(use, 30)
    assert erase_what_is_of_no_use() == 1
    assert not _kept(use)
    event = AuditEvent.objects.get(deed="partner_token.erased")
    assert event.details == {"reason": "died"}
    assert erase_what_is_of_no_use() == 0


def test_the_text_goes_only_when_every_donor_it_serves_is_confirmed(
    admin: User, donor: Partner, use: TokenUse
) -> None:
    other = make_partner(name="Pellworth", client_id="pw_1", is_donor=True)
    second = partner_tokens.link(use.token, other, by=admin)
    assert partner_tokens.link(use.token, other, by=admin) == second
    register.record_redeemed(donor.pk, 1)
    assert erase_what_is_of_no_use() == 0
    partner_tokens.tick(second, PartnerStep.LISTED, by=admin)
    assert erase_what_is_of_no_use() == 1
    assert AuditEvent.objects.get(deed="partner_token.erased").details == {"reason": "proven"}


def test_another_partner_token_takes_the_place_of_a_dead_one(
    admin: User, client_for: Browse, donor: Partner, use: TokenUse
) -> None:
    _age(use, 31)
    page = client_for(admin).get(f"/partners/{donor.pk}/").content.decode()
    assert "This partner token is dead." in page
    assert donor in Partner.objects.needing_attention()
    new = partner_tokens.record(NewToken(Way.IN, timezone.now(), text=TEXT), donor, by=admin)
    assert list(TokenUse.objects.current()) == [new]
    assert not _kept(use)
    assert _kept(new)
    assert donor not in Partner.objects.needing_attention()
    assert (
        "Earlier: Partner token" in client_for(admin).get(f"/partners/{donor.pk}/").content.decode()
    )


def test_a_partner_token_that_dies_before_it_was_entered_needs_attention_for_a_week(
    admin: User, donor: Partner, use: TokenUse
) -> None:
    for days, needs in ((22, False), (24, True), (29.5, True), (31, True)):
        _age(use, days)
        assert (donor in Partner.objects.needing_attention()) is needs
    partner_tokens.tick(use, PartnerStep.ENTERED, by=admin)
    assert donor not in Partner.objects.needing_attention()


def test_a_removed_partners_token_bothers_nobody(donor: Partner, use: TokenUse) -> None:
    _age(use, 29.5)
    Partner.objects.update(state=PartnerState.REMOVED)
    assert not TokenUse.objects.dying_by(timezone.now() + timedelta(days=7)).exists()


def test_no_text_is_in_a_dump_of_the_database(use: TokenUse) -> None:
    out = io.StringIO()
    call_command("dumpdata", "sharing", "accounts", stdout=out)
    assert TEXT not in out.getvalue()


def test_a_reader_of_the_register_sees_the_steps_and_no_buttons(
    viewer: User, client_for: Browse, use: TokenUse, donor: Partner
) -> None:
    client: Client = client_for(viewer)
    page = client.get(f"/partners/{donor.pk}/").content.decode()
    assert "make a partner token" in page
    assert "/partners/steps/" not in page
    assert "/partner-token/" not in page
