"""One press of *Generate share token* mints one; the page for browsers without script."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.models import User
from sharing.minting import MintRefused, mint
from sharing.models import Applicant, HandedOver, IssuedToken, MintRequest, Partner
from sumsub.sandbox.process import Sandbox
from tests.sharing.conftest import Browse

SHOWN = re.compile(r'<output id="share-token-text"[^>]*>([^<]+)</output>')
ONCE = re.compile(r'name="once" value="([0-9a-f]{32})"')


def _post(client: Client, applicant: Applicant, partner: Partner, once: str, **more: Any) -> Any:
    data = {"partner": partner.pk, "ttl": "1200", "once": once}
    return client.post(f"/applicants/{applicant.pk}/share-token/", data | more)


def test_the_same_form_sent_again_mints_nothing_and_says_so(
    applicant: Applicant, recipient: Partner, donor_operator: User, client_for: Browse
) -> None:
    client, once = client_for(donor_operator), uuid.uuid4().hex
    assert SHOWN.search(_post(client, applicant, recipient, once).content.decode())
    again = _post(client, applicant, recipient, once).content.decode()
    assert "This was generated already" in again
    assert not SHOWN.search(again)
    assert IssuedToken.objects.count() == 1
    fresh = ONCE.search(again)
    assert fresh
    assert SHOWN.search(_post(client, applicant, recipient, fresh[1]).content.decode())


@pytest.mark.django_db(transaction=True)
def test_a_double_click_mints_once(
    applicant: Applicant,
    recipient: Partner,
    donor_operator: User,
    client_for: Browse,
    as_donor: Sandbox,
) -> None:
    def minted() -> int:
        return sum(entry["event"] == "minted" for entry in as_donor.ledger())

    clients, once, before = (
        [client_for(donor_operator) for _ in range(4)],
        uuid.uuid4().hex,
        minted(),
    )

    def press(client: Client) -> bool:
        try:
            return bool(SHOWN.search(_post(client, applicant, recipient, once).content.decode()))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as hands:
        shown = list(hands.map(press, clients))
    assert sorted(shown) == [False, False, False, True]
    assert IssuedToken.objects.count() == 1
    assert minted() - before == 1


def test_without_its_key_a_form_is_out_of_date(
    applicant: Applicant, recipient: Partner, donor_operator: User, client_for: Browse
) -> None:
    page = _post(client_for(donor_operator), applicant, recipient, "").content.decode()
    assert "This page is out of date." in page
    assert not IssuedToken.objects.exists()


def test_presses_are_forgotten_after_a_while(
    applicant: Applicant, recipient: Partner, donor_operator: User, client_for: Browse
) -> None:
    MintRequest.objects.create(key="old", made_at=timezone.now() - timedelta(days=8))
    _post(client_for(donor_operator), applicant, recipient, uuid.uuid4().hex)
    assert not MintRequest.objects.filter(key="old").exists()


def test_without_script_there_is_a_page_that_mints_and_leaves_by_itself(
    applicant: Applicant, recipient: Partner, donor_operator: User, client_for: Browse
) -> None:
    client = client_for(donor_operator)
    form = client.get(f"/applicants/{applicant.pk}/share-token/").content.decode()
    assert "<h1>Generate share token</h1>" in form
    once = ONCE.search(form)
    assert once
    shown = _post(client, applicant, recipient, once[1])
    assert SHOWN.search(shown.content.decode())
    assert shown["Refresh"] == f"60; url=/applicants/{applicant.pk}/"
    assert "no-store" in shown["Cache-Control"]


def test_how_it_was_handed_over_is_on_the_ledger(
    applicant: Applicant, recipient: Partner, donor_operator: User, client_for: Browse
) -> None:
    client = client_for(donor_operator)
    _post(client, applicant, recipient, uuid.uuid4().hex)
    issued = IssuedToken.objects.get()
    assert (issued.handed_over, issued.handed_over_at is None) == (HandedOver.PAGE, False)
    client.post(f"/share-tokens/{issued.pk}/copied/")
    issued.refresh_from_db()
    assert issued.handed_over == HandedOver.COPIED
    assert "Copied from the page" in client.get("/share-tokens/").content.decode()


def test_ourselves_as_recipient_is_allowed_and_said(
    applicant: Applicant, donor_operator: User, client_for: Browse, as_donor: Sandbox
) -> None:
    ourselves = Partner.objects.create(
        name="Ourselves", client_id=as_donor.donor.client_id, is_recipient=True
    )
    client = client_for(donor_operator)
    form = client.get(f"/applicants/{applicant.pk}/share-token/").content.decode()
    assert "This is our own client id" in form
    assert SHOWN.search(_post(client, applicant, ourselves, uuid.uuid4().hex).content.decode())


def test_an_applicant_of_somebody_else_is_told_with_where_it_may_belong(
    as_donor: Sandbox, exported: Applicant, recipient: Partner, donor_operator: User
) -> None:
    with pytest.raises(MintRefused) as refused:
        mint(exported, recipient, 1200, by=donor_operator)
    assert "It may belong to another client, or to Sumsub's production" in refused.value.sentence
    assert "speaks for Sumsub's sandbox." in refused.value.sentence


def test_a_time_to_live_that_sumsub_refuses_is_told_in_its_words_and_ours(
    applicant: Applicant, recipient: Partner, donor_operator: User
) -> None:
    eleven_years = 11 * 365 * 86_400
    with pytest.raises(MintRefused) as refused:
        mint(applicant, recipient, eleven_years, by=donor_operator)
    said = refused.value.sentence
    assert "Sumsub says: “ttlInSecs must be a whole number of seconds" in said
    assert said.endswith("The time to live, 4015\u00a0days, may be the cause.")
    assert not IssuedToken.objects.exists()
