"""Runs beside a supervisor where the kernel ends no orphans: see leash.Watcher.

Reads `+group` and `-group` lines until the pipe breaks, then ends the groups still on the list.
"""

import contextlib
import os
import signal
import sys


def main() -> None:
    """Watch until the writer is gone."""
    groups: set[int] = set()
    for line in sys.stdin:
        change, group = line[0], int(line[1:])
        if change == "+":
            groups.add(group)
        else:
            groups.discard(group)
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
