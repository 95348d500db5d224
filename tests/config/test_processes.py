"""The product as it is started in earnest: real processes on both databases."""

import signal
from collections.abc import Iterator

import psycopg
import pytest

from tests.parts.installations import Factory, Kind, answers
from tests.parts.places import PLACE
from tests.parts.postgres import Cluster
from tests.parts.waiting import wait_until


@pytest.fixture
def server() -> Iterator[Cluster]:
    """A PostgreSQL server that this test may crash."""
    cluster = Cluster(PLACE / "crashing", own=True)
    yield cluster
    cluster.stop()


def backends(url: str) -> set[int]:
    """The server's processes that serve the database, but the one that is asked."""
    question = """SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()"""
    with psycopg.connect(url) as connection:
        return {pid for (pid,) in connection.execute(question)}


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_web_and_worker_come_up_and_are_ready(installation: Factory, database: Kind) -> None:
    house = installation(database=database)
    worker = house.start_worker(wait=False)
    address = house.start_web()
    assert answers(int(address.rpartition(":")[2]), "/readyz")
    assert worker.alive


def test_without_its_broker_it_is_up_but_not_ready(installation: Factory) -> None:
    house = installation()
    port = int(house.start_web().rpartition(":")[2])
    assert answers(port, "/readyz")
    house.kill(house.broker)
    assert not answers(port, "/readyz")
    assert answers(port, "/healthz")


def test_requests_share_few_connections_and_none_is_opened_for_each(
    installation: Factory, server: Cluster
) -> None:
    url = server.create("shared")
    house = installation(DATABASE_URL=url)
    house.manage("migrate", "--no-input", "-v", "0")
    port = int(house.start_web().rpartition(":")[2])
    assert answers(port, "/readyz")
    before = backends(url)
    assert all(answers(port, "/readyz") for _ in range(10))
    assert backends(url) == before
    assert len(before) <= 2


def test_the_web_finds_a_database_again_that_was_away(
    installation: Factory, server: Cluster
) -> None:
    house = installation(DATABASE_URL=server.create("away"))
    house.manage("migrate", "--no-input", "-v", "0")
    port = int(house.start_web().rpartition(":")[2])
    assert answers(port, "/readyz")
    server.crash(signal.SIGQUIT)
    assert not answers(port, "/readyz")
    assert answers(port, "/healthz")
    server.start()
    wait_until(lambda: answers(port, "/readyz"), "the web is ready again")
