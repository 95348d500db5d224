"""What a person may choose about `make run`, and what follows from it."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.environment import PROJECT
from config.places import embedded_redis_url
from config.supervisor import sandbox
from config.supervisor.ports import HOST


@dataclass(frozen=True)
class Options:
    """One start of the product."""

    port: int
    sandbox_port: int
    data_dir: Path
    with_sandbox: bool
    with_valkey: bool

    @property
    def address(self) -> str:
        """The console's address."""
        return f"http://{HOST}:{self.port}"

    @property
    def sandbox_address(self) -> str:
        """The local sandbox's address."""
        return f"http://{HOST}:{self.sandbox_port}"

    def environment(self) -> dict[str, str]:
        """The environment that every program gets, before the sandbox has told its secrets."""
        values = {**os.environ, "DATA_DIR": str(self.data_dir), "PYTHONUNBUFFERED": "1"}
        values["SITE_URL"] = values.get("SITE_URL") or self.address
        if self.with_valkey:
            values["REDIS_URL"] = embedded_redis_url(self.data_dir)
        return values


def read(arguments: Sequence[str], environment: Mapping[str, str]) -> Options:
    """The options from a command line; exits with 2 and a sentence when they make no sense."""
    parser = argparse.ArgumentParser(prog="python -m config.supervisor", description=__doc__)
    parser.add_argument("--port", type=_port, default=8000)
    parser.add_argument("--sandbox-port", type=_port, default=8001)
    parser.add_argument("--data-dir", type=Path, default=Path("var"))
    given = parser.parse_args(arguments)
    if given.port == given.sandbox_port:
        parser.error("PORT and SANDBOX_PORT are the same")
    return Options(
        port=given.port,
        sandbox_port=given.sandbox_port,
        data_dir=(PROJECT / given.data_dir).resolve(),
        with_sandbox=sandbox.wanted(environment),
        with_valkey=not (environment.get("REDIS_URL") or environment.get("REDIS_URL_FILE")),
    )


def _port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return number
