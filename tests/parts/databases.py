"""Fixtures: the databases and the broker that tests run on."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from config.supervisor import valkey as broker
from config.supervisor.leash import kernel_leash
from tests.parts.migrated import copy_migrated
from tests.parts.places import BROKER, PLACE
from tests.parts.postgres import CLUSTER, Cluster
from tests.parts.waiting import wait_until


@pytest.fixture(scope="session", autouse=True)
def valkey() -> Iterator[str]:
    """A real broker and cache on a unix socket; its address is REDIS_URL of the tests."""
    command = broker.command(BROKER, PLACE)
    with (PLACE / "valkey.log").open("ab") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=log, start_new_session=True, preexec_fn=kernel_leash()
        )
    wait_until(lambda: broker.answers(BROKER), "Valkey answers")
    yield f"unix://{BROKER}"
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A running PostgreSQL server."""
    CLUSTER.start()
    yield CLUSTER
    CLUSTER.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Before pytest-django makes the test database: the server of it must run."""
    if connection.vendor == "postgresql":
        request.getfixturevalue("postgres")


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Whether pytest-django finds the test database there: on SQLite a migrated one is copied."""
    if connection.vendor != "sqlite":
        return False
    copy_migrated(Path(settings.DATABASES["default"]["TEST"]["NAME"]))
    return True
