"""`make fuzz`: schemathesis in all its phases against a running server, with a key of each role.

Each role begins with an installation of its own that has something for every id in an address
(`things`, `hooks`). What its scopes open goes through all phases; of the rest, which answers 403
before anything is read, the examples are sent. Each phase says how long it took. A finding comes
with its curl; `--role` and `--operation` try one again in a minute.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import yaml

from accounts.scopes import Scope
from benchmarks.place import broker, fresh_installation
from config.environment import PROJECT
from config.supervisor import commands
from sumsub.sandbox.process import start
from tests.parts.far_end import connection_settings
from tests.parts.installations import answers
from tests.parts.places import free_port

READ = (Scope.IMPORTS_READ, Scope.LEVELS_READ)
ROLES: dict[str, tuple[Scope, ...]] = {
    "viewer": (*READ, Scope.CUSTOMERS_READ, Scope.APPLICATIONS_READ, Scope.TASKS_READ),
    "compliance operator": (
        *READ,
        Scope.IMPORTS_WRITE,
        Scope.RESULTS_READ,
        Scope.CUSTOMERS_READ,
        Scope.CUSTOMERS_WRITE,
        Scope.PERSONAL_DATA_READ,
        Scope.APPLICATIONS_READ,
        Scope.APPLICATIONS_WRITE,
        Scope.APPLICATIONS_SUBMIT,
        Scope.APPLICATIONS_DECIDE,
        Scope.APPLICANT_LINKS_WRITE,
        Scope.DOCUMENTS_READ,
        Scope.TASKS_READ,
        Scope.TASKS_WRITE,
    ),
    "donor operator": (
        Scope.PARTNERS_READ,
        Scope.APPLICANTS_READ,
        Scope.APPLICANTS_WRITE,
        Scope.SHARE_TOKENS_READ,
        Scope.SHARE_TOKENS_EXPORT,
        Scope.SHARE_TOKENS_WRITE,
        Scope.BATCHES_READ,
        Scope.BATCHES_WRITE,
    ),
    "admin": (
        *READ,
        Scope.CONNECTION_READ,
        Scope.AUDIT_READ,
        Scope.WEBHOOKS_READ,
        Scope.WEBHOOKS_WRITE,
        Scope.PARTNERS_READ,
        Scope.PARTNERS_WRITE,
        Scope.AGREEMENTS_READ,
        Scope.SHARE_TOKENS_READ,
        Scope.TASKS_READ,
        Scope.TASKS_WRITE,
    ),
    "auditor": (Scope.IMPORTS_READ, Scope.AUDIT_READ, Scope.SHARE_TOKENS_READ),
    "everything": tuple(Scope),
}
PHASES = ("examples", "coverage", "fuzzing", "stateful")
# What a call may take on a machine that does other things too; one that takes longer is an error.
PATIENCE = 60
CONTRACT = PROJECT / "docs" / "openapi.yaml"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance,negative_data_rejection,ignored_auth"
)


def fuzz(role: str, max_examples: int, operations: Sequence[str]) -> bool:
    """Run it with a key of that role; True when something was found.

    `operations` are ids of the contract's; none: all of them.
    """
    with start() as far_end:
        settings = connection_settings(far_end) | {"BULK_IMPORT_WAIT": "1"}
        with fresh_installation("sqlite", **settings), broker(), _server() as (port, log):
            os.environ |= {"FUZZ_THINGS": _things(), "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks"}
            found = _fuzzed(role, port, max_examples, operations)
            errors = _errors(log)
            print(f"\n{len(errors)} errors in the server's log", *errors, sep="\n")
            return found or bool(errors)


@contextmanager
def _server() -> Iterator[tuple[int, Path]]:
    """A web server; its port, and the file that its log goes to: a line for each call."""
    port, log = free_port(), Path(os.environ["DATA_DIR"]) / "fuzzed.log"
    with log.open("wb") as sink:
        server = subprocess.Popen(commands.web(port), stdout=subprocess.DEVNULL, stderr=sink)
        try:
            while not answers(port, "/healthz"):
                time.sleep(0.2)
            # Made at the first call, which takes longer than schemathesis waits for it.
            urlopen(f"http://127.0.0.1:{port}/api/schema", timeout=PATIENCE).close()
            yield port, log
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()


def _errors(log: Path) -> list[str]:
    """The lines about errors of ours, whatever the caller was told."""
    lines = log.read_text("utf-8", errors="replace").splitlines()
    return [line for line in lines if '"level": "error"' in line or '"critical"' in line]


def _fuzzed(role: str, port: int, max_examples: int, operations: Sequence[str]) -> bool:
    """One role's key through all phases; True when something was found."""
    key, scopes = _key(role), {scope.value for scope in ROLES[role]}
    needed = {one: scope for one, scope in _needed().items() if not operations or one in operations}
    opened = [one for one, scope in needed.items() if scope in scopes | {""}]
    closed = [one for one in needed if one not in opened]
    found = False
    for some, phases, more in ((opened, PHASES, ()), (closed, PHASES[:1], ("--warnings", "off"))):
        if some:
            print(f"\n=== {role}: {len(some)} operations, {', '.join(phases)}", flush=True)
            options = ["--phases", ",".join(phases), "--max-examples", str(max_examples), *more]
            found |= _run(port, key, some, options) != 0
    return found


def _needed() -> dict[str, str]:
    """The scope that each operation of the contract needs, by its id; empty: any key may ask."""
    paths = yaml.safe_load(CONTRACT.read_text("utf-8"))["paths"].values()
    operations = [one for methods in paths for one in methods.values()]
    return {one["operationId"]: _scope_in(one["description"]) for one in operations}


def _scope_in(description: str) -> str:
    _, found, scope = description.rpartition("Needs the scope `")
    return scope.removesuffix("`.") if found else ""


def _run(port: int, key: str, operations: Sequence[str], options: Sequence[str]) -> int:
    command = [str(Path(sys.executable).with_name("schemathesis")), "run"]
    command += [f"http://127.0.0.1:{port}/api/schema", "--header", f"X-Api-Key: {key}"]
    command += ["--checks", CHECKS, *options]
    command += ["--request-timeout", str(PATIENCE), "--no-color"]
    # About this machine, and no finding. Python 3.11 cannot parse in two threads: one worker.
    command += ["--suppress-health-check", "too_slow"]
    command += [part for one in operations for part in ("--include-operation-id", one)]
    return subprocess.run(command, env=os.environ, check=False).returncode


def _things() -> str:
    """Something for every id in an address; JSON of the ids by their names."""
    make = [sys.executable, "-m", "tests.fuzz.things"]
    return subprocess.run(make, capture_output=True, text=True, check=True).stdout


def _key(role: str) -> str:
    scopes = [part for scope in ROLES[role] for part in ("--scope", scope.value)]
    add = commands.manage("add_api_client", role, *scopes, "--calls-per-minute", "10000")
    done = subprocess.run(add, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main() -> None:
    """Read the wish from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--max-examples", type=int, default=20, help="of each operation: 20")
    parser.add_argument("--role", choices=ROLES, action="append", help="default: each of them")
    parser.add_argument("--operation", action="append", default=[], help="default: all of them")
    asked = parser.parse_args()
    roles = asked.role or list(ROLES)
    if len(roles) == 1:
        sys.exit(fuzz(roles[0], asked.max_examples, asked.operation))
    sys.exit(max([_in_its_own_process(role, asked) for role in roles]))


def _in_its_own_process(role: str, asked: argparse.Namespace) -> int:
    """Fuzz one of several roles with the other options as they were given."""
    command = [sys.executable, "-m", "tests.fuzz", "--role", role]
    command += ["--max-examples", str(asked.max_examples)]
    command += [part for one in asked.operation for part in ("--operation", one)]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    main()
