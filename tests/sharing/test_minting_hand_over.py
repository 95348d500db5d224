"""The file of a batch behind a link and a passphrase: moved there once, fetched once."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from sharing.minting import MintRefused
from sharing.minting_many import drafts
from sharing.models import HandedOver, HandOver, IssuedToken, MintBatch, MintRow, Partner
from sumsub.sandbox.process import Sandbox
from tests.sharing import minting
from tests.sharing.conftest import Browse

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]

BATCHES = "/share-tokens/minting/"


@pytest.fixture
def batch(as_donor: Sandbox, recipient: Partner, donor_operator: User) -> MintBatch:
    """Three minted share tokens."""
    return minting.minted(minting.csv_of(as_donor, 3), recipient, by=donor_operator)


@pytest.fixture
def doris(client_for: Browse, donor_operator: User) -> Client:
    """Her browser."""
    return client_for(donor_operator)


def shown(page: str, label: str) -> str:
    """What the page that shows it once says under a label."""
    found = re.search(rf'aria-label="{label}">([^<]+)<', page)
    assert found, page
    return found.group(1)


def put_behind_a_link(doris: Client, batch: MintBatch) -> tuple[str, str]:
    """The link's path and the passphrase."""
    answer = doris.post(f"/share-tokens/minting/{batch.pk}/hand-over/", {"preset": "token"})
    page = answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    link = shown(page, "Link")
    return link[link.index("/hand-over/") :], shown(page, "Passphrase")


def test_the_recipient_fetches_the_file_once_and_the_donor_sees_it(
    batch: MintBatch, doris: Client
) -> None:
    path, passphrase = put_behind_a_link(doris, batch)
    assert not MintRow.objects.of(batch).filter(token_sealed__isnull=False).exists()
    batches = doris.get(BATCHES).content.decode()
    assert "Behind a link of Doris Donor: waiting" in batches
    assert "Taken by" not in batches
    stranger = Client()
    opened = stranger.post(path, {"passphrase": passphrase}).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', opened)
    assert ticket, opened
    fetched = stranger.post(path, {"ticket": ticket.group(1)})
    lines = fetched.content.decode().split()
    assert (lines[0], len(lines)) == ("token", 4)
    assert stranger.post(path, {"ticket": ticket.group(1)}).content != fetched.content
    ways = set(IssuedToken.objects.values_list("handed_over", flat=True))
    assert ways == {HandedOver.LINK}
    assert "Behind a link of Doris Donor: taken" in doris.get(BATCHES).content.decode()
    page = doris.get(f"/share-tokens/minting/{batch.pk}/").content.decode()
    assert "fetched it at" in page
    assert "from 127.0.0.1" in doris.get("/share-tokens/").content.decode()
    assert passphrase not in page


def test_a_link_lives_no_longer_than_the_first_share_token(batch: MintBatch, doris: Client) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    first = IssuedToken.objects.order_by("pk").first()
    assert first is not None
    IssuedToken.objects.filter(pk=first.pk).update(expires_at=soon)
    put_behind_a_link(doris, batch)
    made = HandOver.objects.get()
    assert made.redeem_by == made.expires_at == soon
    page = doris.get(f"/share-tokens/minting/{batch.pk}/").content.decode()
    assert "has not fetched it yet" in page


def test_a_file_that_was_taken_cannot_be_handed_over(batch: MintBatch, doris: Client) -> None:
    doris.post(f"/share-tokens/minting/{batch.pk}/file/", {"preset": "token"})
    answer = doris.post(
        f"/share-tokens/minting/{batch.pk}/hand-over/", {"preset": "token"}, follow=True
    )
    assert "This file was taken already" in answer.content.decode()
    assert not HandOver.objects.exists()


def test_nothing_is_handed_over_to_a_partner_that_was_paused_since(
    batch: MintBatch, doris: Client, recipient: Partner
) -> None:
    Partner.objects.filter(pk=recipient.pk).update(state="paused")
    doris.post(f"/share-tokens/minting/{batch.pk}/hand-over/", {"preset": "token"})
    assert not HandOver.objects.exists()
    assert MintRow.objects.of(batch).filter(token_sealed__isnull=False).count() == 3


def test_no_link_is_made_for_a_file_whose_first_share_token_is_about_to_die(
    batch: MintBatch, doris: Client
) -> None:
    first = IssuedToken.objects.order_by("pk").first()
    assert first is not None
    soon = timezone.now() + timedelta(minutes=2)
    IssuedToken.objects.filter(pk=first.pk).update(expires_at=soon)
    answer = doris.post(
        f"/share-tokens/minting/{batch.pk}/hand-over/", {"preset": "token"}, follow=True
    )
    assert "dies within three minutes" in answer.content.decode()
    assert MintRow.objects.of(batch).filter(token_sealed__isnull=False).count() == 3


def test_the_ledger_knows_that_a_revoked_link_handed_nothing_over(
    batch: MintBatch, doris: Client
) -> None:
    put_behind_a_link(doris, batch)
    doris.post(f"/hand-overs/{HandOver.objects.get().pk}/revoke/")
    assert set(IssuedToken.objects.values_list("handed_over", flat=True)) == {HandedOver.NONE}


def test_the_file_of_a_partner_that_was_paused_since_is_not_given_out(
    batch: MintBatch, doris: Client, recipient: Partner
) -> None:
    Partner.objects.filter(pk=recipient.pk).update(state="paused")
    doris.post(f"/share-tokens/minting/{batch.pk}/file/", {"preset": "token"})
    assert MintRow.objects.of(batch).filter(token_sealed__isnull=False).count() == 3


def test_minting_ends_an_older_contradiction(
    as_donor: Sandbox, recipient: Partner, donor_operator: User
) -> None:
    before = timezone.now() - timedelta(hours=1)
    Partner.objects.filter(pk=recipient.pk).update(contradicted_at=before, confirmed_at=None)
    minting.minted(minting.csv_of(as_donor, 1), recipient, by=donor_operator)
    recipient.refresh_from_db()
    assert recipient.contradicted_at is None


def test_of_two_batches_for_the_same_people_the_second_mints_nothing(
    as_donor: Sandbox, recipient: Partner, donor_operator: User
) -> None:
    contents = minting.csv_of(as_donor, 3)
    first = minting.stored(contents, recipient, by=donor_operator)
    second = minting.stored(contents, recipient, by=donor_operator)
    drafts.start(first.pk, by=donor_operator)
    with pytest.raises(MintRefused, match="Nothing is left to mint"):
        drafts.start(second.pk, by=donor_operator)
    assert minting.states(first) == {"waiting": 3}


def test_a_client_id_that_share_tokens_were_made_for_stays(
    batch: MintBatch, recipient: Partner, admin: User, client_for: Browse
) -> None:
    form = {"name": recipient.name, "client_id": "somebody_else_1", "is_recipient": "on"}
    answer = client_for(admin).post(f"/partners/{recipient.pk}/edit/", form)
    assert "Share tokens were made for this client id" in answer.content.decode()
    recipient.refresh_from_db()
    assert recipient.client_id != "somebody_else_1"
