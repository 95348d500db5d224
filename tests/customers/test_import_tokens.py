"""`manage.py import_tokens`: the main job from a file to its outcomes, and its exit status."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent
from customers import control, intake
from customers.models import Import, ImportMode, ImportSource, Row, RowState
from sharing.models import PartnerState
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import ledger_agrees, outcome, stored, tokens
from tests.parts.partners import make_partner

pytestmark = pytest.mark.django_db(transaction=True)

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def forgotten_levels(far_end: Sandbox) -> None:
    """The list of levels outlives a test in the cache."""
    cache.clear()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path / "tokens.csv"


def run(*arguments: str | Path) -> int:
    """The exit status of the command."""
    with pytest.raises(SystemExit) as ended:
        call_command("import_tokens", *map(str, arguments))
    code = ended.value.code
    assert isinstance(code, int)
    return int(code)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# ---- how it goes ----------------------------------------------------------------------------


def test_a_good_file_is_imported_row_by_row(far_end: Sandbox, here: Path, capsys: Output) -> None:
    here.write_bytes(tokens(far_end, 12, outcome("approved")))
    out = here.with_name("out.csv")
    assert run(here, "--results", out) == 0
    imported = Import.objects.get()
    assert (imported.imported_count, imported.source) == (12, ImportSource.COMMAND)
    assert [line["state"] for line in table(out)] == ["imported"] * 12
    assert all(line["provider_applicant_id"] and line["customer_id"] for line in table(out))
    ledger_agrees(far_end, imported)
    said = capsys.readouterr().out
    assert "12 rows stored, 12 to send, 0 skipped" in said
    assert f"Results are in {out}." in said
    assert AuditEvent.objects.get(deed="import.started").actor_label == "command line"


def test_a_mixed_file_ends_with_3_and_says_why(
    far_end: Sandbox, here: Path, capsys: Output
) -> None:
    here.write_bytes(tokens(far_end, 40) + b"=1+1\n_act-never-minted\n")
    out = here.with_name("out.csv")
    assert run(here, "--results", out) == 3
    states = Counter(line["state"] for line in table(out))
    assert states["invalid"] == 1
    assert states["imported"] > 0 < states["refused"]
    ledger_agrees(far_end, Import.objects.get())
    said = capsys.readouterr().out
    assert "Refused" in said
    assert "A spreadsheet formula, not a share token" in said
    assert "Ask the donor for a new share token." in said
    assert "_act-" not in said


def test_the_same_file_again_reports_what_its_rows_became(
    far_end: Sandbox, here: Path, capsys: Output
) -> None:
    here.write_bytes(tokens(far_end, 5, outcome("approved")))
    out = here.with_name("out.csv")
    assert run(here) == 0
    assert run(here, "--results", out) == 0
    assert [line["state"] for line in table(out)] == ["duplicate"] * 5
    assert all(line["provider_applicant_id"] for line in table(out))
    assert "The same file was stored before" in capsys.readouterr().out
    assert len([e for e in far_end.ledger() if e["event"] == "redeemed"]) == 5


def test_a_second_run_finishes_what_an_interrupted_one_started(
    far_end: Sandbox, here: Path
) -> None:
    contents = tokens(far_end, 6, outcome("approved"))
    here.write_bytes(contents)
    first = stored(contents)
    intake.start(first.pk, by=None)
    assert run(here) == 0
    first.refresh_from_db()
    assert first.imported_count == 6


def test_a_row_in_doubt_when_the_wait_ends_gives_4(
    far_end: Sandbox, here: Path, settings: Settings, capsys: Output
) -> None:
    settings.REDEMPTION_TIMING = {}
    rule = {"call": "reuse", "probability": 1.0, "do": "drop_before_commit", "ms": 0}
    far_end.set_faults({"seed": 1, "rules": [rule]})
    here.write_bytes(tokens(far_end, 1, outcome("approved")))
    assert run(here, "--wait", "0.5") == 4
    assert Row.objects.get().state == RowState.CHECKING
    assert "Checking" in capsys.readouterr().out


def test_rejected_credentials_give_5_at_once_and_burn_no_row(
    far_end: Sandbox, here: Path, settings: Settings, capsys: Output
) -> None:
    here.write_bytes(tokens(far_end, 3, outcome("approved")))
    kept, settings.SUMSUB_SECRET_KEY = settings.SUMSUB_SECRET_KEY, "not-the-secret"
    assert run(here) == 5
    imported = Import.objects.get()
    assert imported.pending_count == 3
    said = capsys.readouterr()
    assert "Sumsub rejects our credentials" in said.out
    assert "was not checked" in said.err
    settings.SUMSUB_SECRET_KEY = kept
    assert run(here) == 0, "the probe opens the gate once the cause is gone"
    ledger_agrees(far_end, imported)


def test_tokens_of_a_cancelled_import_are_imported_after_all(far_end: Sandbox, here: Path) -> None:
    contents = tokens(far_end, 3, outcome("approved"))
    here.write_bytes(contents)
    first = stored(contents)
    control.cancel(first.pk, by=None)
    assert run(here) == 0
    assert Import.objects.exclude(pk=first.pk).get().imported_count == 3


def test_copies_go_through_the_other_call(far_end: Sandbox, here: Path) -> None:
    here.write_bytes(tokens(far_end, 3, outcome("approved")))
    assert run(here, "--copy") == 0
    assert Import.objects.get().mode == ImportMode.COPY
    assert len([e for e in far_end.ledger() if e["event"] == "copied"]) == 3


def test_the_named_donor_is_kept_and_its_level_used(far_end: Sandbox, here: Path) -> None:
    level = far_end.recipient.levels[1]
    donor = make_partner(
        name="Donor", client_id=far_end.donor.client_id, is_donor=True, default_level=level
    )
    here.write_bytes(tokens(far_end, 1, outcome("approved")))
    assert run(here, "--partner", donor.client_id) in (0, 3)
    assert (Import.objects.get().partner, Import.objects.get().level_name) == (donor, level)


# ---- preview --------------------------------------------------------------------------------


def test_a_preview_burns_and_stores_nothing(far_end: Sandbox, here: Path, capsys: Output) -> None:
    here.write_bytes(tokens(far_end, 4, outcome("approved")))
    assert run(here, "--preview") == 0
    assert "Would be imported" in capsys.readouterr().out
    assert not Import.objects.exists()
    assert Counter(e["event"] for e in far_end.ledger())["redeemed"] == 0
    assert run(here) == 0


def test_a_preview_with_refusals_ends_with_3(far_end: Sandbox, here: Path, capsys: Output) -> None:
    here.write_bytes(tokens(far_end, 2, outcome("refused:10513")) + b"=1\n_act-dead\n")
    assert run(here, "--preview") == 3
    said = capsys.readouterr().out
    assert "Document type not accepted" in said
    assert "Skipped: A spreadsheet formula" in said
    assert "Share token expired or already used" in said


# ---- bad input ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (b"", "The file is empty"),
        (b"name\nAda\n", "no column named “token”"),
        (b"PK\x03\x04", "Excel workbook"),
        (b"token\n=1\n", "No line of the file can be used"),
        (b'token\n_act-1\n"_act-2\n', "line 3 is never closed"),
    ],
)
def test_a_bad_file_gives_2_and_stores_nothing(
    far_end: Sandbox, here: Path, capsys: Output, contents: bytes, words: str
) -> None:
    here.write_bytes(contents)
    assert run(here) == 2
    assert words in capsys.readouterr().err
    assert not Import.objects.exists()


def test_a_bad_command_line_gives_2_and_stores_nothing(
    far_end: Sandbox, here: Path, capsys: Output
) -> None:
    here.write_bytes(tokens(far_end, 1))
    make_partner(name="Paused Co", client_id="paused", is_donor=True, state=PartnerState.PAUSED)
    for arguments, words in [
        ((here.with_name("none.csv"),), "No such file"),
        ((here.parent,), "directory"),
        ((here, "--level", "no-such-level"), "has no level “no-such-level”"),
        ((here, "--partner", "nobody"), "No partner in the register"),
        ((here, "--partner", "paused"), "Paused Co is paused"),
        ((here, "--results", here.parent / "none" / "out.csv"), "cannot be written"),
        ((here, "--results", here.parent), "cannot be written"),
    ]:
        assert run(*arguments) == 2
        assert words in capsys.readouterr().err
    assert not Import.objects.exists()


def test_with_sumsub_out_of_reach_the_level_is_taken_on_trust(
    far_end: Sandbox, here: Path, capsys: Output, settings: Settings
) -> None:
    here.write_bytes(tokens(far_end, 1))
    settings.SUMSUB_BASE_URL = "http://127.0.0.1:9"
    assert run(here, "--wait", "0.3", "--level", "somewhat-new") == 4
    assert "“somewhat-new” was not checked" in capsys.readouterr().err
    assert Row.objects.get().state == RowState.PENDING
