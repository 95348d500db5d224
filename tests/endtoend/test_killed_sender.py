"""A worker that is killed while a webhook is under way: another sends it, under the same id."""

import json
from functools import partial

import pytest

from tests.parts.installations import Factory, Installation, Kind
from tests.parts.waiting import wait_until
from tests.sandbox.receiver import Received, receiving

SHORT_WAITS = json.dumps({"lease": 3.0, "retries": [1.0] * 9})
ADD = """
from accounts.models import User
from customers.models import Endpoint
from customers.outgoing import endpoint_deeds
from tests.parts.people import add_cast
add_cast()
alma = User.objects.get(email="alma@relay.example")
endpoint = Endpoint(url={url!r}, events=["import.finished"])
endpoint_deeds.add(endpoint, by=alma)
for _ in range(3):
    endpoint_deeds.send_test(endpoint.pk, by=alma)
"""
STATES = "from customers.models import Delivery as D; print(*D.objects.values_list('state'))"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_message_that_a_killed_worker_was_sending_arrives_all_the_same(
    installation: Factory, database: Kind
) -> None:
    with receiving() as receiver:
        here = installation(database, WEBHOOK_ALLOW_PRIVATE="true", WEBHOOK_TIMING=SHORT_WAITS)
        receiver.seconds = 30.0
        here.manage("shell", "-v", "0", "-c", ADD.format(url=receiver.url))
        worker = here.start_worker(wait=False)
        wait_until(lambda: len(receiver.bodies) == 3, "all three are under way")
        here.kill(worker)
        receiver.seconds = 0.0
        here.start_worker(wait=False)
        wait_until(partial(_all_came_twice, receiver), "all three came again")
        wait_until(partial(_is_over, here), "they are stored as delivered")
    assert {heard["webhook-id"] for heard in receiver.headers} == {
        event["id"] for event in receiver.events()
    }


def _all_came_twice(receiver: Received) -> bool:
    ids = [heard["webhook-id"] for heard in list(receiver.headers)]
    return len(set(ids)) == 3 and all(ids.count(one) >= 2 for one in ids)


def _is_over(here: Installation) -> bool:
    return here.manage("shell", "-v", "0", "-c", STATES).stdout.count("'delivered'") == 3
