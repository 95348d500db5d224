"""Health checks of containers: `python -m config.probe web`, exit code 0 when well."""

import http.client
import os
import socket
import sys
import time
from http import HTTPStatus

from config.celery import app
from config.environment import data_directory

SECONDS = 5
SANDBOX_PORT = 8001
BEAT_SECONDS = 600
"""Celery's beat writes its schedule every three minutes; three missed ones are a failure."""


def web() -> bool:
    """True when /readyz says so; asked under a host name that the installation answers to."""
    port = int(os.environ.get("UVICORN_PORT", "8000"))
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip(" .*")
    return _answers(port, "/readyz", {"Host": host or "localhost", "X-Forwarded-Proto": "https"})


def worker() -> bool:
    """True when the worker on this machine answers over the broker."""
    return bool(app.control.ping([f"celery@{socket.gethostname()}"], timeout=SECONDS))


def beat() -> bool:
    """True when the schedule was written lately."""
    written = [file.stat().st_mtime for file in data_directory().glob("beat-schedule*")]
    return bool(written) and time.time() - max(written) < BEAT_SECONDS


def sandbox() -> bool:
    """True when the local sandbox answers."""
    return _answers(int(os.environ.get("SANDBOX_PORT", SANDBOX_PORT)), "/_sandbox/faults", {})


def _answers(port: int, path: str, headers: dict[str, str]) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


CHECKS = {"web": web, "worker": worker, "beat": beat, "sandbox": sandbox}

if __name__ == "__main__":
    sys.exit(0 if CHECKS[sys.argv[1]]() else 1)
