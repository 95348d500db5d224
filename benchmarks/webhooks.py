"""How fast webhooks are answered: 50 a second, through the real server, with the broker down."""

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks.place import DATABASES, cpu_seconds_below, fresh_installation, machine
from config.supervisor import commands
from sumsub.webhooks import digest

PORT = 18_474
SECRET = "a-webhook-secret-of-the-benchmark"
# Sumsub opens a connection for each delivery, or keeps a few: this many at once.
SENDERS = 8
BODY = """{{
  "applicantId" : "{number:024x}",
  "correlationId" : "{number:032x}",
  "externalUserId" : "kr-{number:032x}",
  "type" : "applicantPending",
  "reviewStatus" : "pending",
  "createdAtMs" : "2026-11-20 09:14:05.417"
}}"""


@dataclass
class Answers:
    """How long answers took (milliseconds), and how many were no success."""

    took: list[float] = field(default_factory=list)
    failed: int = 0
    late: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, milliseconds: float, status: int, late: bool) -> None:
        """One more answer; `late` when it was sent later than planned."""
        with self._lock:
            self.took.append(milliseconds)
            self.failed += status != 200
            self.late += late


def _deliver(answers: Answers, number: int, due: float) -> None:
    """Send one at its moment. The time counts from then, whatever kept the sender."""
    time.sleep(max(0.0, due - time.perf_counter()))
    late = time.perf_counter() - due > 0.05
    body = BODY.format(number=number).encode()
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
    try:
        headers = {"X-Payload-Digest": digest(SECRET, body), "Content-Type": "application/json"}
        line.request("POST", "/webhooks/sumsub", body, headers)
        status = line.getresponse().status
    finally:
        line.close()
    answers.note((time.perf_counter() - due) * 1000, status, late)


def _await_web() -> None:
    until = time.monotonic() + 60
    while True:
        line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
        try:
            line.request("GET", "/healthz")
            if line.getresponse().status == 200:
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        finally:
            line.close()


def measure(database: str, per_second: int, seconds: int, *, worker: bool) -> bool:
    """Print p50 and p99; False when an answer was none."""
    with ExitStack() as stack:
        # The socket of a broker that nobody started.
        stack.enter_context(fresh_installation(database, SUMSUB_WEBHOOK_SECRET=SECRET))
        os.environ["DEBUG"] = "false"
        web = _program(stack, commands.web(PORT))
        if worker:
            _program(stack, commands.worker())
        _await_web()
        answers = Answers()
        _send(answers, 20, 20, first=10**6)
        answers, used = Answers(), cpu_seconds_below(web)
        _send(answers, per_second, per_second * seconds, first=0)
        each = (cpu_seconds_below(web) - used) / len(answers.took) * 1000
    _tell(database, per_second, answers, each, worker=worker)
    return not answers.failed


def _send(answers: Answers, per_second: int, count: int, *, first: int) -> None:
    began = time.perf_counter() + 0.5
    with ThreadPoolExecutor(SENDERS) as senders:
        for number in range(count):
            due = began + number / per_second
            senders.submit(_deliver, answers, first + number, due)


def _program(stack: ExitStack, command: Sequence[str]) -> int:
    """Start a program that ends with the stack; returns its process id."""
    quiet = subprocess.DEVNULL
    program = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    stack.callback(program.wait)
    stack.callback(program.kill)
    return program.pid


def _tell(database: str, per_second: int, answers: Answers, each: float, *, worker: bool) -> None:
    cuts = statistics.quantiles(answers.took, n=100)
    beside = ", a worker applies them meanwhile" if worker else ""
    print(
        f"webhooks, {database}, {per_second} a second, broker down{beside}: "
        f"{len(answers.took)} answered, {answers.failed} not with 200, "
        f"p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms, longest {max(answers.took):.0f} ms, "
        f"{each:.1f} CPU-ms of the server each "
        f"({answers.late} sent late) ({machine()})"
    )


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--per-second", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--worker", action="store_true", help="let a worker apply them meanwhile")
    given = parser.parse_args()
    good = measure(given.database, given.per_second, given.seconds, worker=given.worker)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
