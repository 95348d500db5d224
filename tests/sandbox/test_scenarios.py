"""Scenario files: what is wrong with one, and on which line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from tests.parts.waiting import PATIENCE
from tests.sandbox.caller import send

ROOT = Path(__file__).resolve().parents[2]

_MISTAKES = [
    ('{"rules": [\n{"do": "html"},\n]}', "line 3: this is not JSON"),
    ("", "line 1: this is not JSON"),
    ("\n\n[]", "line 3: a scenario is a JSON object"),
    ('{"seed": 1,\n "rules": [\n  {"do": "vanish"}]}', "line 3: rules[0].do: must be one of"),
    (
        '{"rules": [{"do": "html"},\n\n{"call":"reuse",\n"do": "drop_afer_commit"}]}',
        "line 4: rules[1].do: must be one of",
    ),
    ('{"rules": [{"do": "html",\n"call": "dance"}]}', "line 2: rules[0].call"),
    ('{"rules": [{"do": "html",\n"probability":\n2}]}', "line 2: rules[0].probability"),
    ('{"rules": [{"do": "html",\n"when": 1}]}', "line 2: rules[0].when: there is no such key."),
    ('{"rules": [\n{"call": "reuse"}]}', "line 2: rules[0].do: is missing"),
    ('{"rules": [\n7]}', "line 2: rules[0]: must be an object"),
    ('{\n"rules": {}}', "line 2: rules: must be a list"),
    ('{"rules": [{"do": "html",\n"status": 200}]}', "line 2: rules[0].status"),
    ('{"rules": [{"do": "html",\n"times": 1.5}]}', "line 2: rules[0].times"),
    ('{"rules": [{"do": "latency",\n"ms": 1e999}]}', "line 2: rules[0].ms: must be a number"),
    ('{"rules": [{"do": "latency",\n"ms": NaN}]}', "line 2: NaN is no number"),
    ('{"rules": [{"do": "latency",\n"ms": 1' + "0" * 5000 + "}]}", "line 2: rules[0].ms"),
    ('{"rules": [{"do": "html",\n"applicant_id": 4}]}', "line 2: rules[0].applicant_id"),
    ('{\n"seed": "one"}', "line 2: seed: must be a number"),
    ('{\n"seed": 1.5}', "line 2: seed: must be a whole number"),
    ('{\n\n"colour": "red"}', "line 3: colour: there is no such switch."),
    ('{\n"post_limit": "fast"}', "line 2: post_limit"),
    ('{\n"retry_after": 1}', "line 2: retry_after: must be true or false"),
    ('{\n"create_status": 204}', "line 2: create_status: must be 200 or 201"),
    ('{\n"blocked_ip_status": 404}', "line 2: blocked_ip_status: must be 401 or 403"),
    ('{\n"review_delay_ms": 1.5}', "line 2: review_delay_ms: must be a whole number"),
    ('{\n"limit_window": "open"}', "line 2: limit_window: must be one of sliding, fixed"),
    ('{"seed": 1,\n"seed": 2}', "line 2: seed is there twice"),
    ('{"rules": [{"do": "html",\n "x\\"y]": "}",\n\n"do": "html"}]}', "line 4: do is there twice"),
    ("[" * 100_000, "line 1"),
    ('{"seed": 1,\n"\\ud800": 1}', "line 2: half a surrogate pair is no text"),
    ('{"rules": [{"do": "html",\n"applicant_id":\n"\\udc00"}]}', "line 3: half a surrogate pair"),
    ('{\n"clock_offset_seconds": 1e11}', "line 2: clock_offset_seconds: must not be above"),
    ('{\n"clock_offset_seconds": -1e11}', "line 2: clock_offset_seconds: must not be above"),
    ('{\n"webhook_retry_scale": 1e6}', "line 2: webhook_retry_scale: must not be above 1000"),
    ('{\n"get_limit": "1/' + "9" * 400 + 's"}', "line 2: get_limit: A limit is written like"),
    ('{\n"get_limit": "' + "9" * 5000 + '/5s"}', "line 2: get_limit: A limit is written like"),
]


@pytest.mark.parametrize(("text", "told"), _MISTAKES)
def test_a_mistake_is_told_with_its_line_and_changes_nothing(
    sandbox: Sandbox, text: str, told: str
) -> None:
    before = send(sandbox.url, "GET", "/_sandbox/faults").json
    reply = send(sandbox.url, "PUT", "/_sandbox/faults", text.encode())
    assert reply.status == 400
    assert reply.json["description"].startswith(told)
    assert send(sandbox.url, "GET", "/_sandbox/faults").json == before


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ('{"rules": [{"do": "drop_afer_commit"}]}', "drop_after_commit"),
        ('{"rules": [{"do": "html", "probabilty": 1}]}', "probability"),
        ('{"rules": [{"do": "html", "call": "re-use"}]}', "reuse"),
        ('{"review_delay": 3}', "review_delay_ms"),
        ('{"rule": []}', "rules"),
    ],
)
def test_a_slip_of_the_pen_is_recognised(sandbox: Sandbox, text: str, near: str) -> None:
    reply = send(sandbox.url, "PUT", "/_sandbox/faults", text.encode())
    assert reply.json["description"].endswith(f" Did you mean {near}?")


def test_text_that_is_not_utf_8_is_told_with_its_line(sandbox: Sandbox) -> None:
    reply = send(sandbox.url, "PUT", "/_sandbox/faults", b'{\n"seed": "\xff"}')
    assert reply.json["description"] == "line 2: this is not UTF-8 text."


def test_what_was_read_can_be_put_back(sandbox: Sandbox) -> None:
    told = send(sandbox.url, "GET", "/_sandbox/faults")
    marked = b"\xef\xbb\xbf" + told.body  # as an editor on Windows may save it
    assert send(sandbox.url, "PUT", "/_sandbox/faults", marked).json == told.json


def test_a_file_with_a_mistake_starts_nothing(tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    file.write_text('{"rules": [\n  {"do": "html"},\n  {"doo": "html"}\n]}')
    command = [sys.executable, "-m", "sumsub.sandbox", "--port", "0", "--scenario", str(file)]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert f"{file} cannot be used, line 3: rules[1].doo: there is no such key." in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_the_seed_of_a_file_is_also_that_of_people_and_credentials(tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps({"seed": 12}))
    with (
        process.start(applicants=30, scenario=file) as by_file,
        process.start(applicants=30, seed="12") as by_flag,
        process.start(applicants=30, scenario=file, seed="13") as by_both,
    ):
        assert by_file.workspaces == by_flag.workspaces
        assert by_both.workspaces != by_flag.workspaces
