"""`make run`: it comes up, says where, survives a dead child, and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.environment import PROJECT
from customers import demo
from tests.parts.installations import answers
from tests.parts.places import clean_environment, free_port
from tests.parts.product import OWN_WORKSPACE, Product
from tests.parts.waiting import PATIENCE, wait_until

# One demo serves most of them, so they stay together.
pytestmark = [pytest.mark.story, pytest.mark.xdist_group("the demo")]

Start = Callable[..., Product]
ASK = """
import json
from accounts.models import User
from customers.models import Import
from sharing.models import Applicant, Partner
print(json.dumps({
    "people": list(User.objects.order_by("pk").values_list("email", flat=True)),
    "imports": {one.file_name: [one.pk, one.total_count] for one in Import.objects.all()},
    "states": {one.file_name: one.state for one in Import.objects.all()},
    "partners": list(Partner.objects.order_by("pk").values_list("name", flat=True)),
    "applicants": list(Applicant.objects.order_by("pk").values_list("applicant_id", flat=True)),
}))
"""
KEPT = ("people", "imports", "partners", "applicants")


def shown(product: Product) -> dict[str, Any]:
    """What there is, asked by `manage.py` in another terminal that knows only DATA_DIR."""
    asked = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", ASK],
        cwd=PROJECT,
        env=clean_environment() | {"DATA_DIR": str(product.data_dir)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(asked.stdout)
    return found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One demo in full swing, for the tests that leave it as it was, and the one that ends it."""
    started = Product(tmp_path_factory.mktemp("demo") / "var")
    try:
        started.await_welcome()
        yield started
    finally:
        started.clean_up()


def test_it_names_its_addresses_and_the_demo_sign_ins(running: Product) -> None:
    assert f"http://127.0.0.1:{running.port}/" in running.output
    assert f"http://127.0.0.1:{running.sandbox_port}/_sandbox/tokens.csv?n=20" in running.output
    for email in shown(running)["people"]:
        assert email in running.output


def test_its_first_start_has_something_to_show(running: Product) -> None:
    found = shown(running)
    assert found["states"][demo.FINISHED_FILE] == "finished"
    assert found["states"][demo.RUNNING_FILE] in ("running", "finished")
    assert found["imports"][demo.FINISHED_FILE][1] == demo.FINISHED_ROWS
    assert found["imports"][demo.RUNNING_FILE][1] == demo.RUNNING_ROWS
    assert "Ostermoor Pay" in found["partners"]
    assert found["applicants"]


def test_output_and_logs_hold_no_credential_of_the_connection(running: Product) -> None:
    values = (running.data_dir / "local.env").read_text().splitlines()
    named = [line.split("=", 1) for line in values if "=" in line]
    secrets = [value.strip("'") for name, value in named if "TOKEN" in name or "SECRET" in name]
    texts = [running.output]
    texts += [log.read_text() for log in (running.data_dir / "logs").iterdir()]
    assert len(secrets) == 3
    assert not [secret for secret in secrets for text in texts if secret in text]


def test_what_it_keeps_is_for_its_owner_only(running: Product) -> None:
    assert running.data_dir.stat().st_mode & 0o077 == 0
    assert (running.data_dir / "local.env").stat().st_mode & 0o077 == 0


def test_a_second_start_on_the_same_data_folder_is_told_so(running: Product) -> None:
    command = [sys.executable, "-m", "config.supervisor", "--data-dir", str(running.data_dir)]
    second = subprocess.run(
        command, cwd=PROJECT, env=clean_environment(), capture_output=True, text=True, check=False
    )
    assert second.returncode == 2
    assert f"already runs on the data folder {running.data_dir}" in second.stderr
    assert f"http://127.0.0.1:{running.port}" in second.stderr
    assert "PORT=8010" in second.stderr


def test_a_program_that_dies_is_started_again(running: Product) -> None:
    os.kill(running.process_of("uvicorn"), signal.SIGKILL)
    wait_until(lambda: "web ended" in running.output, "the death is noticed")
    wait_until(lambda: answers(running.port, "/healthz"), "the web answers again")


def test_it_ends_when_asked_to(product: Start) -> None:
    started = product(OWN_WORKSPACE)
    started.await_welcome()
    assert started.end(signal.SIGTERM) == 0
    started.await_silence()


def test_death_of_its_parent_ends_everything(product: Start) -> None:
    orphan = product(OWN_WORKSPACE, shell=True)
    orphan.await_welcome()
    orphan.end(signal.SIGKILL)
    orphan.await_silence()


def test_a_step_that_fails_says_which_log_to_read(product: Start) -> None:
    nowhere = "postgres://nobody@127.0.0.1:1/nothing"
    started = product(OWN_WORKSPACE | {"DATABASE_URL": nowhere})
    assert started.process.wait(PATIENCE) == 1
    assert f"Its log is {started.data_dir / 'logs' / 'prepare.log'}" in started.output
    started.await_silence()


@pytest.mark.parametrize("setting", ["PORT", "SANDBOX_PORT"])
def test_a_busy_port_gives_a_sentence_and_the_flag(tmp_path: Path, setting: str) -> None:
    free = {"PORT": free_port(), "SANDBOX_PORT": free_port()}
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ports = free | {setting: port}
        command = [sys.executable, "-m", "config.supervisor", "--data-dir", str(tmp_path)]
        command += ["--port", str(ports["PORT"]), "--sandbox-port", str(ports["SANDBOX_PORT"])]
        refused = subprocess.run(
            command,
            cwd=PROJECT,
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    assert refused.returncode == 2
    assert f"Port {port} cannot be used" in refused.stderr
    assert f"make run {setting}={port + 10}" in refused.stderr
    assert "Traceback" not in refused.stderr


# ---- the last one, for it ends the demo that the others share ---------------------------------


def test_it_ends_without_a_trace_and_starts_again_with_its_data(running: Product) -> None:
    known = shown(running)
    keys = (running.data_dir / "keys" / "relay-keys").read_text()
    assert running.end(signal.SIGINT) == 0
    running.await_silence()

    again = Product(running.data_dir)
    try:
        again.await_welcome()
        still = shown(again)
        assert {part: still[part] for part in KEPT} == {part: known[part] for part in KEPT}
        assert known["people"][0] in again.output
        assert (again.data_dir / "keys" / "relay-keys").read_text() == keys
        assert len(again.processes()) >= 6
        assert again.end(signal.SIGKILL) == -signal.SIGKILL
        again.await_silence()
    finally:
        again.clean_up()
