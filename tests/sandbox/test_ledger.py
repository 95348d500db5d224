"""The ledger: complete, append-only, and cheap to read however long it is."""

from __future__ import annotations

import http.client
import itertools
import json
import sqlite3
import tracemalloc
from pathlib import Path

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.ledger import Entry, Event, Ledger
from sumsub.sandbox.process import Sandbox
from sumsub.sandbox.store import FILE_NAME, Store
from tests.sandbox.caller import Caller, sha256

People = dict[str, dict[str, str]]
CREATE = "/resources/applicants?levelName=id-only"
COPY = "/resources/applicants/-/import?shareToken={}&userId={}"
_numbers = itertools.count()


@pytest.fixture
def token(sandbox: Sandbox, people: People, donor: Caller) -> str:
    return donor.mint(people["demo-approved"]["applicant_id"], sandbox.recipient.client_id)


def told(sandbox: Sandbox, token: str) -> list[dict[str, object]]:
    return [e for e in sandbox.ledger() if e["token_sha256"] == sha256(token)]


@pytest.mark.parametrize("deed", ["redeemed", "copied"])
@pytest.mark.parametrize("fault", ["", "drop_after_commit", "error_after_commit", "truncate"])
def test_a_success_is_told_once_whatever_becomes_of_its_answer(
    sandbox: Sandbox, recipient: Caller, token: str, deed: str, fault: str
) -> None:
    user_id = f"ledger-{next(_numbers)}"
    target = COPY.format(token, user_id)
    try:
        if deed == "redeemed":
            recipient.reuse(token, user_id, x_sandbox_fault=fault)
        else:
            recipient.post(target, x_sandbox_fault=fault)
    except (http.client.HTTPException, ConnectionError):
        assert fault == "drop_after_commit"
    made = recipient.lookup(user_id).json["applicant"]["id"]
    events = told(sandbox, token)
    dropped = ["dropped"] if fault == "drop_after_commit" else []
    assert [e["event"] for e in events] == ["minted", deed, *dropped]
    for event in events[1:]:
        assert event["applicant_id"] == made
        assert event["external_user_id"] == user_id
        assert event["client_id"] == sandbox.recipient.client_id
        assert (event["status"], event["error_code"]) == (200, None)
    about = [e["event"] for e in sandbox.ledger() if e["applicant_id"] == made]
    assert "created" not in about


def test_a_refusal_tells_why_and_whom(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller, token: str
) -> None:
    assert recipient.reuse(token).status == 200
    assert recipient.reuse(token, "again").status == 401
    used = told(sandbox, token)[-1]
    assert (used["event"], used["status"], used["error_code"]) == ("refused", 401, None)
    assert used["external_user_id"] == "again"
    person = people["demo-10513-doc-type"]["applicant_id"]
    unfit = donor.mint(person, sandbox.recipient.client_id)
    assert recipient.reuse(unfit).code == 10513
    last = told(sandbox, unfit)[-1]
    assert (last["event"], last["status"], last["error_code"]) == ("refused", 400, 10513)
    assert last["applicant_id"] == person
    assert last["client_id"] == sandbox.recipient.client_id


def test_whoever_is_made_otherwise_is_created(sandbox: Sandbox, donor: Caller) -> None:
    made = donor.post(CREATE, {"externalUserId": "ledger-created"}).json["id"]
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        donor.call(
            "PATCH",
            f"/resources/applicants/{made}/presence/deactivated",
            x_sandbox_fault="drop_after_commit",
        )
    events = [e for e in sandbox.ledger() if e["applicant_id"] == made]
    assert [e["event"] for e in events] == ["created", "dropped"]
    assert {e["external_user_id"] for e in events} == {"ledger-created"}


def test_nothing_in_the_file_can_be_changed_or_taken_back(tmp_path: Path) -> None:
    with process.start(state=tmp_path, applicants=30) as sandbox:
        sandbox.tokens_csv(3)
        before = sandbox.ledger()
    file = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    for statement in ("UPDATE ledger SET status = 1", "DELETE FROM ledger WHERE seq = 1"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            file.execute(statement)
    file.close()
    with process.start(state=tmp_path, applicants=30) as again:
        assert again.ledger() == before
        assert len(before) == 3


def test_a_long_ledger_is_read_in_flat_memory() -> None:
    store = Store(None)
    ledger = Ledger(store)
    with store.transaction():
        for number in range(60_000):
            ledger.write(number, Entry(Event.MINTED, "donor", applicant_id=f"a-{number}"))
    tracemalloc.start()
    lines = 0
    last: dict[str, object] = {}
    for piece in ledger.lines(0):
        lines += piece.count(b"\n")
        last = json.loads(piece.splitlines()[-1])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    store.close()
    assert (lines, last["seq"], last["applicant_id"]) == (60_000, 60_000, "a-59999")
    # All at once it would be some twelve million bytes.
    assert peak < 3_000_000
