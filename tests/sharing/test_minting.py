"""Generate share token: minted at Sumsub, shown once, kept nowhere."""

import hashlib
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, User
from sharing.applicant_lookup import look_up
from sharing.minting import MintRefused, mint
from sharing.models import Applicant, IssuedToken, Partner, PartnerState
from sumsub.sandbox.process import Sandbox
from tests.parts.far_end import connection_settings
from tests.parts.partners import make_partner
from tests.sharing.conftest import RECIPIENT, Browse

pytestmark = pytest.mark.both_databases

SHOWN = re.compile(r'<output id="share-token-text"[^>]*>([^<]+)</output>')


def _generate(client: Any, applicant: Applicant, partner: Partner, **changes: str) -> Any:
    data = {"partner": partner.pk, "ttl": "1200", "once": uuid.uuid4().hex} | changes
    return client.post(
        f"/applicants/{applicant.pk}/share-token/", data, headers={"HX-Request": "true"}
    )


def _share_token(page: str) -> str:
    found = SHOWN.search(page)
    assert found, page
    return found[1]


def focused(page: str) -> str:
    """The name of the one field that has the focus when the form is shown."""
    (field,) = re.findall(r"<(?:input|select)\b[^>]*\bautofocus\b[^>]*>", page)
    found = re.search(r'name="([a-z]+)"', field)
    assert found, field
    return found[1]


def test_a_share_token_is_minted_at_sumsub_and_written_into_the_ledger(
    applicant: Applicant,
    recipient: Partner,
    donor_operator: User,
    client_for: Browse,
    as_donor: Sandbox,
) -> None:
    before = timezone.now()
    page = _generate(client_for(donor_operator), applicant, recipient).content.decode()
    share_token = _share_token(page)
    issued = IssuedToken.objects.get()
    digest = hashlib.sha256(share_token.encode()).hexdigest()
    entry = next(e for e in as_donor.ledger() if e["token_sha256"] == digest)
    assert entry["event"] == "minted"
    assert entry["applicant_id"] == applicant.applicant_id
    assert issued.token_mark == digest[:12]
    assert (issued.partner, issued.applicant, issued.issued_by) == (
        recipient,
        applicant,
        donor_operator,
    )
    assert issued.expires_at - issued.issued_at == timedelta(seconds=1200)
    assert before <= issued.issued_at <= timezone.now()
    assert "Share token for Velmora Bank" in page
    event = AuditEvent.objects.get(deed="share_token.minted")
    assert event.details == {
        "token_mark": issued.token_mark,
        "partner": RECIPIENT,
        "ttl_seconds": 1200,
    }


def test_the_answer_that_shows_it_is_kept_by_no_cache(
    applicant: Applicant, recipient: Partner, donor_operator: User, client_for: Browse
) -> None:
    answer = _generate(client_for(donor_operator), applicant, recipient)
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_the_share_token_is_nowhere_but_in_that_one_answer(
    applicant: Applicant,
    recipient: Partner,
    donor_operator: User,
    client_for: Browse,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Any,
) -> None:
    caplog.set_level("DEBUG")
    client = client_for(donor_operator)
    share_token = _share_token(_generate(client, applicant, recipient).content.decode())
    issued = IssuedToken.objects.get()
    client.post(f"/share-tokens/{issued.pk}/copied/")
    for address in ("/share-tokens/", f"/applicants/{applicant.pk}/", "/applicants/"):
        assert share_token not in client.get(address).content.decode()
    dialog = client.get(f"/applicants/{applicant.pk}/share-token/", headers={"HX-Request": "true"})
    assert share_token not in dialog.content.decode()
    kept = tmp_path / "database.json"
    call_command("dumpdata", output=str(kept), verbosity=0)
    assert issued.token_mark in kept.read_text()
    assert share_token not in kept.read_text()
    assert share_token not in str([one.get_decoded() for one in Session.objects.all()])
    written = "".join(capfd.readouterr()) + caplog.text
    assert "share-token" in written, "the requests themselves are logged"
    assert share_token not in written


def test_a_minted_share_token_hides_in_a_repr(
    applicant: Applicant, recipient: Partner, donor_operator: User
) -> None:
    minted = mint(applicant, recipient, 60, by=donor_operator)
    assert minted.share_token not in repr(minted)


def test_the_dialog_lists_active_recipients_only_and_presets_the_default_time_to_live(
    applicant: Applicant,
    recipient: Partner,
    donor: Partner,
    donor_operator: User,
    client_for: Browse,
) -> None:
    make_partner(name="Asleep", client_id="a_1", is_recipient=True, state="paused")
    Partner.objects.filter(pk=recipient.pk).update(default_ttl_seconds=3600)
    page = (
        client_for(donor_operator)
        .get(f"/applicants/{applicant.pk}/share-token/", headers={"HX-Request": "true"})
        .content.decode()
    )
    assert f"Velmora Bank ({RECIPIENT})" in page
    assert focused(page) == "partner"
    assert "Asleep (a_1)" not in page
    assert "Asleep is paused, so nothing is minted for it. An admin activates" in page
    assert "Ostermoor Pay" not in page
    assert 'value="3600" checked' in page
    assert "Velmora Bank’s default." in page


def test_an_unusual_default_time_to_live_is_chosen_as_other(
    applicant: Applicant, recipient: Partner, donor_operator: User, client_for: Browse
) -> None:
    Partner.objects.update(default_ttl_seconds=1814400)
    page = (
        client_for(donor_operator)
        .get(f"/applicants/{applicant.pk}/share-token/", headers={"HX-Request": "true"})
        .content.decode()
    )
    assert 'value="other" checked' in page
    assert 'value="1814400"' in page


def test_without_an_active_recipient_the_dialog_says_who_adds_one(
    applicant: Applicant, donor_operator: User, client_for: Browse
) -> None:
    page = (
        client_for(donor_operator)
        .get(f"/applicants/{applicant.pk}/share-token/", headers={"HX-Request": "true"})
        .content.decode()
    )
    assert "No active recipient." in page
    assert 'type="submit"' not in page


def test_other_takes_the_seconds_given(
    applicant: Applicant, recipient: Partner, donor_operator: User, client_for: Browse
) -> None:
    _generate(client_for(donor_operator), applicant, recipient, ttl="other", seconds="90")
    assert IssuedToken.objects.get().ttl_seconds == 90


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        ("0", "Enter seconds from 1 up, for example 1200 for 20 minutes."),
        ("-20", "Enter seconds from 1 up, for example 1200 for 20 minutes."),
        ("", "Enter seconds from 1 up, for example 1200 for 20 minutes."),
        ("soon", "Enter seconds from 1 up, for example 1200 for 20 minutes."),
        ("315360000", "A share token lives 31536000 seconds (a year) at most."),
    ],
)
def test_an_impossible_time_to_live_mints_nothing(
    applicant: Applicant,
    recipient: Partner,
    donor_operator: User,
    client_for: Browse,
    seconds: str,
    sentence: str,
) -> None:
    client = client_for(donor_operator)
    page = _generate(client, applicant, recipient, ttl="other", seconds=seconds).content.decode()
    assert sentence in page
    assert focused(page) == "seconds"
    assert not IssuedToken.objects.exists()


def test_a_time_to_live_that_sumsub_may_have_refused_has_the_focus(
    applicant: Applicant,
    recipient: Partner,
    donor_operator: User,
    client_for: Browse,
    as_donor: Sandbox,
) -> None:
    no = {"call": "share_token", "times": 2, "do": "error_before_commit", "status": 400}
    as_donor.set_faults({"seed": 1, "rules": [no]})
    client = client_for(donor_operator)
    for chosen, field in (("1200", "ttl"), ("other", "seconds")):
        page = _generate(client, applicant, recipient, ttl=chosen, seconds="90").content.decode()
        assert "may be the cause." in page
        assert focused(page) == field


@pytest.mark.parametrize("state", [PartnerState.PAUSED, PartnerState.REMOVED])
def test_nothing_is_minted_for_a_partner_that_is_not_active(
    applicant: Applicant,
    recipient: Partner,
    donor_operator: User,
    client_for: Browse,
    as_donor: Sandbox,
    state: PartnerState,
) -> None:
    Partner.objects.update(state=state)
    minted_before = sum(entry["event"] == "minted" for entry in as_donor.ledger())
    page = _generate(client_for(donor_operator), applicant, recipient).content.decode()
    assert "No active recipient." in page
    recipient.refresh_from_db()
    with pytest.raises(MintRefused) as refused:
        mint(applicant, recipient, 60, by=donor_operator)
    assert refused.value.sentence.startswith(f"Velmora Bank is {state}")
    assert ", so nothing is minted for it." in refused.value.sentence
    assert sum(entry["event"] == "minted" for entry in as_donor.ledger()) == minted_before


def test_nothing_is_minted_for_a_donor(
    applicant: Applicant, donor: Partner, donor_operator: User
) -> None:
    with pytest.raises(MintRefused) as refused:
        mint(applicant, donor, 60, by=donor_operator)
    assert "is not registered as a recipient, so nothing is minted" in refused.value.sentence


def test_an_applicant_that_sumsub_does_not_know_is_said_in_plain_words(
    as_donor: Sandbox,
    exported: Applicant,
    recipient: Partner,
    donor_operator: User,
    client_for: Browse,
) -> None:
    page = _generate(client_for(donor_operator), exported, recipient).content.decode()
    assert "Sumsub knows no such applicant in this workspace." in page
    assert not IssuedToken.objects.exists()
    event = AuditEvent.objects.get(deed="share_token.minted")
    assert (event.outcome, event.details["error"]) == ("refused", "NotFound")


def test_a_missing_permission_to_share_names_the_permission(
    settings: Settings,
    fresh_sandbox: Sandbox,
    recipient: Partner,
    donor_operator: User,
    client_for: Browse,
) -> None:
    for name, value in connection_settings(fresh_sandbox, "donor").items():
        setattr(settings, name, value)
    applicant = look_up("demo-approved", by=None).applicant
    fresh_sandbox.set_workspace("donor", {"permissions": ["view_applicants"]})
    page = _generate(client_for(donor_operator), applicant, recipient).content.decode()
    assert "adds the permission Share applicants data" in page
    assert not IssuedToken.objects.exists()


def test_an_unreachable_sumsub_mints_nothing_and_says_so(
    settings: Settings,
    applicant: Applicant,
    recipient: Partner,
    donor_operator: User,
    client_for: Browse,
) -> None:
    settings.SUMSUB_BASE_URL = "http://127.0.0.1:9"
    page = _generate(client_for(donor_operator), applicant, recipient).content.decode()
    assert "Sumsub cannot be reached, so nothing was sent." in page
    assert not IssuedToken.objects.exists()


def test_copying_is_audited_for_the_person_it_was_shown_to(
    issued: IssuedToken, donor_operator: User, client_for: Browse
) -> None:
    answer = client_for(donor_operator).post(f"/share-tokens/{issued.pk}/copied/")
    assert answer.status_code == 204
    event = AuditEvent.objects.get(deed="share_token.copied")
    assert event.actor == donor_operator
    assert event.details["token_mark"] == issued.token_mark


def test_nobody_claims_to_have_copied_what_somebody_else_was_shown(
    issued: IssuedToken, admin: User, client_for: Browse
) -> None:
    IssuedToken.objects.update(issued_by=admin)
    doris = issued.issued_by
    assert doris is not None
    assert client_for(doris).post(f"/share-tokens/{issued.pk}/copied/").status_code == 404
    assert not AuditEvent.objects.filter(deed="share_token.copied").exists()


def test_the_new_line_and_the_history_come_with_the_share_token(
    applicant: Applicant, recipient: Partner, donor_operator: User, client_for: Browse
) -> None:
    page = _generate(client_for(donor_operator), applicant, recipient).content.decode()
    assert page.count('hx-swap-oob="true"') == 2
    assert "for Velmora Bank by Doris Donor" in page
