"""docker-compose.yml: it says what the settings read, and its commands come up."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from accounts.keyring import generate_keys
from config.environment import PROJECT
from config.places import embedded_redis_url
from sumsub.sandbox.process import Sandbox
from tests.parts import compose
from tests.parts.far_end import connection_settings
from tests.parts.installations import Installation
from tests.parts.places import PLACE, free_port
from tests.parts.postgres import Cluster
from tests.parts.waiting import PATIENCE, wait_until

FILLED = {
    "SECRET_KEY": "a-secret-key-long-enough-for-django-to-be-content-with-it-0123456789",
    "RELAY_KEYS": generate_keys(),
    "POSTGRES_PASSWORD": "one",
    "VALKEY_PASSWORD": "two",
    "ALLOWED_HOSTS": "relay.example",
}
OURS = ["web", "worker", "beat", "migrate"]
ELSEWHERE = {"POSTGRES_PASSWORD", "VALKEY_PASSWORD", "FORWARDED_ALLOW_IPS"}
"""Read by the two servers and by uvicorn, not by our settings."""


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = compose.compose_file()["services"]
    return found


def test_every_part_of_the_product_is_a_service(services: dict[str, Any]) -> None:
    assert set(services) == {*OURS, "postgres", "valkey", "sandbox"}
    assert [name for name, service in services.items() if service.get("profiles")] == ["sandbox"]


def test_every_service_that_stays_up_has_a_health_check(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "healthcheck" not in service} == {
        "migrate"
    }


@pytest.mark.parametrize("name", [*OURS, "sandbox"])
def test_our_services_are_confined(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_image_runs_as_an_unprivileged_user_from_hash_pinned_files() -> None:
    lines = (PROJECT / "Dockerfile").read_text("utf-8").splitlines()
    assert "USER relay" in lines
    assert lines.index("USER relay") > max(n for n, line in enumerate(lines) if "RUN" in line)
    assert "RUN pip install --require-hashes -r requirements/base.txt" in lines


def test_ports_are_open_to_this_machine_only(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert "ports" not in services["postgres"]
    assert "ports" not in services["valkey"]


def test_every_variable_of_the_file_is_explained_in_the_example() -> None:
    assert compose.variables(compose.compose_file()) == set(compose.example_values())


def test_services_get_every_setting_there_is_and_no_other(services: dict[str, Any]) -> None:
    given = {name.removesuffix("_FILE") for name in services["web"]["environment"]}
    assert given - ELSEWHERE == compose.settings_names()


def test_the_example_explains_every_setting_and_nothing_else() -> None:
    explained = {name.removesuffix("_FILE") for name in compose.example_names()}
    assert explained == compose.settings_names() | ELSEWHERE


def test_no_default_holds_a_brace_which_older_releases_of_compose_misread() -> None:
    text = (PROJECT / "docker-compose.yml").read_text("utf-8")
    assert compose.VARIABLE.search(text)
    assert not re.search(r"\$\{[^}]*\{", text)


@pytest.mark.parametrize("name", ["SECRET_KEY", "RELAY_KEYS", "POSTGRES_PASSWORD"])
def test_nothing_starts_without_its_secrets(services: dict[str, Any], name: str) -> None:
    with pytest.raises(compose.Missing, match=f"set {name} in .env"):
        compose.filled_in(services["web"], FILLED | {name: ""})


@pytest.fixture
def stack(postgres: Cluster, sandbox: Sandbox) -> Iterator[Installation]:
    """The environment of the services, with the servers of this test in place of Compose's."""
    services = compose.compose_file()["services"]
    environment = compose.filled_in(services["web"]["environment"], FILLED)
    data_dir = PLACE / "compose"
    environment |= connection_settings(sandbox) | {
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": postgres.create("compose"),
        "REDIS_URL": embedded_redis_url(data_dir),
        "UVICORN_PORT": str(free_port()),
        "SANDBOX_PORT": str(free_port()),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    installation = Installation(data_dir, environment)
    installation.start_broker()
    yield installation
    installation.close()
    postgres.drop("compose")


def healthy(stack: Installation, service: dict[str, Any]) -> bool:
    check = service["healthcheck"]["test"]
    assert check[0] == "CMD"
    done = subprocess.run(check[1:], cwd=PROJECT, env=stack.environment, check=False)
    return done.returncode == 0


@pytest.mark.story
def test_the_commands_of_the_services_come_up_healthy(
    stack: Installation, services: dict[str, Any]
) -> None:
    assert not healthy(stack, services["web"])
    migrate = stack.start("migrate", services["migrate"]["command"])
    assert migrate.process.wait(PATIENCE) == 0
    for name in ("web", "worker", "beat"):
        stack.start(name, services[name]["command"])
    port = stack.environment["SANDBOX_PORT"]
    state = str(stack.data_dir / "sandbox")
    own = {"8001": port, "0.0.0.0": "127.0.0.1", "/data/sandbox": state}
    command = [own.get(part, part) for part in services["sandbox"]["command"]]
    stack.start("sandbox", command)
    for name in ("sandbox", "web", "worker", "beat"):
        wait_until(partial(healthy, stack, services[name]), f"{name} is healthy")
