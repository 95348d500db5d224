"""The local sandbox as a child: its command, and what it says about itself."""

import json
import os
import select
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.supervisor.ending import Ending, StartFailed
from config.supervisor.programs import Running

OURS = "recipient"
SECONDS_TO_START = 180
# Enough for the demo's running import, and for whoever tries 2 000 rows of their own.
APPLICANTS = "4000"
SETTINGS = (
    "SUMSUB_BASE_URL",
    "SUMSUB_APP_TOKEN",
    "SUMSUB_SECRET_KEY",
    "SUMSUB_CLIENT_ID",
    "SUMSUB_LEVEL_NAME",
    "SUMSUB_WEBHOOK_SECRET",
)


def wanted(environment: Mapping[str, str]) -> bool:
    """False when the person brought a Sumsub workspace of their own."""
    return not (environment.get("SUMSUB_APP_TOKEN") or environment.get("SUMSUB_APP_TOKEN_FILE"))


def command(port: int, state: Path, console: str) -> list[str]:
    """The sandbox's command line; `--json` makes it tell us its credentials.

    Its webhooks go to `console`, the address of ours.
    """
    options = ["--json", "--port", str(port), "--state", str(state), "--applicants", APPLICANTS]
    options += ["--webhook-url", f"{console}/webhooks/sumsub"]
    return [sys.executable, "-m", "sumsub.sandbox", *options]


def connection(running: Running, ending: Ending) -> dict[str, str]:
    """The settings that connect us to the sandbox's workspace, once it listens.

    Raises StartFailed when it ends, or says nothing for half a minute.
    """
    said = _first_line(running, ending)
    workspaces = {workspace["name"]: workspace for workspace in said["workspaces"]}
    workspace = workspaces[OURS]
    values = (
        said["url"],
        workspace["app_token"],
        workspace["secret_key"],
        workspace["client_id"],
        workspace["levels"][0],
        workspace["webhook_secret"],
    )
    return dict(zip(SETTINGS, values, strict=True))


def _first_line(running: Running, ending: Ending) -> dict[str, Any]:
    pipe = running.process.stdout
    if pipe is None:
        raise StartFailed("The sandbox has no standard output.")
    text = b""

    def complete() -> bool:
        nonlocal text
        while not text.endswith(b"\n") and select.select([pipe], [], [], 0)[0]:
            piece = os.read(pipe.fileno(), 65536)
            if not piece:
                break
            text += piece
        return text.endswith(b"\n") or not running.alive

    ending.wait_for(complete, SECONDS_TO_START)
    if not text.endswith(b"\n"):
        raise StartFailed(
            f"The sandbox did not start. Its log is {running.program.log}:\n"
            f"{running.program.last_lines()}"
        )
    answer: dict[str, Any] = json.loads(text)
    return answer
