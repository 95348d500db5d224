"""How the threads of one process share the interpreter."""

import sys

# How long one thread may keep it from another that wants it; Python's own measure is 5 ms.
SWITCH_SECONDS = 0.0005


def take_short_turns() -> None:
    """Let a thread whose database answered go on soon, though another one computes.

    For the process from now on. Where one thread asks the database in short steps, it would wait
    longer for its turn than for the answers.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
