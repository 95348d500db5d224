"""Webhooks through the real server: answered without a broker, and none lost by a kill."""

from functools import partial
from pathlib import Path

import pytest

from sumsub.sandbox.process import Sandbox, start
from sumsub.webhooks import digest
from tests.customers.hooks import body_of
from tests.endtoend import doors
from tests.parts.installations import Factory, Installation, Kind
from tests.parts.waiting import wait_until
from tests.sandbox.caller import send

WEBHOOKS = 60
ADDRESS = "/webhooks/sumsub"
CHANGES = "SELECT count(*) FROM customers_reviewchange"
DONE = "SELECT count(*) FROM customers_sumsubevent WHERE state = 'done'"
STORED = "SELECT count(*) FROM customers_sumsubevent"
HELD = "SELECT count(*) FROM customers_sumsubevent WHERE state = 'held'"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_webhooks_are_taken_without_a_broker_and_survive_kills(
    installation: Factory, fresh_sandbox: Sandbox, database: Kind
) -> None:
    here = installation(database, fresh_sandbox)
    here.kill(here.broker)
    here.start_web()
    # Killed in the middle, between storing and applying: whatever was answered is there.
    answered = sum(_deliver(here, n) for n in range(WEBHOOKS // 2))
    here.kill(here.web)
    here.start_web()
    answered += sum(_deliver(here, n) for n in range(WEBHOOKS // 2, WEBHOOKS))
    assert answered == WEBHOOKS == doors.number(here, STORED)
    worker = here.start_worker(wait=False)
    wait_until(partial(_some_are_looked_at, here), "a worker looks at webhooks")
    here.kill(worker)
    here.start_worker(wait=False)
    wait_until(lambda: doors.number(here, HELD) == WEBHOOKS, "every webhook was looked at")


def test_the_sandbox_tells_the_product_and_its_statuses_follow(
    installation: Factory, tmp_path: Path
) -> None:
    with start(applicants=60, scenario={"review_delay_ms": 6000}) as far_end:
        here = installation("sqlite", far_end)
        address = here.start_web()
        far_end.set_workspace("recipient", {"webhook_url": f"{address}{ADDRESS}"})
        file = tmp_path / "tokens.csv"
        file.write_text(far_end.tokens_csv(8, "outcome=approved"), encoding="utf-8")
        here.start_worker()
        doors.store_and_start(here, file)
        approved = "SELECT count(*) FROM customers_application WHERE sumsub_review_answer = 'GREEN'"
        wait_until(lambda: doors.number(here, approved) == 8, "all are approved")
        wait_until(lambda: doors.number(here, DONE) >= 32, "every webhook is over")
    # A review on its way is read before or after its webhook; an approval is both told and read.
    confirmed = CHANGES + " WHERE source = 'confirmed' AND answer = 'GREEN'"
    assert doors.number(here, confirmed) == 8


def _some_are_looked_at(here: Installation) -> bool:
    return doors.number(here, HELD) > 0


def _deliver(here: Installation, number: int) -> bool:
    body = body_of(f"{number:024x}", externalUserId=f"kr-{number:032x}")
    secret = here.environment["SUMSUB_WEBHOOK_SECRET"]
    signature = {"X-Payload-Digest": digest(secret, body), "Content-Type": "application/json"}
    return send(here.address, "POST", ADDRESS, body, signature).status == 200
