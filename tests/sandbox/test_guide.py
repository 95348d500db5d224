"""docs/sandbox.md says what is so: its commands run as written, and its tables match the code."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from shutil import which

import pytest

from config.environment import PROJECT
from sumsub.sandbox.ledger import Event
from sumsub.sandbox.levels import SHARED_LEVELS
from sumsub.sandbox.process import Sandbox
from sumsub.sandbox.scenario import Call, Do, Rule, Scenario, Switches
from sumsub.sandbox.workspaces import Settings
from tests.parts.places import free_port
from tests.parts.programs import require

GUIDE = PROJECT / "docs" / "sandbox.md"
SECONDS = 180
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WORD = re.compile(r"`([^`]+)`")
MARK = "@@ block {} @@"


def blocks() -> list[tuple[str, str | None]]:
    """Each block of commands, with what the block of text behind it promises."""
    found: list[tuple[str, str | None]] = []
    for kind, text in BLOCK.findall(GUIDE.read_text("utf-8")):
        if kind == "sh":
            found.append((text, None))
        else:
            commands, promised = found[-1]
            assert promised is None, text
            found[-1] = (commands, text)
    return found


def table(heading: str) -> list[list[str]]:
    """The rows of the table whose first column is headed so, cells stripped."""
    text = GUIDE.read_text("utf-8")
    head = rf"^\| {re.escape(heading)} \|.*\n\|[-|]+\|\n"
    start = re.search(rf"{head}((?:\|.*\|\n)+)", text, re.MULTILINE)
    assert start, f"no table headed {heading}"
    rows = start[1].splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def name(cell: str) -> str:
    """What a cell has between its first backticks."""
    word = WORD.match(cell)
    assert word, cell
    return word[1]


def written(value: object) -> str:
    """A default as the guide writes it."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What each block printed, all run as one bash session that stops at the first failure."""
    shell = require("bash", which("bash"))
    for program in ("curl", "openssl"):
        require(program, which(program))
    folder = tmp_path_factory.mktemp("guide")
    script = folder / "guide.sh"
    pieces = [f"{text}\necho; echo '{MARK.format(i)}'\n" for i, (text, _) in enumerate(blocks())]
    script.write_text("".join(pieces), "utf-8")
    ports = {"PORT": str(free_port()), "HOOK_PORT": str(free_port())}
    environment = {**os.environ, **ports, "PYTHON": sys.executable, "TMPDIR": str(folder)}
    output = run([shell, "-eu", str(script)], environment, folder)
    printed = re.split(r"\n@@ block \d+ @@\n", output)
    assert len(printed) == len(blocks()) + 1, f"block {len(printed) - 1} failed:\n{output}"
    return printed[:-1]


def run(command: list[str], environment: dict[str, str], folder: Path) -> str:
    """Everything that it printed; whatever it started in the background is gone afterwards."""
    transcript = folder / "transcript.txt"
    with transcript.open("wb") as printed:
        child = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=printed,
            start_new_session=True,
        )
        try:
            child.wait(SECONDS)
        except subprocess.TimeoutExpired:
            pytest.fail(f"still running:\n{transcript.read_text('utf-8')}", pytrace=False)
        finally:
            end_group(child)
    return transcript.read_text("utf-8")


def end_group(child: subprocess.Popen[bytes]) -> None:
    """End the child with all that it started, and that no longer has a parent of ours."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


@pytest.mark.parametrize("number", range(len(blocks())))
def test_a_block_of_the_guide_runs_and_prints_what_it_promises(
    session: list[str], number: int
) -> None:
    commands, promised = blocks()[number]
    pattern = ".*".join(re.escape(part) for part in (promised or "").strip().split("…"))
    printed = session[number].strip()
    assert re.fullmatch(pattern, printed, re.DOTALL), f"{commands}\nprinted:\n{printed}"


def test_the_guide_promises_something() -> None:
    assert sum(promised is not None for _, promised in blocks()) > 10


def test_every_option_is_explained_with_its_default() -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", "sumsub.sandbox", "--help"],
        cwd=PROJECT,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    options = re.findall(r"^  (--\S+)(.*)$", help_text, re.MULTILINE)
    told = {name(row[0]): row[1].strip("`") for row in table("Option")}
    assert list(told) == [option for option, _ in options]
    for option, explained in options:
        default = re.search(r"default (\S+)", explained)
        assert default is None or default[1] == told[option]


def test_every_switch_is_explained_with_its_default() -> None:
    given = Scenario().body()
    told = [(name(row[0]), name(row[1])) for row in table("Switch")]
    assert told == [(f.name, written(given[f.name])) for f in fields(Switches)]


def test_every_key_of_a_rule_is_explained_with_its_default() -> None:
    given = {f.name: f.default for f in fields(Rule)}
    told = {name(row[0]): row[1].strip("`") for row in table("Key")}
    assert told == {
        key: "required" if key == "do" else written(default) for key, default in given.items()
    }


def test_every_fault_kind_of_call_and_event_is_named() -> None:
    assert [name(row[0]) for row in table("Fault")] == list(Do)
    text = GUIDE.read_text("utf-8")
    calls = re.search(r"^Kinds of calls: (.*?)\.$", text, re.MULTILINE | re.DOTALL)
    events = re.search(r"Events: (.*?)\.", text, re.DOTALL)
    assert calls
    assert events
    assert WORD.findall(calls[1]) == list(Call)
    assert WORD.findall(events[1]) == list(Event)


def test_the_levels_are_described_as_they_describe_themselves() -> None:
    told = [(name(row[0]), row[1]) for row in table("Level")]
    assert told == [(level.name, level.desc) for level in SHARED_LEVELS]


def test_every_demo_applicant_is_listed_with_its_outcome(sandbox: Sandbox) -> None:
    listed = {
        person["external_user_id"]: person["outcome"]
        for person in sandbox.applicants(100_000)
        if person["external_user_id"].startswith("demo-")
    }
    assert {name(row[0]): name(row[2]) for row in table("External id")} == listed


def test_every_workspace_and_setting_is_explained(sandbox: Sandbox) -> None:
    told = [(name(row[0]), name(row[1])) for row in table("Name")]
    assert told == [(one.name, one.client_id) for one in sandbox.workspaces]
    assert [name(row[0]) for row in table("Setting")] == [f.name for f in fields(Settings)]


def test_a_guess_names_a_switch_that_there_is() -> None:
    named = {name(row[2]) for row in table("Question") if row[2]}
    assert named
    assert named <= {f.name for f in fields(Switches)}
