"""Under which name a thread holds rows and looks for a time."""

import os
import socket
import threading

LONGEST = 40


def this_thread() -> str:
    """Machine, process and thread, as the columns `lease_owner` take it."""
    name = f"{socket.gethostname()[:20]}:{os.getpid()}:{threading.get_ident() % 10**6}"
    return name[:LONGEST]
