"""The command lines of the programs, each run with our own interpreter."""

import sys

from config.environment import PROJECT
from config.supervisor.ports import HOST


def web(port: int) -> list[str]:
    """The ASGI server; open live pages must not keep it from ending."""
    address = ["--host", HOST, "--port", str(port)]
    manners = ["--timeout-graceful-shutdown", "3", "--no-access-log", "--no-server-header"]
    return [sys.executable, "-m", "uvicorn", "config.asgi:application", *address, *manners]


def worker() -> list[str]:
    """A Celery worker; its threads wait for Sumsub most of the time."""
    size = ["--pool=threads", "--concurrency=4", "--loglevel=INFO"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [sys.executable, "-m", "celery", "-A", "config", "worker", *size, *alone]


def beat() -> list[str]:
    """The clock that rings for everything due."""
    return [sys.executable, "-m", "celery", "-A", "config", "beat", "--loglevel=INFO", "--pidfile="]


def manage(*arguments: str) -> list[str]:
    """A management command."""
    return [sys.executable, str(PROJECT / "manage.py"), *arguments]
