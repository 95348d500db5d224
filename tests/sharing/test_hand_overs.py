"""Handing a file of share tokens over by link and passphrase, once."""

import io
import json
import logging
import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import AuditEvent, User
from config.redaction import redact
from sharing import hand_overs
from sharing.hand_over_page import MOST_ATTEMPTS, NOTHING, TOO_MANY
from sharing.hand_overs import Made
from sharing.hand_overs_page import made_page
from sharing.minting import MintRefused
from sharing.models import HandOver, HandOverState, Partner
from sharing.partner_news import tell
from sharing.sealing import seal_bytes
from tests.parts.pages import words
from tests.parts.partners import TokenParcel
from tests.sharing.conftest import Browse

HOUR = timedelta(hours=1)


@pytest.fixture
def made(recipient: Partner, donor_operator: User) -> Made:
    """A fresh hand-over for Velmora Bank."""
    return hand_overs.make(TokenParcel(), recipient, lives=HOUR, by=donor_operator)


def _link(made: Made) -> str:
    return f"/hand-over/{made.secret}/"


def _opened(client: Client, made: Made, passphrase: str | None = None) -> str:
    """The page after a passphrase was entered."""
    entered = made.passphrase if passphrase is None else passphrase
    return words(client.post(_link(made), {"passphrase": entered}))


def _ticket(page: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def _state() -> HandOverState:
    return HandOver.objects.get().state


# ---- the recipient ------------------------------------------------------------------------------


def test_the_right_passphrase_says_what_the_file_is_and_the_file_comes_once(made: Made) -> None:
    client = Client(REMOTE_ADDR="203.0.113.7")
    assert "Velmora Bank" not in words(client.get(_link(made)))
    page = _opened(client, made)
    assert "Share tokens for Velmora Bank" in page
    assert "share-tokens.csv" in page
    ticket = _ticket(page)
    answer = client.post(_link(made), {"ticket": ticket})
    assert answer.content == TokenParcel().content
    assert answer["Content-Disposition"] == 'attachment; filename="share-tokens.csv"'
    kept = HandOver.objects.get()
    assert (kept.state, kept.sealed) == (HandOverState.TAKEN, None)
    assert (kept.opened_address, kept.taken_address) == ("203.0.113.7", "203.0.113.7")
    again = client.post(_link(made), {"ticket": ticket})
    assert (again.status_code, NOTHING in words(again)) == (403, True)
    assert NOTHING in _opened(client, made)


def test_a_passphrase_may_be_typed_with_blanks_and_capitals(made: Made) -> None:
    typed = made.passphrase.replace("-", "  ").upper()
    assert "Share tokens for" in _opened(Client(), made, typed)


def test_every_answer_of_the_page_is_kept_from_caches_referrers_and_indexes(made: Made) -> None:
    client = Client()
    ticket = _ticket(_opened(client, made))
    answers = [
        client.get(_link(made)),
        client.post(_link(made), {"passphrase": "x"}),
        client.post(_link(made), {"ticket": ticket}),
    ]
    for answer in answers:
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "strict-origin"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_a_ticket_opens_its_own_hand_over_only_and_no_forged_one_opens_any(
    made: Made, recipient: Partner, donor_operator: User
) -> None:
    other = hand_overs.make(TokenParcel(b"token\r\n"), recipient, lives=HOUR, by=donor_operator)
    client = Client()
    ticket = _ticket(_opened(client, made))
    for link, entered in ((_link(other), ticket), (_link(made), ticket[:-2] + "xx")):
        assert client.post(link, {"ticket": entered}).status_code == 403
    assert not HandOver.objects.filter(taken_at__isnull=False).exists()


# ---- what a stranger learns --------------------------------------------------------------------


def _gone(made: Made, how: str, by: User) -> None:
    mine = HandOver.objects.filter(pk=made.hand_over.pk)
    if how == "expired":
        mine.update(expires_at=timezone.now())
    elif how == "revoked":
        hand_overs.revoke(made.hand_over, by=by)
    elif how == "locked":
        mine.update(wrong_tries=10)
    elif how == "taken":
        mine.update(taken_at=timezone.now(), sealed=None)
    elif how == "paused":
        Partner.objects.update(state="paused")


@pytest.mark.parametrize("how", ["expired", "revoked", "locked", "taken", "paused"])
def test_whatever_is_over_answers_as_a_link_that_never_was(
    made: Made, donor_operator: User, how: str
) -> None:
    _gone(made, how, donor_operator)
    client = Client()
    for method, data in (("get", {}), ("post", {"passphrase": made.passphrase})):
        here = getattr(client, method)(_link(made), data)
        nowhere = getattr(client, method)("/hand-over/nothing-of-the-kind/", data)
        assert here.status_code == nowhere.status_code
        assert _without_forgery(here.content) == _without_forgery(nowhere.content)


def _without_forgery(page: bytes) -> str:
    """The page without the parts that differ in every answer, whatever it says."""
    return re.sub(
        r"(csrfmiddlewaretoken\" value|csrf-token\" content)=\"[^\"]+\"", "", page.decode()
    )


def test_ten_wrong_passphrases_lock_it_also_for_the_right_one(made: Made) -> None:
    client = Client()
    for _ in range(9):
        assert NOTHING in _opened(client, made, "wrong")
    assert "Share tokens for" in _opened(client, made), "the tenth may still be right"
    for _ in range(10):
        _opened(client, made, "wrong")
    assert _state() == HandOverState.LOCKED
    assert NOTHING in _opened(client, made)
    tries = AuditEvent.objects.of_deeds("hand_over.refused").order_by("-pk").first()
    assert tries is not None
    assert tries.details["wrong_tries"] == 10


def test_an_address_that_tries_too_often_waits(made: Made) -> None:
    client = Client()
    for _ in range(MOST_ATTEMPTS):
        client.post("/hand-over/guess/", {"passphrase": "x"})
    answer = client.post(_link(made), {"passphrase": made.passphrase})
    assert (answer.status_code, TOO_MANY in words(answer)) == (429, True)
    other = Client(REMOTE_ADDR="203.0.113.9")
    assert "Share tokens for" in _opened(other, made)


def test_the_page_needs_its_own_token_against_forgery(made: Made) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(_link(made), {"passphrase": made.passphrase}).status_code == 403
    assert HandOver.objects.get().opened_at is None


# ---- secrets -----------------------------------------------------------------------------------


def test_link_passphrase_and_tokens_are_in_no_log_no_event_and_no_dump(
    made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    out = io.StringIO()
    with caplog.at_level(logging.DEBUG):
        client = Client()
        client.post(_link(made), {"ticket": _ticket(_opened(client, made))})
        client.get(_link(made) + "nowhere/")
    call_command("dumpdata", "sharing", "accounts", stdout=out)
    logged = "\n".join(redact(str(record.__dict__)) for record in caplog.records)
    assert caplog.records, "a page that is not there is logged"
    for secret in (made.secret, made.passphrase, made.passphrase.replace("-", ""), "_act-one"):
        assert secret not in logged + out.getvalue() + repr(made)


@pytest.mark.parametrize(
    "line",
    [
        'GET /hand-over/{} HTTP/1.1" 200',
        'referer="https://relay.example/hand-over/{}/"',
        json.dumps({"request": "POST /hand-over/{}/", "status": 403}),
        json.dumps({"message": json.dumps({"path": "/hand-over/{}/?x=1"})}),
        "Not Found: /hand-over/{}/x",
        "passphrase={}",
    ],
)
def test_a_log_line_loses_the_secret_wherever_it_stands(line: str) -> None:
    secret = "k3Jv0Zr_2Qw-9tXbN7sLhY5mGdE1cVaU8iPoFqRtKzM"
    assert secret not in redact(line.replace("{}", secret))


# ---- the donor ---------------------------------------------------------------------------------


def test_the_donor_sees_who_opened_and_took_it_and_the_trail_tells_the_whole(
    made: Made, donor_operator: User, client_for: Browse
) -> None:
    stranger = Client(REMOTE_ADDR="203.0.113.7")
    stranger.post(_link(made), {"ticket": _ticket(_opened(stranger, made))})
    page = words(client_for(donor_operator).get("/hand-overs/"))
    assert page.count("203.0.113.7") == 2
    assert "Revoke" not in page
    events = AuditEvent.objects.of_deed("hand_over").order_by("pk")
    assert [(event.deed, event.address) for event in events] == [
        ("hand_over.made", None),
        ("hand_over.opened", "203.0.113.7"),
        ("hand_over.taken", "203.0.113.7"),
    ]
    assert events[2].source == "hand-over link"
    assert events[2].details["of"] == "batch:12"


def test_revoking_erases_the_file_and_is_done_once(
    made: Made, donor_operator: User, client_for: Browse
) -> None:
    client = client_for(donor_operator)
    page = words(client.get("/hand-overs/"))
    assert f"/hand-overs/{made.hand_over.pk}/revoke/" in page
    assert made.secret not in page
    address = f"/hand-overs/{made.hand_over.pk}/revoke/"
    assert "is withdrawn and its file erased" in words(client.post(address, follow=True))
    assert "does not wait any more: revoked" in words(client.post(address, follow=True))
    kept = HandOver.objects.get()
    assert (kept.state, kept.sealed, kept.revoked_by) == ("revoked", None, donor_operator)


def test_link_and_passphrase_are_shown_in_one_answer_that_no_cache_keeps(
    made: Made, donor_operator: User, rf: RequestFactory
) -> None:
    request: HttpRequest = rf.get("/share-tokens/")
    request.user = donor_operator
    answer = made_page(request, made)
    page = words(answer)
    assert f"http://testserver{_link(made)}" in page
    assert made.passphrase in page
    assert "no-store" in answer["Cache-Control"]


def test_it_lives_no_longer_than_the_first_share_token_in_it(
    recipient: Partner, donor_operator: User
) -> None:
    dies = timezone.now() + timedelta(minutes=20)
    made = hand_overs.make(TokenParcel(redeem_by=dies), recipient, lives=HOUR, by=donor_operator)
    assert made.hand_over.expires_at == dies


def test_nothing_is_handed_to_a_partner_that_may_not_get_it_and_the_file_stays_whole(
    recipient: Partner, donor_operator: User
) -> None:
    recipient.agreement_signed_on = None
    recipient.save()
    with pytest.raises(MintRefused, match="has no day of signature yet"):
        hand_overs.make(TokenParcel(), recipient, lives=HOUR, by=donor_operator)
    assert not HandOver.objects.exists()


def test_the_file_of_an_expired_or_locked_hand_over_is_erased_and_no_other(
    made: Made, recipient: Partner, donor_operator: User
) -> None:
    locked = hand_overs.make(TokenParcel(), recipient, lives=HOUR, by=donor_operator).hand_over
    waiting = hand_overs.make(TokenParcel(), recipient, lives=HOUR, by=donor_operator).hand_over
    HandOver.objects.filter(pk=made.hand_over.pk).update(expires_at=timezone.now())
    HandOver.objects.filter(pk=locked.pk).update(wrong_tries=10)
    tell()
    tell()
    kept = HandOver.objects.filter(sealed__isnull=False)
    assert list(kept) == [waiting]
    assert AuditEvent.objects.of_deeds("hand_over.erased").count() == 2


def test_a_file_that_was_moved_from_another_hand_over_does_not_open(made: Made) -> None:
    moved = seal_bytes(b"token", context="sharing.hand_over:another")
    HandOver.objects.update(sealed=moved)
    client = Client()
    ticket = _ticket(_opened(client, made))
    assert client.post(_link(made), {"ticket": ticket}).status_code == 403
