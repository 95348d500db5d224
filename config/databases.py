"""How the database is connected to, whichever of the two kinds it is."""

from typing import Any

from config.environment import env

_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # synchronous=FULL: a power cut must not forget that "sending" was written.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
_POSTGRESQL = {
    "options": " ".join(
        (
            # Plans of foreign-key checks cached on an empty table make a fresh one quadratic.
            "-c plan_cache_mode=force_custom_plan",
            # No statement here runs so long that compiling it, a tenth of a second, pays.
            "-c jit=off",
            # A worker that froze or vanished within a transaction lets go of its locks.
            "-c idle_in_transaction_session_timeout=30s",
        )
    ),
    "connect_timeout": 10,
    # A server that vanished is noticed in half a minute, and not in hours.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
_KEPT_SECONDS = 600
_POOL = {
    "min_size": 1,
    # A request that gets none within so many seconds fails, and says that the database is away.
    "timeout": 10,
    "max_idle": _KEPT_SECONDS,
    # An attempt to reach a server that is away ends soon; the next request makes a new one.
    "reconnect_timeout": 5,
}


def database(url: str) -> dict[str, Any]:
    """The settings for the database at `url`.

    Where the ASGI door asks for a pool, the threads of its process share as many connections to
    PostgreSQL and borrow one at a time, for there each request has a thread of its own. Elsewhere
    each thread keeps its own, as suits workers and commands. SQLite opens a file, and needs none.
    """
    found: dict[str, Any] = env.db_url_config(url)
    if found["ENGINE"] == "django.db.backends.sqlite3":
        return found | {"OPTIONS": _SQLITE}
    found["CONN_HEALTH_CHECKS"] = True
    if pool := env.int("DATABASE_POOL", default=0):
        return found | {"OPTIONS": _POSTGRESQL | {"pool": _POOL | {"max_size": pool}}}
    return found | {"OPTIONS": _POSTGRESQL, "CONN_MAX_AGE": _KEPT_SECONDS}
