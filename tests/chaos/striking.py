"""Strikes at the machines: kills, freezes, database crashes, broker wipes."""

import os
import shutil
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import redis

from config.supervisor.programs import Running
from tests.chaos.field import Away, Field
from tests.chaos.mix import FREEZE
from tests.chaos.plan import Strike

# A kill hurts only while something is on the wire: wait for that, but not for long.
MOST_WAIT_SECONDS = 1.5
LONGEST_OUTAGE_SECONDS = 1.0


@dataclass
class Striker:
    """Carries strikes out, and counts them."""

    here: Field
    dice: Random
    done: Counter[str] = field(default_factory=Counter)
    rows_on_the_wire: int = 0
    died_by_themselves: int = 0
    _frozen: dict[int, float] = field(default_factory=dict)

    def strike(self, what: Strike) -> None:
        """One strike now."""
        deeds = {
            Strike.KILL: self._kill,
            Strike.FREEZE: self._freeze,
            Strike.CRASH: self._crash,
            Strike.WIPE: self._wipe,
        }
        if deeds[what]():
            self.done[what] += 1

    def tend(self) -> None:
        """Thaw who was frozen long enough, and replace whoever ended unasked."""
        now = time.monotonic()
        for pid, moment in list(self._frozen.items()):
            if now >= moment:
                self._thaw(pid)
        for worker in [one for one in self.here.workers if not one.alive]:
            self.died_by_themselves += 1
            self.here.workers.remove(worker)
            self.here.start_worker()

    def end(self) -> None:
        """Everybody goes on."""
        for pid in list(self._frozen):
            self._thaw(pid)

    def _kill(self) -> bool:
        self._await_traffic()
        worker = self.dice.choice(self.here.workers)
        self._frozen.pop(worker.process.pid, None)
        self.here.end_worker(worker)
        self.here.start_worker()
        return True

    def _freeze(self) -> bool:
        awake = [one for one in self.here.workers if one.process.pid not in self._frozen]
        if not awake:
            return False
        self._await_traffic()
        worker: Running = self.dice.choice(awake)
        os.killpg(worker.process.pid, signal.SIGSTOP)
        self._frozen[worker.process.pid] = time.monotonic() + self.dice.uniform(*FREEZE)
        return True

    def _thaw(self, pid: int) -> None:
        del self._frozen[pid]
        os.killpg(pid, signal.SIGCONT)

    def _crash(self) -> bool:
        if self.here.cluster is None:
            return False
        self._await_traffic()
        self.here.cluster.crash(self.dice.choice((signal.SIGQUIT, signal.SIGKILL)))
        time.sleep(self.dice.uniform(0, LONGEST_OUTAGE_SECONDS))
        self.here.cluster.start()
        return True

    def _wipe(self) -> bool:
        """The broker forgets everything: emptied while it runs, or gone and back with nothing."""
        if self.dice.random() < 0.5:
            address = self.here.here.environment["REDIS_URL"]
            with redis.Redis.from_url(address, socket_timeout=5) as client:
                client.flushall()
            return True
        self.here.here.kill(self.here.here.broker)
        kept = self.here.here.data_dir / "valkey"
        shutil.rmtree(kept)
        kept.mkdir(mode=0o700)
        self.here.here.start_broker()
        return True

    def _await_traffic(self) -> None:
        until = time.monotonic() + MOST_WAIT_SECONDS
        while time.monotonic() < until:
            try:
                if on_the_wire := self.here.on_the_wire():
                    self.rows_on_the_wire += on_the_wire
                    return
            except Away:
                pass
            time.sleep(0.02)
