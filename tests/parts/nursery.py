"""`python -m tests.parts.nursery FD`: a process that knows the sandbox, and forks one when asked.

Tests start hundreds of sandboxes. As a program each of them reads Python's and its own modules
first, which takes five times longer than all that it does then. `forked.py` speaks with this one.
"""

import ctypes
import importlib
import importlib.util
import json
import os
import signal
import socket
import sys
import traceback

from sumsub.sandbox.__main__ import main

REQUEST_BYTES = 64 * 1024
# As `config.supervisor.leash` says it, which would read all of Celery with it.
PR_SET_PDEATHSIG = 1


def serve(door: socket.socket) -> None:
    """Fork until whoever started us is gone. A request: arguments, and three files to write to."""
    # Nobody here waits for the children: whoever asked for one hears of its end by its pipe.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if importlib.util.find_spec("uvloop"):
        importlib.import_module("uvloop")
    while True:
        request, files, _, _ = socket.recv_fds(door, REQUEST_BYTES, 3)
        if not request:
            return
        child = os.fork()
        if child == 0:
            door.close()
            _live(json.loads(request), *files)
        for file in files:
            os.close(file)
        door.send(str(child).encode())


def _live(arguments: list[str], out: int, errors: int, ended: int) -> None:
    """Be a sandbox until told to stop; then write the exit status to `ended`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(out, sys.stdout.fileno())
    os.dup2(errors, sys.stderr.fileno())
    status = 1
    try:
        status = main(arguments)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(ended, str(status).encode())
    os._exit(status)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
