"""Minting many through the API: from a list to the file, or to a hand-over."""

import csv
import hashlib
import io
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from accounts.api.codes import Code
from accounts.models import AuditEvent
from sharing.minting_many.drain import drain
from sharing.models import (
    Applicant,
    HandOver,
    IssuedToken,
    KeptSecret,
    MintBatch,
    Partner,
    PartnerState,
)
from sumsub.sandbox.process import Sandbox
from tests.accounts.test_api_doors import refused
from tests.parts.api_callers import Program
from tests.sharing import minting
from tests.sharing.conftest import RECIPIENT

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]

BATCHES = "/api/v1/batches"


def people(far_end: Sandbox, count: int) -> list[str]:
    lines = minting.csv_of(far_end, count).decode().splitlines()[1:]
    return [line.split(",")[0] for line in lines]


def digest_of(share_token: str) -> str:
    return hashlib.sha256(share_token.encode()).hexdigest()


def made(program: Program, applicants: list[Any], **options: Any) -> Any:
    body = {"recipient": RECIPIENT, "applicants": applicants} | options
    return program.post(BATCHES, body, key="k")


@pytest.fixture
def finished(program: Program, as_donor: Sandbox, recipient: Partner) -> str:
    """The address of a batch whose file with two share tokens may be taken."""
    answer = made(program, people(as_donor, 2), start=True)
    drain()
    return str(answer["Location"])


def test_a_list_becomes_a_checked_draft_once_for_one_key(
    program: Program, as_donor: Sandbox, exported: Applicant, recipient: Partner
) -> None:
    Applicant.objects.update(review_answer="RED", review_reject_type="FINAL")
    items = [
        exported.applicant_id,
        {"external_id": "004417"},
        {"external_id": "x/y"},
        {"level": "a"},
    ]
    first, second = made(program, items), made(program, items)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    found = program.get(first["Location"]).json()
    assert (found["state"], found["source"], found["ttl_seconds"]) == ("draft", "api", 1200)
    assert (
        found["counts"] | {"total": 4, "waiting": 1, "finding": 1, "skipped": 2} == found["counts"]
    )
    assert (found["precheck"]["refusable"], found["precheck"]["to_mint"]) == (1, 1)
    assert found["forecast"]["verdict"] == "ok"
    rows = program.get(f"{first['Location']}/rows").json()["data"]
    assert [(row["line"], row["state"]) for row in rows] == [
        (1, "waiting"),
        (2, "skipped"),
        (3, "finding"),
        (4, "skipped"),
    ]
    assert rows[0]["concern"] == "refusable"
    assert "10507" in rows[0]["concern_explanation"]
    assert rows[1]["same_as_line"] == 1
    assert MintBatch.objects.count() == 1
    assert not IssuedToken.objects.exists()


def test_a_batch_is_started_and_its_file_taken_once(
    program: Program, as_donor: Sandbox, recipient: Partner
) -> None:
    path = made(program, people(as_donor, 3))["Location"]
    assert program.post(f"{path}/start").json()["state"] == "running"
    early = refused(program.post(f"{path}/file", {"preset": "token"}), Code.NOT_POSSIBLE)
    assert "when nothing of the batch moves" in early["detail"]
    drain()
    found = program.get(path).json()
    assert (found["state"], found["file_is_ready"], found["counts"]["minted"]) == (
        "finished",
        True,
        3,
    )
    assert found["progress"]["percent"] == 100
    taken = program.post(f"{path}/file", {"preset": "full"})
    assert "no-store" in taken["Cache-Control"]
    rows = list(csv.DictReader(io.StringIO(b"".join(taken).decode())))
    digests = {one["token_sha256"] for one in as_donor.ledger() if one["event"] == "minted"}
    assert len(rows) == 3
    assert all(digest_of(row["token"]) in digests for row in rows)
    assert program.get(path).json()["file_taken_by"] == program.client.account.display_name
    again = refused(program.post(f"{path}/file", {"preset": "full"}), Code.NOT_POSSIBLE)
    assert again["detail"].startswith("This file was taken already")
    draft = program.post(f"{path}/again", {"rows": "lost"})
    assert (draft.status_code, draft.json()["counts"]["total"]) == (201, 3)
    assert draft.json()["again_of"] == found["id"]


def test_a_filter_and_a_file_make_batches_too(
    program: Program, as_donor: Sandbox, exported: Applicant, recipient: Partner
) -> None:
    body = {"recipient": f"par_{recipient.pk}", "filter": {"country": "NLD"}, "ttl_seconds": 60}
    found = program.post(BATCHES, body).json()
    assert (found["source"], found["counts"]["total"], found["ttl_seconds"]) == ("filter", 1, 60)
    none = program.post(BATCHES, body | {"filter": {"country": "FRA"}})
    refused(none, Code.FILE_REFUSED)
    file = SimpleUploadedFile("people.csv", minting.csv_of(as_donor, 2))
    fields = {"recipient": RECIPIENT, "file": file, "include_live": "true", "ttl_seconds": "60"}
    sent = program.upload(BATCHES, fields).json()
    assert (sent["file_name"], sent["counts"]["total"]) == ("people.csv", 2)
    assert (sent["include_live"], sent["include_refusable"]) == (True, False)
    assert sent["ttl_seconds"] == 60


def test_a_draft_is_changed_and_discarded(
    program: Program, as_donor: Sandbox, exported: Applicant, recipient: Partner
) -> None:
    path = made(program, [exported.applicant_id])["Location"]
    for number in ("77", 77.5, True):
        errors = refused(program.patch(path, {"ttl_seconds": number}), Code.INVALID_REQUEST)
        assert [one["field"] for one in errors["errors"]] == ["ttl_seconds"]
    changed = program.patch(path, {"ttl_seconds": 77, "include_refusable": True}).json()
    assert (changed["ttl_seconds"], changed["include_refusable"]) == (77, True)
    assert changed["include_live"] is False
    gone = program.raw("DELETE", path, b"", "application/json")
    assert gone.json()["id"] == changed["id"]
    refused(program.get(path), Code.NOT_FOUND)
    assert AuditEvent.objects.get(deed="minting.discarded").actor == program.client.account


def test_a_batch_is_paused_resumed_and_cancelled(
    program: Program, as_donor: Sandbox, recipient: Partner
) -> None:
    path = made(program, people(as_donor, 2), start=True)["Location"]
    assert program.post(f"{path}/pause", key="p").json()["state"] == "paused"
    assert program.post(f"{path}/pause", key="p")["Idempotency-Replayed"] == "true"
    refused(program.post(f"{path}/pause"), Code.NOT_POSSIBLE)
    assert program.post(f"{path}/resume").json()["state"] == "running"
    assert program.post(f"{path}/cancel").json()["counts"]["cancelled"] == 2
    drain()
    assert not IssuedToken.objects.exists()
    refused(program.raw("DELETE", path, b"", "application/json"), Code.NOT_POSSIBLE)


def test_nothing_is_stored_for_a_recipient_without_leave(
    program: Program, exported: Applicant, recipient: Partner
) -> None:
    Partner.objects.update(state=PartnerState.PAUSED)
    refused(made(program, [exported.applicant_id]), Code.NOT_ALLOWED)
    assert not MintBatch.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"applicants": []}, "applicants"),
        ({}, "applicants"),
        ({"applicants": ["a"], "filter": {}}, "applicants"),
        ({"applicants": [{"token": "x"}]}, "applicants[0]"),
        ({"applicants": [5]}, "applicants[0]"),
        ({"filter": {"state": "x"}}, "filter.state"),
        ({"applicants": ["a"], "recipient": "nobody"}, "recipient"),
        ({"applicants": ["a"], "start": "yes"}, "start"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(
    program: Program, recipient: Partner, body: dict[str, Any], field: str
) -> None:
    problem = refused(program.post(BATCHES, {"recipient": RECIPIENT} | body), Code.INVALID_REQUEST)
    assert [one["field"] for one in problem["errors"]] == [field]


def test_rows_are_paged_and_filtered_and_failures_taken(
    program: Program, as_donor: Sandbox, recipient: Partner
) -> None:
    unknown = "66f0c2a4e19b7d3500000001"
    path = made(program, [*people(as_donor, 2), unknown], start=True)["Location"]
    drain()
    first = program.get(f"{path}/rows?limit=2").json()
    assert first["has_more"]
    rest = program.get(f"{path}/rows?limit=2&starting_after={first['data'][-1]['id']}").json()
    assert [one["applicant_id"] for one in rest["data"]] == [unknown]
    assert rest["data"][0]["reason"].startswith("Sumsub knows no such applicant")
    failed = program.get(f"{path}/rows?state=failed").json()["data"]
    assert failed == rest["data"]
    line = program.get(f"/api/v1/share-tokens/{first['data'][0]['share_token']}").json()
    assert line["applicant_id"] == first["data"][0]["applicant_id"]
    assert program.get(path).json()["reasons"][0]["rows"] == 1
    assert unknown.encode() in b"".join(program.get(f"{path}/failures.csv"))
    assert program.post(f"{path}/retry").json()["counts"]["waiting"] == 1


def test_a_hand_over_tells_what_opens_it_once_more_under_its_key(
    program: Program, finished: str
) -> None:
    address, body = f"{finished}/hand-over", {"preset": "token"}
    refused(program.post(address, body), Code.IDEMPOTENCY_KEY_MISSING)
    first, second = (program.post(address, body, key="h") for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert "no-store" in first["Cache-Control"]
    assert "no-store" in second["Cache-Control"]
    assert second["Idempotency-Replayed"] == "true"
    told = first.json()
    assert told == second.json()
    assert (told["share_tokens"], told["state"]) == (2, "waiting")
    assert HandOver.objects.count() == 1
    assert program.get(finished).json()["hand_over"] == told["id"]
    opened = Client().post(told["link"], {"passphrase": told["passphrase"]})
    assert opened.status_code == 200
    line = program.get(first["Location"]).json()
    assert line["opened_at"] is not None
    assert told["passphrase"] not in str(line)
    revoked = program.post(f"{first['Location']}/revoke").json()
    assert revoked["state"] == "revoked"
    refused(program.post(f"{first['Location']}/revoke"), Code.NOT_POSSIBLE)
    problem = refused(program.post(address, body, key="h"), Code.SHOWN_BEFORE)
    assert told["passphrase"] not in str(problem)
    refused(program.post(address, body, key="other"), Code.NOT_POSSIBLE)


def test_no_share_token_and_no_passphrase_is_kept_in_plain(
    program: Program,
    finished: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    told = program.post(f"{finished}/hand-over", {"preset": "token"}, key="h").json()
    secret = told["link"].rstrip("/").rpartition("/")[2]
    opened = Client().post(told["link"], {"passphrase": told["passphrase"]})
    ticket = opened.content.decode().partition('name="ticket" value="')[2].partition('"')[0]
    file = Client().post(told["link"], {"ticket": ticket}).content.decode()
    share_tokens = file.split()[1:]
    assert len(share_tokens) == 2
    assert KeptSecret.objects.get().sealed is not None
    kept = tmp_path / "database.json"
    call_command("dumpdata", output=str(kept), verbosity=0)
    pages = [finished, f"{finished}/rows", "/api/v1/hand-overs", "/api/v1/audit-events"]
    seen = kept.read_text() + "".join(program.get(one).content.decode() for one in pages)
    seen += "".join(capfd.readouterr())
    # Records hold the path of the link's own page; what is written of them does not.
    assert secret not in seen
    for canary in (*share_tokens, told["passphrase"]):
        assert canary not in seen + caplog.text
