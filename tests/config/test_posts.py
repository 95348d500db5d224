"""Programs that must keep running, and the leash they are on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import PROJECT
from config.supervisor.ending import Ended, Ending, StartFailed
from config.supervisor.posts import RESTARTS, Posts
from config.supervisor.programs import Kennel, Program
from tests.parts.waiting import wait_until

WATCHED = """
import subprocess, sys, time
from config.supervisor.leash import Watcher
watcher = Watcher()
sleepers = [subprocess.Popen(["sleep", "60"], start_new_session=True) for _ in range(2)]
for sleeper in sleepers:
    watcher.add(sleeper.pid)
watcher.remove(sleepers[1].pid)
print(*(sleeper.pid for sleeper in sleepers), flush=True)
time.sleep(60)
"""


def program(tmp_path: Path, code: str) -> Program:
    return Program("part", [sys.executable, "-S", "-c", code], dict(os.environ), tmp_path / "log")


def gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_program_that_keeps_ending_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    heard: list[str] = []
    ending = Ending()
    posts = Posts(Kennel(), ending, heard.append)
    posts.add(program(tmp_path, "raise SystemExit('no disk left')"))
    with pytest.raises(StartFailed, match=r"part keeps ending.*\n(.*\n)*.*no disk left"):
        posts.await_answer("part", lambda: False)
    assert heard == ["part ended (1); starting it again."] * RESTARTS
    assert (tmp_path / "log").read_text().count("no disk left") == RESTARTS + 1


def test_a_program_deaf_to_the_request_to_end_is_ended_with_its_children(tmp_path: Path) -> None:
    deaf = (
        "import signal, subprocess, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    )
    running = Kennel().start(program(tmp_path, deaf))
    log = tmp_path / "log"
    wait_until(lambda: log.read_text().endswith("\n"), "the program runs")
    running.ask_to_end()
    running.end(Ending(), grace=0.2)
    assert running.process.returncode == -signal.SIGKILL
    wait_until(lambda: gone(int(log.read_text())), "its child is gone")


def test_the_watcher_ends_what_is_on_its_list_once_its_owner_is_killed() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", WATCHED], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout
    listed, taken_off = map(int, owner.stdout.readline().split())
    os.kill(listed, 0)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    wait_until(lambda: gone(listed), "the watched process is gone")
    os.kill(taken_off, signal.SIGKILL)


def test_waiting_ends_when_somebody_asks_us_to_stop() -> None:
    ending = Ending()
    handler = signal.getsignal(signal.SIGTERM)
    try:
        ending.listen()
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Ended):
            ending.wait_for(lambda: False, 10)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, handler if number == signal.SIGTERM else signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
