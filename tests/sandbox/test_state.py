"""The state directory, the command line, and the end of the process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from tests.parts.waiting import PATIENCE
from tests.sandbox.caller import Caller, sha256, until

ROOT = Path(__file__).resolve().parents[2]


def run(*flags: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sumsub.sandbox", *flags]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_a_killed_sandbox_forgets_nothing_it_has_answered(tmp_path: Path) -> None:
    first = process.start(state=tmp_path, applicants=40, post_limit="none", get_limit="none")
    donor, recipient = Caller(first, first.donor), Caller(first, first.recipient)
    person = next(p for p in first.applicants() if p["outcome"] == "approved")["applicant_id"]
    unused = donor.mint(person, first.recipient.client_id)
    answered: dict[str, str] = {}

    def redeem() -> None:
        for number in range(10_000):
            token = donor.mint(person, first.recipient.client_id)
            user_id = f"k-{number}"
            answered[user_id] = recipient.reuse(token, user_id).json["id"]

    def until_it_dies() -> None:
        with pytest.raises((OSError, ValueError)):
            redeem()

    worker = threading.Thread(target=until_it_dies)
    worker.start()
    while len(answered) < 40:
        time.sleep(0.005)
    first.kill()
    worker.join(PATIENCE)

    with process.start(state=tmp_path, applicants=40, post_limit="none", get_limit="none") as again:
        assert [w.app_token for w in again.workspaces] == [w.app_token for w in first.workspaces]
        redeemed = {
            e["external_user_id"]: e["applicant_id"]
            for e in again.ledger()
            if e["event"] == "redeemed"
        }
        assert answered.items() <= redeemed.items()
        assert len(redeemed) - len(answered) <= 1
        caller = Caller(again, again.recipient)
        for user_id, applicant_id in redeemed.items():
            assert caller.lookup(user_id).json["applicant"]["id"] == applicant_id
        assert caller.reuse(unused, "later").status == 200
        assert caller.reuse(unused, "too-late").status == 401
        numbers = [e["seq"] for e in again.ledger()]
        assert numbers == list(range(1, len(numbers) + 1))
        assert again.ledger(after=len(numbers) - 2) == again.ledger()[-2:]


@dataclass(frozen=True)
class Reborn:
    """A sandbox stopped and started again on its state directory, and what went on before."""

    sandbox: Sandbox
    directory: Path
    made: str
    deactivated: str
    token: str


@pytest.fixture(scope="module")
def reborn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reborn]:
    directory = tmp_path_factory.mktemp("state")
    slow = {"review_delay_ms": 400}
    with process.start(state=directory, applicants=40, scenario=slow, seed="7") as first:
        token = first.tokens_csv(1, "outcome=approved").split()[1]
        made = Caller(first, first.recipient).reuse(token, "before").json["id"]
        person = first.applicants(1)[0]["applicant_id"]
        target = f"/resources/applicants/{person}/presence/deactivated"
        assert Caller(first, first.donor).call("PATCH", target).status == 200
        first.set_workspace("donor", {"partners": []})
    with process.start(state=directory, applicants=40, seed="other") as again:
        yield Reborn(again, directory, made, person, token)


def test_a_review_under_way_is_finished_after_a_restart(reborn: Reborn) -> None:
    until(lambda: [e for e in reborn.sandbox.ledger() if e["event"] == "reviewed"])
    recipient = Caller(reborn.sandbox, reborn.sandbox.recipient)
    status = recipient.get(f"/resources/applicants/{reborn.made}/status").json
    assert status["reviewResult"] == {"reviewAnswer": "GREEN"}


def test_changed_workspaces_and_applicants_survive(reborn: Reborn) -> None:
    outcomes = {p["outcome"] for p in reborn.sandbox.applicants()}
    assert outcomes == {"refused:10501", "refused:10502", "refused:10505"}
    donor = Caller(reborn.sandbox, reborn.sandbox.donor)
    shown = donor.get(f"/resources/applicants/{reborn.deactivated}/one").json
    assert shown["deleted"] is True


def test_no_token_is_kept_in_the_state_directory(reborn: Reborn) -> None:
    kept = b"".join(path.read_bytes() for path in reborn.directory.iterdir())
    assert sha256(reborn.token).encode() in kept
    assert reborn.token.encode() not in kept


def test_a_state_directory_serves_one_sandbox_at_a_time(reborn: Reborn) -> None:
    ended = run("--port", "0", "--state", str(reborn.directory))
    assert ended.returncode == 1
    assert "Another sandbox is using" in ended.stderr


def test_the_same_seed_gives_the_same_people_and_credentials_and_the_state_keeps_them(
    reborn: Reborn, sandbox: Sandbox
) -> None:
    with process.start(seed="7", applicants=40) as same:
        assert same.workspaces == reborn.sandbox.workspaces
        ours = [(p["applicant_id"], p["name"]) for p in same.applicants()]
        assert ours == [(p["applicant_id"], p["name"]) for p in reborn.sandbox.applicants()]
    assert sandbox.recipient.secret_key != reborn.sandbox.recipient.secret_key


def test_json_tells_url_and_credentials_on_one_line() -> None:
    command = [sys.executable, "-m", "sumsub.sandbox", "--port", "0", "--json"]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    told = json.loads(child.stdout.readline())
    child.send_signal(signal.SIGTERM)
    rest, log = child.communicate(timeout=PATIENCE)
    assert child.returncode == 0
    assert rest == b""
    assert log.decode().strip().endswith(f"listening on {told['url']}")
    assert [w["name"] for w in told["workspaces"]][:2] == ["donor", "recipient"]
    for workspace in told["workspaces"]:
        assert set(workspace) == {
            "name", "client_id", "app_token", "secret_key", "webhook_secret", "levels",
        }  # fmt: skip
        assert len(workspace["secret_key"]) == 32
        kind, _, token = workspace["app_token"].partition(":")
        assert kind == ("prd" if workspace["name"] == "production" else "sbx")
        public, _, private = token.partition(".")
        assert (len(public), len(private)) == (24, 32)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_quickly_even_with_calls_under_way(number: signal.Signals) -> None:
    sandbox = process.start(applicants=30, scenario={"rules": [{"do": "latency", "ms": 60000}]})
    open_connection = socket.create_connection(("127.0.0.1", int(sandbox.url.rsplit(":", 1)[1])))
    open_connection.sendall(b"GET /resources/status/api HTTP/1.1\r\nHost: x\r\n\r\n")
    before = time.monotonic()
    os.kill(sandbox.pid, number)
    assert sandbox.stop() == 0  # asks once more, whatever the first signal has come to
    assert time.monotonic() - before < 5
    open_connection.close()


def test_a_busy_port_gives_one_clear_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run("--port", str(port))
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert len(ended.stderr.strip().splitlines()) == 1
    assert str(port) in ended.stderr
    assert "--port" in ended.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--applicants", "-5"),
        ("--applicants", "16777217"),
        ("--applicants", "many"),
        ("--port", "²"),
        ("--port", "65536"),
        pytest.param("--seed", "\udcff", id="half a character"),
    ],
)
def test_an_option_that_makes_no_sense_is_named_and_starts_nothing(option: str, value: str) -> None:
    ended = run(option, value, *(() if option == "--port" else ("--port", "0")))
    assert ended.returncode == 2
    assert ended.stderr.strip().splitlines()[-1].count(f"argument {option}: ") == 1
    assert "Traceback" not in ended.stderr
    assert "invalid _" not in ended.stderr


def test_a_bad_scenario_file_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    file.write_text('{"rules": [\n  {"do": "html",}\n]}')
    ended = run("--port", "0", "--scenario", str(file))
    assert ended.returncode == 1
    assert "line 2" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_scenario_file_is_in_force_from_the_start(tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    file.write_text('{"rules": [{"call": "levels", "do": "throttle"}], "create_status": 200}')
    with process.start(applicants=30, scenario=file) as sandbox:
        recipient = Caller(sandbox, sandbox.recipient)
        assert recipient.get("/resources/applicants/-/levels").status == 429
        made = recipient.post("/resources/applicants?levelName=id-only", {"externalUserId": "a"})
        assert made.status == 200
