"""`mint_tokens` in this process: its exit codes, its file, what it carries over."""

import csv
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, User
from sharing.minting_many import drafts
from sharing.models import IssuedToken, MintBatch, MintRow, MintSource, Partner, PartnerState
from sumsub.sandbox.process import Sandbox
from tests.sharing import minting
from tests.sharing.conftest import RECIPIENT, Browse

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def file(as_donor: Sandbox, recipient: Partner, tmp_path: Path) -> Path:
    """Three applicants of ours."""
    path = tmp_path / "applicants.csv"
    path.write_bytes(minting.csv_of(as_donor, 3))
    return path


def run(file: Path, *more: str, client_id: str = RECIPIENT) -> int:
    """Run it; the results are beside the file. Returns the exit status."""
    out = str(file.with_name("out.csv"))
    with pytest.raises(SystemExit) as left:
        call_command("mint_tokens", str(file), "--for", client_id, "--results", out, *more)
    return int(left.value.code or 0)


def written(file: Path) -> list[dict[str, str]]:
    with file.with_name("out.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_all_minted_is_0_and_the_file_is_for_its_owner_only(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file, "--ttl", "600") == 0
    rows = written(file)
    assert len({row["token"] for row in rows}) == 3
    assert set(IssuedToken.objects.values_list("ttl_seconds", flat=True)) == {600}
    assert stat.S_IMODE(file.with_name("out.csv").stat().st_mode) == 0o600
    assert not MintRow.objects.filter(token_sealed__isnull=False).exists()
    event = AuditEvent.objects.get(deed="minting.file_taken")
    assert (event.actor, event.source) == (None, "command line")
    said = capsys.readouterr()
    assert not [row for row in rows if row["token"] in said.out + said.err]


def test_some_failed_is_3_and_names_why(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with file.open("ab") as stream:
        stream.write(b"66f0c2a4e19b7d3500000001,0077,\n,,id-only\n")
    assert run(file) == 3
    rows = written(file)
    assert [bool(row["token"]) for row in rows] == [True, True, True, False, False]
    assert rows[3]["external_id"] == "0077"
    assert "Sumsub knows no such applicant" in rows[3]["reason"]
    assert "neither an applicant id nor an external id" in capsys.readouterr().out


def test_a_repeated_line_counts_as_the_first(file: Path) -> None:
    with file.open("ab") as stream:
        stream.write(file.read_bytes().splitlines()[1] + b"\n")
    assert run(file) == 0
    assert len([row for row in written(file) if row["token"]]) == 3


def test_run_again_it_mints_nothing_and_keeps_the_file(file: Path, as_donor: Sandbox) -> None:
    assert run(file) == 0
    before, minted = written(file), minting.minted_at(as_donor)
    assert run(file) == 0
    assert written(file) == before
    assert minting.minted_at(as_donor) == minted
    assert MintBatch.objects.count() == 1


def test_what_died_is_renewed_and_what_lives_is_carried_over(file: Path) -> None:
    assert run(file) == 0
    before = {row["line"]: row["token"] for row in written(file)}
    dead = MintRow.objects.filter(line=3)
    IssuedToken.objects.of_rows(dead).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert run(file) == 0
    after = {row["line"]: row["token"] for row in written(file)}
    assert {line for line in after if after[line] != before[line]} == {"3"}
    assert all(after.values())


def test_a_lost_file_is_minted_again_when_it_is_asked_for(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file) == 0
    file.with_name("out.csv").unlink()
    assert run(file) == 3
    assert "--again mints another" in capsys.readouterr().out
    assert run(file, "--again") == 0
    assert IssuedToken.objects.count() == 6


def test_refused_for_all_is_5_and_it_goes_on_afterwards(
    file: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    right = settings.SUMSUB_SECRET_KEY
    settings.SUMSUB_SECRET_KEY = "not-the-key"
    assert run(file) == 5
    assert "Sumsub rejects our credentials (4003)" in capsys.readouterr().err
    assert not file.with_name("out.csv").exists()
    settings.SUMSUB_SECRET_KEY = right
    assert run(file) == 0
    assert MintBatch.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--ttl", "0"), "Enter seconds from 1 up"),
        (("--ttl", "-5"), "Enter seconds from 1 up"),
        (("--ttl", "315360000"), "(a year) at most"),
    ],
)
def test_an_impossible_time_to_live_is_2_and_stores_nothing(
    file: Path, options: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file, *options) == 2
    assert sentence in capsys.readouterr().err
    assert not MintBatch.objects.exists()


def test_bad_input_is_2_and_stores_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file, client_id="nobody_1") == 2
    assert run(file.with_name("nowhere.csv")) == 2
    file.write_bytes(b"name\nAda\n")
    assert run(file) == 2
    Partner.objects.update(state=PartnerState.PAUSED)
    assert run(file) == 2
    said = capsys.readouterr().err
    assert "No partner in the register" in said
    assert "cannot be read" in said
    assert "no column applicantId or externalId" in said
    assert "is paused, so nothing is minted" in said
    assert not MintBatch.objects.exists()


def test_a_file_of_somebody_else_in_its_place_is_replaced_whole(file: Path) -> None:
    file.with_name("out.csv").write_bytes(b"\xff\xfe not ours")
    assert run(file) == 0
    assert len(written(file)) == 3
    assert [one.name for one in file.parent.iterdir()].count(".out.csv") == 0


def test_a_batch_that_was_cancelled_before_it_minted_holds_its_file_back_from_nobody(
    file: Path, recipient: Partner, donor_operator: User, client_for: Browse
) -> None:
    batch = minting.stored(file.read_bytes(), recipient, source=MintSource.COMMAND)
    drafts.start(batch.pk, by=None)
    client_for(donor_operator).post(f"/share-tokens/minting/{batch.pk}/cancel/")
    assert run(file) == 0
    assert MintBatch.objects.count() == 2


def test_another_time_to_live_of_a_batch_that_goes_on_is_in_the_trail(
    file: Path, recipient: Partner
) -> None:
    minting.stored(file.read_bytes(), recipient, source=MintSource.COMMAND)
    assert run(file, "--ttl", "900") == 0
    assert MintBatch.objects.get().ttl_seconds == 900
    event = AuditEvent.objects.get(deed="minting.chosen")
    assert (event.source, event.details["ttl_seconds"]) == ("command line", 900)
