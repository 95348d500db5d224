"""The product as it is started in earnest: real processes on both databases."""

import pytest

from tests.parts.installations import Factory, Kind, answers


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
