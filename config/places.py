"""Where an installation keeps its things on disk, finds its broker, and is found by people."""

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

# A unix socket's path is limited to 107 bytes by the kernel.
LONGEST_SOCKET_PATH = 100


def run_directory(data_dir: Path) -> Path:
    """The directory for sockets and pid files of the installation in `data_dir`.

    It is `data_dir/run`, or a short directory under the system's temporary one when a socket's
    path would grow longer than the kernel allows. Always the same for the same `data_dir`.
    """
    inside = data_dir / "run"
    if len(str(inside / "valkey.sock").encode()) <= LONGEST_SOCKET_PATH:
        return inside
    mark = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"kyc-relay-{mark}"


def embedded_redis_url(data_dir: Path) -> str:
    """Address of the broker that `make run` starts for this installation (`unix://…`)."""
    return f"unix://{run_directory(data_dir) / 'valkey.sock'}"


def celery_broker_url(redis_url: str) -> str:
    """Spell a redis-py address the way kombu expects it (it has no `unix://` or `valkey://`)."""
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://").split("?")[0]
    return redis_address(redis_url)


def redis_address(redis_url: str) -> str:
    """Spell a broker's address the way redis-py expects it (it has no `valkey://`)."""
    scheme, separator, rest = redis_url.partition("://")
    return scheme.replace("valkey", "redis") + separator + rest


def site_url(hosts: Iterable[str], *, production: bool) -> str:
    """Where people open an installation that answers to `hosts`, when nobody says it.

    In production the first name that is no pattern, by HTTPS; else `make run`'s usual address.
    """
    named = [host for host in hosts if "*" not in host and not host.startswith(".")]
    return f"https://{named[0]}" if production and named else "http://localhost:8000"
