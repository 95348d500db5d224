"""How the threads of one process share the interpreter, and how often it looks for cycles."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# How long one thread may keep it from another that wants it; Python's own measure is 5 ms.
SWITCH_SECONDS = 0.0005
# New objects after which the collector looks for cycles, and how often it then looks further.
COLLECT_AFTER = (20_000, 20, 50)


def take_short_turns() -> None:
    """Let a thread whose database answered go on soon, though another one computes.

    For the process from now on. Where one thread asks the database in short steps, it would wait
    longer for its turn than for the answers.
    """
    sys.setswitchinterval(SWITCH_SECONDS)


def collect_seldom() -> None:
    """Let the garbage collector look for cycles seldom, for the process from now on.

    For processes that make few, as drains do. Whoever moves rows by the thousand makes objects
    without cycles, and the collector walks over all of them again and again.
    """
    gc.set_threshold(*COLLECT_AFTER)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """The same while inside, in a process that does other things too; an eighth of storing.

    A web process must collect: a request and its user know each other, and what was pasted in it
    would stay. One thread at a time may be inside: whoever stores holds a lock of the database.
    """
    usual = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*usual)
