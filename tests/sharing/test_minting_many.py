"""Minting many: each row once, within the budget, and what goes wrong is said once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, Notice, User
from sharing.minting import MintRefused
from sharing.minting_many import deeds, drafts
from sharing.minting_many.drain import drain
from sharing.models import Applicant, IssuedToken, MintBatch, MintRow, Partner
from sharing.sealing import open_sealed, token_mark
from sumsub.sandbox.process import Sandbox
from tests.parts.far_end import connection_settings
from tests.sharing import minting
from tests.sharing.conftest import RECIPIENT

# The drain works in threads of its own, which see committed rows only.
pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def far(settings: Settings, fresh_sandbox: Sandbox) -> Sandbox:
    """A sandbox of one's own, to which this process is connected as the donor, on short waits."""
    for name, value in connection_settings(fresh_sandbox, "donor").items():
        setattr(settings, name, value)
    settings.MINTING_TIMING = {"again_after": [0.05], "idle": 0.1, "silence": 12}
    return fresh_sandbox


def test_every_applicant_of_a_file_gets_one_share_token_and_one_line_of_the_ledger(
    far: Sandbox, recipient: Partner, donor_operator: User
) -> None:
    batch = minting.minted(minting.csv_of(far, 12), recipient, by=donor_operator)
    assert batch.state == "finished"
    assert minting.states(batch) == {"minted": 12}
    assert set(minting.minted_at(far).values()) == {1}
    assert IssuedToken.objects.count() == 12
    for row in MintRow.objects.of(batch).select_related("issued", "applicant"):
        share_token = open_sealed(bytes(row.token_sealed or b""), context=row.seal_context)
        assert row.issued is not None
        assert row.applicant is not None
        assert row.issued.token_mark == token_mark(share_token)
        assert row.applicant.applicant_id == row.sumsub_id
        assert row.issued.issued_by == donor_operator
        assert row.issued.expires_at - row.issued.issued_at == timedelta(seconds=1200)
    trail = AuditEvent.objects.filter(deed="share_token.minted")
    assert trail.count() == 12
    assert trail.filter(details__batch=batch.pk, details__partner=RECIPIENT).count() == 12
    assert Notice.objects.get(person=donor_operator).event == "finished"


def test_an_applicant_unknown_here_joins_the_list_when_a_share_token_is_minted(
    far: Sandbox, recipient: Partner
) -> None:
    minting.minted(minting.csv_of(far, 2), recipient)
    assert Applicant.objects.count() == 2
    assert set(Applicant.objects.values_list("source", flat=True)) == {"csv"}


def test_an_applicant_of_somebody_else_fails_alone_with_where_it_may_belong(
    far: Sandbox, recipient: Partner
) -> None:
    contents = minting.csv_of(far, 2) + b"66f0c2a4e19b7d3500000001,0077,id-only\n"
    batch = minting.minted(contents, recipient)
    assert minting.states(batch) == {"minted": 2, "failed": 1}
    row = MintRow.objects.of(batch).get(state="failed")
    assert (row.line, row.external_id) == (4, "0077")
    assert "Sumsub knows no such applicant" in row.reason
    assert "speaks for Sumsub's sandbox" in row.reason
    assert not Applicant.objects.filter(applicant_id=row.sumsub_id).exists()


def test_a_row_with_an_external_id_alone_is_looked_up_and_minted(
    far: Sandbox, recipient: Partner
) -> None:
    contents = b"externalId\ndemo-approved\nnobody-here\n"
    batch = minting.minted(contents, recipient)
    assert minting.states(batch) == {"minted": 1, "failed": 1}
    row = MintRow.objects.of(batch).get(state="minted")
    assert Applicant.objects.get().applicant_id == row.sumsub_id
    assert Applicant.objects.get().looked_up_at is not None


def test_two_names_of_one_applicant_are_minted_for_once(far: Sandbox, recipient: Partner) -> None:
    known = {one["external_user_id"]: one["applicant_id"] for one in far.applicants(5)}
    external_id, applicant_id = next(iter(known.items()))
    contents = f"applicantId,externalId\n{applicant_id},\n,{external_id}\n{applicant_id},\n"
    batch = minting.minted(contents.encode(), recipient)
    assert minting.states(batch) == {"minted": 1, "skipped": 2}
    assert set(minting.minted_at(far).values()) == {1}
    told = {row.told for row in MintRow.objects.of(batch).filter(state="skipped")}
    assert told == {"The same applicant as line 2, whose share token counts."}


def test_what_every_row_would_be_told_stops_the_batch_once(
    far: Sandbox, recipient: Partner, donor_operator: User
) -> None:
    far.set_workspace("donor", {"permissions": ["view_applicants"]})
    batch = minting.minted(minting.csv_of(far, 30), recipient, by=donor_operator)
    assert minting.states(batch) == {"waiting": 30}
    assert batch.state == "paused"
    assert "adds the permission Share applicants data" in batch.stop_sentence
    assert AuditEvent.objects.filter(deed="minting.stopped").count() == 1
    assert Notice.objects.filter(event="stopped").count() == 1
    far.set_workspace("donor", {"permissions": ["view_applicants", "share_applicants"]})
    with pytest.raises(MintRefused):
        drafts.start(batch.pk, by=donor_operator)


def test_wrong_credentials_stop_the_batch_and_it_goes_on_when_they_are_right(
    far: Sandbox, recipient: Partner, settings: Settings
) -> None:
    right = settings.SUMSUB_SECRET_KEY
    settings.SUMSUB_SECRET_KEY = "not-the-key"
    batch = minting.minted(minting.csv_of(far, 8), recipient)
    assert "Sumsub rejects our credentials (4003)" in batch.stop_sentence
    assert minting.states(batch) == {"waiting": 8}
    settings.SUMSUB_SECRET_KEY = right
    deeds.resume(batch.pk, by=None)
    drain()
    assert minting.states(batch) == {"minted": 8}
    assert (batch.state, batch.stop_sentence) == ("finished", "")


def test_a_time_to_live_that_sumsub_refuses_stops_with_its_sentence_and_ours(
    far: Sandbox, recipient: Partner
) -> None:
    batch = minting.minted(minting.csv_of(far, 60), recipient, ttl=315_360_001)
    assert batch.state == "paused"
    assert "ttlInSecs must be a whole number" in batch.stop_sentence
    assert "Asked for were 315360001 seconds" in batch.stop_sentence
    counted = minting.states(batch)
    assert counted["failed"] < 40
    assert counted["waiting"] + counted["failed"] == 60


def test_answers_that_are_lost_are_asked_for_again_and_noted(
    far: Sandbox, recipient: Partner
) -> None:
    far.set_faults({"seed": 4, "rules": [{"probability": 0.3, "do": "drop_after_commit"}]})
    batch = minting.minted(minting.csv_of(far, 20), recipient)
    far.set_faults({"rules": []})
    assert minting.states(batch) == {"minted": 20}
    rows = MintRow.objects.of(batch)
    unread = sum(rows.values_list("unread_count", flat=True))
    assert unread > 0
    assert sum(minting.minted_at(far).values()) == 20 + unread
    assert IssuedToken.objects.count() == 20


def test_silence_stops_the_batch_and_nothing_is_lost(
    far: Sandbox, recipient: Partner, settings: Settings
) -> None:
    contents = minting.csv_of(far, 40)
    right = settings.SUMSUB_BASE_URL
    settings.SUMSUB_BASE_URL = "http://127.0.0.1:9"
    batch = minting.minted(contents, recipient)
    assert "did not answer" in batch.stop_sentence
    assert minting.states(batch) == {"waiting": 40}
    settings.SUMSUB_BASE_URL = right
    deeds.resume(batch.pk, by=None)
    drain()
    assert minting.states(batch) == {"minted": 40}


def test_a_429_slows_down_and_fails_no_row(far: Sandbox, recipient: Partner) -> None:
    far.set_faults({"seed": 1, "rules": [{"probability": 0.2, "do": "throttle"}]})
    batch = minting.minted(minting.csv_of(far, 8), recipient)
    far.set_faults({"rules": []})
    assert minting.states(batch) == {"minted": 8}


def test_a_lease_that_ended_gives_the_row_to_somebody_else_and_the_late_answer_is_void(
    far: Sandbox, recipient: Partner
) -> None:
    batch = minting.started(minting.csv_of(far, 3), recipient)
    past = timezone.now() - timedelta(seconds=5)
    MintRow.objects.of(batch).filter(line=2).update(
        state="minting", version=1, lease_until=past, lease_owner="gone"
    )
    MintBatch.objects.update(waiting_count=2, minting_count=1)
    drain()
    assert minting.states(batch) == {"minted": 3}
    assert MintRow.objects.of(batch).get(line=2).unread_count == 1
    assert IssuedToken.objects.count() == 3


def test_dead_share_tokens_are_erased_and_can_be_minted_again(
    far: Sandbox, recipient: Partner
) -> None:
    batch = minting.minted(minting.csv_of(far, 3), recipient)
    first = set(IssuedToken.objects.values_list("token_mark", flat=True))
    IssuedToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    drain()
    assert minting.states(batch) == {"expired": 3}
    assert not MintRow.objects.filter(token_sealed__isnull=False).exists()
    assert deeds.renew(batch.pk, by=None) == 3
    drain()
    assert minting.states(batch) == {"minted": 3}
    assert IssuedToken.objects.count() == 6
    assert first.isdisjoint(IssuedToken.objects.live().values_list("token_mark", flat=True))
