"""The bulk call among real processes: hundreds at once, impatient callers, killed servers."""

import http.client
import json
import sqlite3
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from accounts.scopes import Scope
from config.supervisor import commands
from config.supervisor.programs import Running
from sumsub.sandbox.process import Sandbox
from tests.parts.installations import Factory, Installation, Kind, answers
from tests.parts.places import free_port
from tests.parts.waiting import wait_until

BULK = "/customers/bulk-import-sumsub-tokens"
PATIENT = 90.0
CALLS = 200


@dataclass(frozen=True)
class Answered:
    """One answer that came; names of headers in small letters."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True)
class Caller:
    """A program with a key, and a body that it sends."""

    key: str
    body: bytes

    def bulk(self, address: str, *, seconds: float = PATIENT, under: str = "one") -> Answered:
        """The call; raises OSError when no answer comes in time or the server is gone."""
        headers = {"X-Idempotency-Key": under, "Content-Type": "application/json"}
        return self.send(address, "POST", BULK, self.body, headers, seconds)

    def imports(self, address: str) -> list[dict[str, Any]]:
        """The imports that there are."""
        listed: list[dict[str, Any]] = self.send(address, "GET", "/api/v1/imports").body["data"]
        return listed

    def send(
        self,
        address: str,
        method: str,
        path: str,
        body: bytes = b"",
        sent: dict[str, str] | None = None,
        seconds: float = PATIENT,
    ) -> Answered:
        """Any call."""
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=seconds)
        try:
            connection.request(method, path, body, {"X-Api-Key": self.key} | (sent or {}))
            answer = connection.getresponse()
            found = json.loads(answer.read())
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answered(answer.status, headers, found)
        finally:
            connection.close()


def caller_of(installation: Installation, far_end: Sandbox, count: int) -> Caller:
    """A client of the installation with that many fresh share tokens of people who pass."""
    scopes = [part for scope in Scope for part in ("--scope", scope.value)]
    made = installation.manage("add_api_client", "Tests", *scopes, "--calls-per-minute", "10000")
    file = far_end.tokens_csv(count, "outcome=approved").splitlines()
    place = file[0].split(",").index("token")
    texts = [line.split(",")[place].strip('"') for line in file[1:]]
    return Caller(made.stdout.strip(), json.dumps({"tokens": texts}).encode())


def redeemed(far_end: Sandbox) -> int:
    return Counter(event["event"] for event in far_end.ledger())["redeemed"]


def web(installation: Installation, name: str) -> tuple[str, Running]:
    """One server of the installation: its address, and what a test kills."""
    port = free_port()
    running = installation.start(name, commands.web(port))
    wait_until(lambda: answers(port, "/healthz"), f"{name} answers")
    return f"http://127.0.0.1:{port}", running


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_hundred_calls_at_once_with_one_key_make_one_import(
    installation: Factory, fresh_sandbox: Sandbox, database: Kind
) -> None:
    house = installation(database, fresh_sandbox)
    address = house.start_web()
    house.start_worker()
    caller = caller_of(house, fresh_sandbox, 5)
    with ThreadPoolExecutor(CALLS) as threads:
        found = list(threads.map(lambda _: caller.bulk(address), range(CALLS)))
    assert Counter(one.status for one in found) == {200: CALLS}
    assert {json.dumps(one.body) for one in found} == {json.dumps(found[0].body)}
    assert found[0].body["succeeded"] == 5
    fresh = [one for one in found if "idempotency-replayed" not in one.headers]
    assert len(fresh) == 1
    assert len(caller.imports(address)) == 1
    assert redeemed(fresh_sandbox) == 5


def test_who_gives_up_and_repeats_gets_the_one_true_answer(
    installation: Factory, fresh_sandbox: Sandbox
) -> None:
    house = installation("sqlite", fresh_sandbox, SUMSUB_POST_LIMIT="10/2s")
    address = house.start_web()
    house.start_worker()
    caller = caller_of(house, fresh_sandbox, 30)
    with pytest.raises(OSError, match="timed out"):
        caller.bulk(address, seconds=2)
    found = caller.bulk(address)
    assert found.headers["idempotency-replayed"] == "true"
    assert (found.body["total"], found.body["succeeded"]) == (30, 30)
    assert redeemed(fresh_sandbox) == 30


def test_a_server_killed_before_the_commit_leaves_nothing_and_the_repetition_does_it(
    installation: Factory, fresh_sandbox: Sandbox
) -> None:
    house = installation("sqlite", fresh_sandbox)
    (first, doomed), (second, _) = web(house, "web1"), web(house, "web2")
    caller = caller_of(house, fresh_sandbox, 3)
    with sqlite3.connect(house.data_dir / "relay.sqlite3", isolation_level=None) as blocker:
        # Whoever wants to write waits for us: the call hangs before or in its transaction.
        blocker.execute("BEGIN IMMEDIATE")
        with pytest.raises(OSError, match="timed out"):
            caller.bulk(first, seconds=3)
        house.kill(doomed)
        blocker.execute("ROLLBACK")
    blocker.close()
    assert caller.imports(second) == []
    house.start_worker()
    found = caller.bulk(second)
    assert found.body["succeeded"] == 3
    assert "idempotency-replayed" not in found.headers
    assert redeemed(fresh_sandbox) == 3


def test_a_server_killed_after_the_commit_leaves_one_effect_and_the_repetition_tells_it(
    installation: Factory, fresh_sandbox: Sandbox
) -> None:
    house = installation("sqlite", fresh_sandbox)
    (first, doomed), (second, _) = web(house, "web1"), web(house, "web2")
    caller = caller_of(house, fresh_sandbox, 3)
    lost: list[BaseException] = []

    def call() -> None:
        try:
            caller.bulk(first)
        except (OSError, http.client.HTTPException) as error:
            lost.append(error)

    waiting = threading.Thread(target=call)
    waiting.start()
    # No worker runs yet, so the call can only wait once its import is there.
    wait_until(lambda: caller.imports(second), "the import is stored")
    house.kill(doomed)
    waiting.join()
    assert lost
    house.start_worker()
    found = caller.bulk(second)
    assert found.body["succeeded"] == 3
    assert found.headers["idempotency-replayed"] == "true"
    assert len(caller.imports(second)) == 1
    assert redeemed(fresh_sandbox) == 3
