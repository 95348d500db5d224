"""How many signed reuses a second the local sandbox answers, and how much memory it takes.

The sandbox runs in a process of its own, with latency 0, no limits and its state in memory. This
process only sends bytes prepared beforehand over a few keep-alive connections and counts answers.
"""

import argparse
import asyncio
import importlib
import importlib.util
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.place import machine
from sumsub.sandbox.process import Sandbox, SandboxWorkspace, start
from sumsub.signing import Credentials, auth_headers

CONNECTIONS = 8
BATCH = 20_000
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
GOAL = 3000


@dataclass
class Figures:
    """What one run took; times in seconds, ``each`` holds one time per answer."""

    wall: float = 0.0
    cpu: float = 0.0
    each: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        cuts = statistics.quantiles(self.each, n=100)
        count = len(self.each)
        return (
            f"{count / self.wall:.0f}/s, {count / self.cpu:.0f} per CPU-second of the sandbox,"
            f" p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms"
        )


class Driver(asyncio.Protocol):
    """One connection: sends the next request when the answer to the last one is whole."""

    def __init__(self, requests: Iterator[bytes], each: list[float]) -> None:
        self._requests = requests
        self._each = each
        self._buffer = b""
        self._began = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start sending."""
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        self._next()

    def data_received(self, data: bytes) -> None:
        """Collect an answer; the benchmark stops at the first that is not a 200."""
        self._buffer += data
        head, gap, body = self._buffer.partition(b"\r\n\r\n")
        if not gap:
            return
        length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n", 1)[0])
        if len(body) < length:
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self._end(RuntimeError(self._buffer.decode("utf-8", "replace")))
            return
        self._each.append(time.perf_counter() - self._began)
        self._buffer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """The sandbox must not hang up before the end."""
        self._end(RuntimeError("The sandbox hung up."))

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._end(None)
        else:
            self._began = time.perf_counter()
            self._transport.write(request)

    def _end(self, error: Exception | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)
        self._transport.close()


def signed(workspace: SandboxWorkspace, method: str, target: str) -> bytes:
    """A whole request without a body, valid for a minute."""
    credentials = Credentials(workspace.app_token, workspace.secret_key)
    headers = auth_headers(credentials, int(time.time()), method, target.encode(), b"")
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", "Content-Length: 0"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def drive(sandbox: Sandbox, requests: Sequence[bytes], figures: Figures) -> None:
    """Send prepared requests and add what they took."""

    async def send() -> None:
        loop = asyncio.get_running_loop()
        url = urlsplit(sandbox.url)
        waiting = iter(requests)

        def connection() -> Driver:
            return Driver(waiting, figures.each)

        drivers = []
        for _ in range(CONNECTIONS):
            made = await loop.create_connection(connection, url.hostname or "", url.port or 0)
            drivers.append(made[1].done)
        await asyncio.gather(*drivers)

    cpu, began = cpu_seconds(sandbox.pid), time.perf_counter()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(send())
    figures.wall += time.perf_counter() - began
    figures.cpu += cpu_seconds(sandbox.pid) - cpu


def reuses(sandbox: Sandbox, count: int) -> Figures:
    """So many reuses of fresh share tokens, each for a customer of its own."""
    figures = Figures()
    for first in range(0, count, BATCH):
        wanted = min(BATCH, count - first)
        tokens = sandbox.tokens_csv(wanted, "outcome=approved&ttl=600").split()[1:]
        targets = [
            f"/resources/api/reusableIdentity/reuse?shareToken={token}&levelName=id-only"
            f"&userId=customer-{first + number}"
            for number, token in enumerate(tokens)
        ]
        drive(sandbox, [signed(sandbox.recipient, "POST", target) for target in targets], figures)
    return figures


def lookups(sandbox: Sandbox, count: int, people: int) -> Figures:
    """So many look-ups by external id, spread evenly over the donor's people."""
    figures = Figures()
    numbers = iter([100 + place * (people - 100) // count for place in range(count)])
    while some := list(islice(numbers, BATCH)):
        targets = [f"/resources/applicants/-/byExternalUserId/user-{number:06}" for number in some]
        drive(sandbox, [signed(sandbox.donor, "GET", target) for target in targets], figures)
    return figures


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, its own and the kernel's for it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def memory_mb(pid: int) -> float:
    """Resident memory of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def run(people: int, calls: int) -> None:
    """Start a sandbox of so many people, make so many calls of each kind, print the figures."""
    began = time.perf_counter()
    with start(applicants=people, post_limit="none", get_limit="none") as sandbox:
        took, before = time.perf_counter() - began, memory_mb(sandbox.pid)
        print(f"sandbox of {people} applicants: up in {took:.1f} s, {before:.0f} MB")
        made = reuses(sandbox, calls)
        print(f"  {calls} signed reuses: {made} (goal {GOAL}/s on one core)")
        print(f"  memory after them: {memory_mb(sandbox.pid):.0f} MB")
        found = lookups(sandbox, calls, people)
        print(f"  {len(found.each)} signed look-ups: {found}")
        print(f"  memory after them: {memory_mb(sandbox.pid):.0f} MB ({machine()})")


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, so that the driver takes less time than the sandbox."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop]
    factory = importlib.import_module("uvloop").new_event_loop
    return factory


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", action="store_true", help="1 000 000 people, 100 000 calls")
    if parser.parse_args().million:
        run(1_000_000, 100_000)
    else:
        run(20_000, 10_000)
