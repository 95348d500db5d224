"""Where one run of the tests keeps its things, and what it must never meet: the person's own."""

import atexit
import os
import shutil
import socket
import tempfile
from pathlib import Path

# Short, because a unix socket's path is limited to 107 bytes.
PLACE = Path(tempfile.mkdtemp(prefix="relay-"))
PLACE.chmod(0o711)
BROKER = PLACE / "valkey.sock"
atexit.register(shutil.rmtree, PLACE, ignore_errors=True)

# Nothing of an installation that happens to be configured in this shell reaches a test.
OURS = ("SUMSUB_", "DATABASE_", "REDIS_", "DATA_DIR", "SECRET_KEY", "RELAY_KEYS", "ALLOWED_HOSTS")
ALSO_OURS = (
    "DJANGO_",
    "DEBUG",
    "REQUIRE_PARTNER",
    "REDEMPTION_TIMING",
    "MINTING_TIMING",
    "UPLOAD_MAX_",
    "EMAIL_BACKEND",
)


def clean_environment() -> dict[str, str]:
    """This process's environment without any setting of KYC Relay."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(OURS + ALSO_OURS)
    }


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
