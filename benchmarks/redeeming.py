"""How fast rows are redeemed: at Sumsub's limit, without one, and as the table grows."""

import argparse
import io
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.place import DATABASES, broker, cpu_seconds_below, fresh_installation, machine
from config.supervisor import commands
from sumsub.sandbox.process import Sandbox, start

UNLIMITED = "none"
# The donor has more people than are shared, so that nobody is twice, though some cannot be reused.
PEOPLE_A_ROW = 2


@dataclass(frozen=True)
class Wish:
    """What to measure."""

    rows: int
    limit: str = UNLIMITED
    window: str = "sliding"
    latency_ms: int = 0
    processes: int = 1
    database: str = "sqlite"


def settings(far_end: Sandbox, limit: str) -> dict[str, str]:
    """The connection to the sandbox's recipient."""
    workspace = far_end.recipient
    return {
        "SUMSUB_BASE_URL": far_end.url,
        "SUMSUB_APP_TOKEN": workspace.app_token,
        "SUMSUB_SECRET_KEY": workspace.secret_key,
        "SUMSUB_CLIENT_ID": workspace.client_id,
        "SUMSUB_POST_LIMIT": limit,
        "SUMSUB_GET_LIMIT": UNLIMITED if limit == UNLIMITED else "300/5s",
    }


@dataclass(frozen=True)
class Cost:
    """What redeeming took: CPU seconds of the workers and of all but the sandbox, memory in MB.

    `here` are those of this process, which stores the rows and measures; the rest is the database.
    `samples` are the CPU seconds of everything, and those of the sandbox, by the part of the rows
    that was done.
    """

    began: float
    seconds: float
    workers: float
    here: float
    everything: float
    memory: float
    samples: Sequence[tuple[float, float, float]]

    def growth(self) -> float:
        """CPU of the last tenth of the rows by that of the tenth after the first hundredth."""
        return self._grown(1)

    def drift(self) -> float:
        """The same of the sandbox, which does as much for each row: what the machine lost."""
        return self._grown(2)

    def _grown(self, whose: int) -> float:
        first = self._cpu_at(0.11, whose) - self._cpu_at(0.01, whose)
        return (self._cpu_at(1.0, whose) - self._cpu_at(0.9, whose)) / first

    def _cpu_at(self, part: float, whose: int) -> float:
        """CPU seconds when that part was done, between the samples around it."""
        before = max((one for one in self.samples if one[0] <= part), default=(0.0, 0.0, 0.0))
        after = min(one for one in self.samples if one[0] >= part)
        span = after[0] - before[0]
        way = (part - before[0]) / span if span else 0
        return before[whose] + (after[whose] - before[whose]) * way


def measure(wish: Wish) -> None:
    """Store an import, let workers redeem it, and print the figures."""
    gets = UNLIMITED if wish.limit == UNLIMITED else None
    slow = {"do": "latency", "ms": wish.latency_ms, "spread_ms": wish.latency_ms / 5}
    scenario = {"limit_window": wish.window, "rules": [slow] if wish.latency_ms else []}
    with (
        start(
            applicants=wish.rows * PEOPLE_A_ROW,
            post_limit=wish.limit,
            get_limit=gets,
            scenario=scenario,
        ) as far_end,
        fresh_installation(wish.database, **settings(far_end, wish.limit)),
    ):
        tokens = far_end.tokens_csv(wish.rows, "outcome=approved").encode()
        cost = redeemed(far_end, tokens, wish.processes)
        _tell(wish, far_end.ledger(), cost)


def stored(tokens: bytes, *, start: bool) -> int:
    """The number of a new import of a token file."""
    from customers import intake, token_csv
    from customers.models import ImportSource

    options = intake.Options(level_name="id-only", source=ImportSource.COMMAND)
    token_file = token_csv.read(io.BytesIO(tokens), max_rows=None)
    return int(intake.store(token_file, options, start=start).pk)


def redeemed(far_end: Sandbox, tokens: bytes, processes: int) -> Cost:
    """Hand a file in where so many of the product's own workers are ready, and wait for its end."""
    from customers.models import Import

    with broker(), _workers(processes) as pids:
        own, here, all_before = _cpu_of(pids), time.process_time(), cpu_but_for(far_end)
        far_before = cpu_seconds_below(far_end.pid)

        def sample(done: float) -> tuple[float, float, float]:
            far = cpu_seconds_below(far_end.pid) - far_before
            return done, cpu_but_for(far_end) - all_before, far

        import_id = stored(tokens, start=True)
        began, samples = time.time(), []
        while (imported := Import.objects.get(pk=import_id)).undecided_count:
            samples.append(sample(imported.decided_count / imported.total_count))
            time.sleep(0.2)
        samples.append(sample(1.0))
        return Cost(
            began=began,
            seconds=time.time() - began,
            workers=_cpu_of(pids) - own,
            here=time.process_time() - here,
            everything=samples[-1][1],
            memory=max(map(_most_memory, pids)),
            samples=samples,
        )


@contextmanager
def _workers(processes: int) -> Iterator[Sequence[int]]:
    """Celery workers of the product, ready; their process ids. Ended afterwards."""
    log = Path(os.environ["DATA_DIR"]) / "workers.log"
    with log.open("w") as out:
        started = [
            subprocess.Popen(commands.worker(), stdout=out, stderr=out) for _ in range(processes)
        ]
    try:
        while log.read_text(encoding="utf-8").count(" ready.") < processes:
            time.sleep(0.1)
        yield [worker.pid for worker in started]
    finally:
        for worker in started:
            worker.kill()
            worker.wait()


def _cpu_of(pids: Sequence[int]) -> float:
    return sum(map(cpu_seconds_below, pids))


def _most_memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def cpu_but_for(far_end: Sandbox) -> float:
    """CPU seconds that this process and its children used so far, without the sandbox."""
    return cpu_seconds_below(os.getpid()) - cpu_seconds_below(far_end.pid)


def _tell(wish: Wish, ledger: list[dict[str, Any]], cost: Cost) -> None:
    sends = [_moment(one) for one in ledger if one["event"] == "redeemed"]
    throttled = sum(one["event"] == "throttled" for one in ledger)
    took = sends[-1] - sends[0]
    figures = [
        f"{len(sends) / took:.1f} rows/s",
        f"{wish.rows / cost.seconds:.1f} end to end",
        f"{throttled} answers 429",
        f"first after {sends[0] - cost.began:.2f} s",
        f"{cost.workers / wish.rows * 1000:.2f} CPU-ms a row in workers",
        f"{(cost.everything - cost.workers - cost.here) / wish.rows * 1000:.2f} in the database",
        f"{cost.here / wish.rows * 1000:.2f} in storing and measuring",
        f"{cost.memory:.0f} MB a worker",
    ]
    if wish.limit != UNLIMITED:
        figures.insert(1, f"{_used(wish.limit, sends):.1%} of the limit once it binds")
    else:
        figures.append(f"the last tenth costs {cost.growth():.2f} times the CPU of the first")
        figures.append(f"of the sandbox, which does the same for each, {cost.drift():.2f} times")
        figures.append(f"and takes {_growth(sends):.2f} times as long")
    print(
        f"{wish.rows} rows, limit {wish.limit} {wish.window}, latency {wish.latency_ms} ms,"
        f" {wish.processes} worker(s), {wish.database}: " + ", ".join(figures) + f" ({machine()})"
    )


def _used(limit: str, sends: list[float]) -> float:
    """The part of the allowed calls that was made, from the end of the first window on.

    Before that, a burst makes any way of sending look good.
    """
    calls, seconds = (float(part) for part in limit.rstrip("s").split("/"))
    since = sends[0] + seconds
    return sum(1 for one in sends if one > since) / ((sends[-1] - since) * calls / seconds)


def _growth(sends: list[float]) -> float:
    tenth = len(sends) // 10
    return (sends[-1] - sends[-1 - tenth]) / (sends[tenth] - sends[0])


def _moment(entry: dict[str, Any]) -> float:
    return datetime.fromisoformat(entry["at"]).timestamp()


def main() -> None:
    """Read the wish from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--limit", default=UNLIMITED, help="50/5s; default none")
    parser.add_argument("--window", choices=["sliding", "fixed"], default="sliding")
    parser.add_argument("--latency-ms", type=int, default=0)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    measure(Wish(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
