"""What a person at the terminal reads. Credentials of the connection never appear here."""

import json
import sys
from pathlib import Path

from config.supervisor.options import Options

SIGN_INS = "demo-sign-ins.json"
"""Written by `manage.py demo` into DATA_DIR: a list of `email`, `password`, `role`."""


def say(text: str) -> None:
    """A line on standard output."""
    print(text, flush=True)


def complain(text: str) -> None:
    """A sentence on standard error."""
    print(text, file=sys.stderr, flush=True)


def starting(options: Options) -> None:
    """The first line, so that nobody looks at nothing."""
    say(f"KYC Relay is starting (data folder {options.data_dir}).")


def welcome(options: Options) -> None:
    """Addresses and demo sign-ins, once everything answers."""
    lines = ["", "KYC Relay is running.", "", f"  Console       {options.address}/"]
    if options.with_sandbox:
        sandbox = options.sandbox_address
        lines += [
            f"  Sandbox       {sandbox}/",
            f"  Share tokens  {sandbox}/_sandbox/tokens.csv?n=20  (fresh ones, ready to import)",
            *_sign_ins(options.data_dir / SIGN_INS),
        ]
    lines += ["", f"Logs are in {options.data_dir / 'logs'}. Ctrl-C stops everything.", ""]
    say("\n".join(lines))


def _sign_ins(file: Path) -> list[str]:
    if not file.is_file():
        return []
    people = json.loads(file.read_text(encoding="utf-8"))
    width = max(len(person["email"]) for person in people)
    return ["", "  Sign in as"] + [
        f"    {person['email']:<{width}}  password {person['password']}  ({person['role']})"
        for person in people
    ]
