"""What people who watch an import cost: its page, a live update, and ten viewers at once."""

import argparse
import http.client
import os
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from urllib.request import Request, urlopen

from benchmarks.place import DATABASES, broker, cpu_seconds_below, fresh_installation, machine
from benchmarks.redeeming import settings, stored
from config.supervisor import commands
from sumsub.sandbox.process import Sandbox, start

LATENCY_MS = 300
PORT = 18_473
HOST = f"127.0.0.1:{PORT}"
# Seconds of each measurement; a limit's window is five.
SECONDS = 20
VIEWERS = 10
ASKED = 20
PASSWORD = "a benchmark's long password"


@dataclass
class Viewer:
    """One open page: how many updates came, and how large they were."""

    address: str
    cookie: str
    sizes: list[int] = field(default_factory=list)
    is_done: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Read the stream until told to stop."""
        line = http.client.HTTPConnection(HOST, timeout=10)
        line.request("GET", self.address, headers={"Cookie": self.cookie})
        answer = line.getresponse()
        assert answer.status == 200, answer.status
        while not self.is_done.is_set():
            text = answer.readline()
            if text.startswith(b"data: "):
                self.sizes.append(len(text))
        line.close()


@contextmanager
def _program(*command: str) -> Iterator[int]:
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield program.pid
    finally:
        program.terminate()
        program.wait()


def _signed_in() -> str:
    """The cookie of somebody who may see everything."""
    from django.contrib.auth.models import Group
    from django.test import Client

    from accounts.models import User

    person = User.objects.create_user("bench@example.com", PASSWORD, name="Bench")
    person.groups.add(*Group.objects.all())
    client = Client()
    client.force_login(person)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def _answered_in(address: str, cookie: str) -> float:
    """Milliseconds until the whole page was here."""
    began = time.perf_counter()
    with urlopen(Request(f"http://{HOST}{address}", headers={"Cookie": cookie})) as page:
        page.read()
    return (time.perf_counter() - began) * 1000


def _wait_for_the_web(cookie: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            _answered_in("/", cookie)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def _redeemed(far_end: Sandbox, seconds: float) -> float:
    """Rows a second that the sandbox saw redeemed meanwhile."""
    before = _count(far_end)
    time.sleep(seconds)
    return (_count(far_end) - before) / seconds


def _count(far_end: Sandbox) -> int:
    return sum(one["event"] == "redeemed" for one in far_end.ledger())


@contextmanager
def _watched(import_id: int, cookie: str, viewers: int) -> Iterator[list[Viewer]]:
    watching = [Viewer(f"/imports/{import_id}/live/?after=1", cookie) for _ in range(viewers)]
    threads = [threading.Thread(target=viewer.watch) for viewer in watching]
    for thread in threads:
        thread.start()
    time.sleep(2)
    try:
        yield watching
    finally:
        for viewer in watching:
            viewer.is_done.set()
        for thread in threads:
            thread.join()


@dataclass(frozen=True)
class Wish:
    """What to measure; `limit` is Sumsub's, as the setting has it."""

    rows: int
    database: str
    limit: str

    @property
    def redeemed(self) -> int:
        """Rows that the limit lets through while the measurements last, and some more."""
        calls, seconds = (float(part) for part in self.limit.rstrip("s").split("/"))
        return int(calls / seconds * (SECONDS * 3 + 60))


def measure(wish: Wish) -> None:
    """Print what the page, an update and ten viewers cost while a large import runs."""
    scenario = {"rules": [{"call": "reuse", "do": "latency", "ms": LATENCY_MS}]}
    # Only so many people as are redeemed meanwhile; the other rows' tokens are never sent.
    real = min(wish.rows, wish.redeemed)
    with ExitStack() as stack:
        far_end = stack.enter_context(
            start(applicants=real, post_limit=wish.limit, scenario=scenario)
        )
        stack.enter_context(fresh_installation(wish.database, **settings(far_end, wish.limit)))
        stack.enter_context(broker())
        os.environ["DEBUG"] = "false"
        cookie = _signed_in()
        tokens = far_end.tokens_csv(real, "outcome=approved")
        more = "".join(f"_act-made-up-{n:0120}\n" for n in range(wish.rows - real))
        import_id = stored((tokens + more).encode(), start=True)
        web = stack.enter_context(_program(*commands.web(PORT)))
        _wait_for_the_web(cookie)
        worker = stack.enter_context(_program(*commands.worker()))
        _tell(wish, import_id, far_end, cookie, web, worker)


def _tell(wish: Wish, import_id: int, far_end: Sandbox, cookie: str, web: int, worker: int) -> None:
    time.sleep(8)
    address = f"/imports/{import_id}/"
    pages = sorted(_answered_in(address, cookie) for _ in range(ASKED))
    alone, worked_alone = _with_cpu(worker, lambda: _redeemed(far_end, SECONDS))
    with _watched(import_id, cookie, 1) as one:
        told, (_, cost) = len(one[0].sizes), _with_cpu(web, lambda: time.sleep(SECONDS))
        update = cost / (len(one[0].sizes) - told) * 1000
    with _watched(import_id, cookie, VIEWERS) as many:
        told, used = sum(len(v.sizes) for v in many), cpu_seconds_below(web)
        watched, worked = _with_cpu(worker, lambda: _redeemed(far_end, SECONDS))
        each = (cpu_seconds_below(web) - used) / (sum(len(v.sizes) for v in many) - told) * 1000
    sizes = [size for viewer in many for size in viewer.sizes[1:]]
    print(
        f"{wish.rows} rows, limit {wish.limit}, {wish.database}: first answer p50 "
        f"{statistics.median(pages):.0f} ms, the slowest of {ASKED} {pages[-1]:.0f} ms while rows "
        f"are sent; an update costs {update:.1f} CPU-ms for one viewer, {each:.1f} for each of "
        f"{VIEWERS}, and is {statistics.median(sizes) / 1000:.1f} kB, at most "
        f"{max(sizes) / 1000:.1f}; redeemed {alone:.1f} rows/s unwatched, {watched:.1f} watched, "
        f"the worker's CPU {worked_alone / alone / SECONDS * 1000:.1f} and "
        f"{worked / watched / SECONDS * 1000:.1f} ms a row ({machine()})"
    )


def _with_cpu(pid: int, deed: "object") -> tuple[float, float]:
    used = cpu_seconds_below(pid)
    result = deed()  # type: ignore[operator]
    return result or 0.0, cpu_seconds_below(pid) - used


def main() -> None:
    """Read the wish from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--limit", default="50/5s")
    measure(Wish(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
