"""Two clients that know nothing of this project live through a share token's whole story.

One is Python's standard library alone, the other JavaScript on Debian's nodejs; both are child
processes that are given the sandbox's ``--json`` line and nothing else.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from tests.parts.programs import require

CALLERS = Path(__file__).parent / "callers"
SECONDS = 120

Step = dict[str, Any]
Story = dict[str, Step]


@pytest.fixture(scope="module")
def abroad() -> Iterator[Sandbox]:
    """A sandbox with Sumsub's way of limiting callers, though sooner met and sooner over."""
    with process.start(
        applicants=40, get_limit="40/2s", scenario={"review_delay_ms": 300}
    ) as running:
        yield running


@pytest.fixture(scope="module", params=["python", "javascript"])
def story(
    request: pytest.FixtureRequest, abroad: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Story:
    """What a caller told, by step. Python reads its credentials from a pipe, Node from a file."""
    workspaces = [asdict(workspace) for workspace in abroad.workspaces]
    line = json.dumps({"url": abroad.url, "workspaces": workspaces})
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "python":
        return told([sys.executable, "-I", str(CALLERS / "story.py")], line, folder)
    file = folder / "sandbox.json"
    file.write_text(line, "utf-8")
    node = require("nodejs", which("node") or which("nodejs"))
    return told([node, str(CALLERS / "story.mjs"), str(file)], "", folder)


def told(command: list[str], line: str, folder: Path) -> Story:
    """Run a caller to its end, in a folder where there is nothing of ours."""
    done = subprocess.run(
        command, input=line, capture_output=True, text=True, cwd=folder, timeout=SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    return {step.pop("step"): step for step in steps}


def refused(code: int, error: int | None = None, name: str | None = None) -> Step:
    return {"status": code, "code": code, "errorCode": error, "errorName": name}


def reviewed(status: int, review: str, answer: str | None = None, **facts: Any) -> Step:
    return {"status": status, "review": review, "answer": answer, **facts}


def test_the_python_caller_imports_the_standard_library_alone() -> None:
    tree = ast.parse((CALLERS / "story.py").read_text("utf-8"))
    names = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_the_javascript_caller_imports_what_comes_with_node_alone() -> None:
    text = (CALLERS / "story.mjs").read_text("utf-8")
    imported = re.findall(r"^import .* from \"(.+)\";$", text, re.MULTILINE)
    assert imported
    assert len(imported) == len(re.findall(r"^import\b|\b(?:import|require)\(", text, re.MULTILINE))
    assert all(name.startswith("node:") for name in imported)


def test_the_api_says_that_it_is_up_without_credentials(story: Story) -> None:
    assert story["api status"] == {"status": 200}


@pytest.mark.parametrize("workspace", ["donor", "recipient"])
def test_both_workspaces_list_their_levels(story: Story, abroad: Sandbox, workspace: str) -> None:
    names = list(abroad.workspace(workspace).levels)
    expected = {"status": 200, "names": names, "total": len(names)}
    assert story[f"levels of the {workspace}"] == expected


def test_a_body_on_a_read_is_signed_and_accepted(story: Story) -> None:
    assert story["read with a body"] == {"status": 200}


def test_a_new_applicant_is_asked_for_documents(story: Story) -> None:
    assert story["create"] == reviewed(201, "init", same_external_id=True)


def test_creating_the_same_applicant_twice_tells_the_id_of_the_first(story: Story) -> None:
    assert story["create again"] == {"status": 409, "says_id": True}


@pytest.mark.parametrize("kind", ["PASSPORT", "SELFIE"])
def test_an_uploaded_image_gets_a_number(story: Story, kind: str) -> None:
    expected = {"status": 200, "image_id": True, "document": kind}
    assert story[f"upload {kind}"] == expected


def test_the_same_image_is_not_taken_twice(story: Story) -> None:
    again = story["upload SELFIE again"]
    assert (again["status"], again["errorCode"]) == (400, 1000)


def test_an_applicant_sent_to_review_is_pending(story: Story) -> None:
    assert story["pending"] == {"status": 200}
    assert story["status"] == reviewed(200, "pending")


@pytest.mark.parametrize("way", ["id", "external id", "encoded external id"])
def test_the_verdict_set_by_hand_is_read_by_every_id(story: Story, way: str) -> None:
    assert story["complete"] == {"status": 200}
    assert story[f"read by {way}"] == reviewed(200, "completed", "GREEN", same=True)


def test_a_lookup_says_who_is_there_and_who_is_not(story: Story) -> None:
    assert story["look up"] == {"status": 200, "exists": True, "same": True}
    assert story["look up somebody unknown"] == {"status": 200, "exists": False}


def test_the_steps_name_the_documents_that_were_uploaded(story: Story) -> None:
    kinds = {"IDENTITY": "PASSPORT", "SELFIE": "SELFIE"}
    assert story["steps"] == {"status": 200, "kinds": kinds}


def test_an_applicant_of_another_workspace_is_not_found(story: Story) -> None:
    assert story["read somebody else's"] == refused(404)


@pytest.mark.parametrize("way", ["mint", "mint, seconds as text", "mint by query"])
def test_share_tokens_are_minted_in_either_form(story: Story, way: str) -> None:
    assert story[way] == {"status": 200, "for_recipient": True, "fits": True}


def test_no_share_token_is_minted_for_an_unknown_applicant(story: Story) -> None:
    assert story["mint for nobody"] == refused(404)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_preview_shows_the_person_and_keeps_nobody(story: Story, method: str) -> None:
    expected = {"status": 200, "first_name": "Zoë", "kept": False}
    assert story[f"preview by {method}"] == expected


def test_a_token_that_was_previewed_is_reused_under_our_id(story: Story) -> None:
    facts = {"new_id": True, "first_name": "Zoë", "same_external_id": True}
    assert story["reuse"] == reviewed(200, "pending") | facts


def test_the_reuse_is_approved_after_a_while(story: Story) -> None:
    assert story["verdict"] == reviewed(200, "completed", "GREEN")
    assert story["steps of the reuse"] == {"status": 200, "kinds": {"IDENTITY": "PASSPORT"}}


@pytest.mark.parametrize("again", ["reuse again", "copy again"])
def test_a_used_token_is_refused_without_an_error_code(story: Story, again: str) -> None:
    assert story[again] == refused(401)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_preview_of_a_copy_shows_the_verdict_that_it_would_inherit(
    story: Story, method: str
) -> None:
    expected = reviewed(200, "completed", "GREEN", marked=True)
    assert story[f"preview of the copy by {method}"] == expected


def test_a_copy_to_a_level_that_asks_for_more_is_asked_for_the_rest(story: Story) -> None:
    kinds = {"IDENTITY": "PASSPORT", "SELFIE": "SELFIE", "PROOF_OF_RESIDENCE": None}
    assert story["copy"] == reviewed(200, "init", marked=True)
    assert story["steps of the copy"] == {"status": 200, "kinds": kinds}


def test_an_unknown_token_is_refused_without_an_error_code(story: Story) -> None:
    assert story["reuse an unknown token"] == refused(401)


def test_an_expired_token_says_when_it_was_made_and_how_long_it_lived(story: Story) -> None:
    assert story["preview an expired token"] == refused(401) | {"says_when": True}


def test_a_token_for_another_recipient_is_refused(story: Story) -> None:
    assert story["reuse a token for another"] == refused(400, 10502, "invalid-partner-id")


def test_wrong_credentials_are_told_apart_by_their_codes(story: Story) -> None:
    names = ("wrong secret", "unknown token", "no token")
    told = {name: story[name]["errorCode"] for name in names}
    assert told == {"wrong secret": 4003, "unknown token": 4001, "no token": 4006}
    assert story["wrong secret"] == refused(401, 4003, "app-token-signature-mismatch")


def test_a_stale_clock_is_refused_and_can_be_set_right_by_the_date_header(story: Story) -> None:
    stale = story["stale clock"]
    assert (stale["status"], stale["errorCode"], stale["an_hour_slow"]) == (401, 4004, True)
    assert story["corrected clock"] == {"status": 200}


def test_whoever_is_too_fast_is_told_how_long_to_wait_and_may_then_go_on(story: Story) -> None:
    assert story["too fast"] == {"status": 429, "seconds": True, "code": 429}
    assert story["after the wait"] == {"status": 200}
