"""Whether a port is ours to take."""

import socket

from config.supervisor.ending import StartFailed

HOST = "127.0.0.1"


class PortBusy(StartFailed):
    """Another program listens on the port."""

    exit_code = 2


def ensure_free(port: int, setting: str) -> None:
    """Raise PortBusy, with the setting that changes it, when somebody listens on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortBusy(
                f"Port {port} cannot be used ({error.strerror or error}). "
                f"Choose another: make run {setting}={port + 10}"
            ) from error
