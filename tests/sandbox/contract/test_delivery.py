"""Sections 8.4 and 8.5 of the reference: how webhooks are delivered, and the calls about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from tests.parts.deaf import deaf_listener
from tests.sandbox.caller import Caller, send, until
from tests.sandbox.contract.ground import HOOK_WRITES, HOOKS, Ground, patch, refused
from tests.sandbox.contract.rows import Row, Rows
from tests.sandbox.receiver import receiving

RULES = Rows("8.4")
CALLS = Rows("8.5")
FIELDS = Rows("8.5 field")
NOWHERE = "https://console.example.test/hooks/sumsub"
ONCE = {"notResendFailedWebhooks": True}


@contextmanager
def hooked(ground: Ground, target: str, **fields: Any) -> Iterator[dict[str, Any]]:
    """A webhook of the renamed workspace, disabled at the end."""
    caller = ground.caller("renamed")
    reply = caller.post(HOOK_WRITES, {"target": target, **fields})
    assert reply.status == 200, reply.body
    try:
        yield reply.json
    finally:
        patch(caller, HOOK_WRITES, {"id": reply.json["id"], "disabled": True})


def over(ground: Ground, hook: dict[str, Any], attempts: int = 1) -> list[dict[str, Any]]:
    """The attempts for a webhook, once there are so many."""
    until(lambda: len(ground.deliveries(hook["id"])) >= attempts, 20)
    return ground.deliveries(hook["id"])


def tried(ground: Ground, hook: dict[str, Any], kind: str) -> None:
    """Send an invented event of that kind."""
    path = f"/_sandbox/webhooks/{hook['id']}/test?type={kind}"
    assert send(ground.sandbox.url, "POST", path).status == 200


# 8.4


@RULES.row("Target")
def a_target_is_https_or_on_this_machine(ground: Ground) -> None:
    """Plain HTTP on loopback is the sandbox's own allowance."""
    caller = ground.caller("renamed")
    for target in ("http://console.example.test/", "ftp://console.example.test/"):
        refused(caller.post(HOOK_WRITES, {"target": target}), 400)
    for kind in ("http", "slack", "telegram", "email"):
        with hooked(ground, NOWHERE, targetType=kind, types=["none"]) as hook:
            assert hook["targetType"] == kind


@RULES.row("Timeouts: connection within 1 s")
def a_connection_that_takes_too_long_is_a_failure(ground: Ground) -> None:
    """Scaled to a tenth."""
    with deaf_listener() as deaf:
        target = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        with (
            ground.faults(webhook_timeout_scale=0.1),
            hooked(ground, target, **ONCE) as hook,
        ):
            ground.created(ground.caller("renamed"))
            (attempt,) = over(ground, hook)
    assert (attempt["status"], attempt["error"]) == (None, "no connection within 0.1 s")


@RULES.row("Timeouts: answer within 10 s")
def an_answer_that_takes_too_long_is_a_failure(ground: Ground) -> None:
    """Scaled to a tenth."""
    caller = ground.caller("renamed")
    with (
        receiving() as received,
        hooked(ground, received.url, notResendFailedWebhooks=True) as hook,
    ):
        first = ground.created(caller)
        until(lambda: received.about(first), 20)
        over(ground, hook)
        received.seconds = 30
        with ground.faults(webhook_timeout_scale=0.1):
            ground.created(caller)
            attempts = over(ground, hook, 2)
    assert [attempt["status"] for attempt in attempts] == [200, None]
    assert attempts[1]["error"] == "no answer within 1 s"


@RULES.row("Success")
def every_2xx_is_good_and_nothing_else(ground: Ground) -> None:
    caller = ground.caller("renamed")
    with (
        receiving() as received,
        hooked(ground, received.url, notResendFailedWebhooks=True) as hook,
    ):
        wanted = [(200, "delivered"), (204, "delivered"), (302, "given_up"), (404, "given_up"),
                  (500, "given_up")]  # fmt: skip
        for number, (status, _) in enumerate(wanted, 1):
            received.status = status
            ground.created(caller)
            over(ground, hook, number)
        attempts = ground.deliveries(hook["id"])
    assert [(attempt["status"], attempt["state"]) for attempt in attempts] == wanted


def waits(ground: Ground, kind: str) -> list[float]:
    """Seconds between the attempts for a webhook that only fails, until it is given up."""
    with receiving() as received, hooked(ground, received.url) as hook:
        received.status = 500
        tried(ground, hook, kind)
        attempts = over(ground, hook, 5)
    assert [attempt["state"] for attempt in attempts] == ["waiting"] * 4 + ["given_up"]
    assert len(set(received.bodies)) == 1
    times = [datetime.fromisoformat(attempt["at"]) for attempt in attempts]
    return [(after - before).total_seconds() for before, after in pairwise(times)]


def at_least(found: list[float], wanted: list[float]) -> bool:
    """A busy machine may be late, but never early; a millisecond is lost in rounding."""
    return all(one >= least - 0.002 for one, least in zip(found, wanted, strict=True))


@RULES.row("Retries")
def a_failure_is_tried_again_four_times(ground: Ground) -> None:
    """After 5 minutes, 1 hour, 5 and 18 hours, at the scale of the quick scenario."""
    hours = [300, 3600, 5 * 3600, 18 * 3600]
    assert at_least(waits(ground, "applicantReviewed"), [seconds * 0.00002 for seconds in hours])


@RULES.row("Retries for applicantAction*")
def an_action_is_tried_again_sooner(ground: Ground) -> None:
    """At this scale an applicant's own webhook would take more than two minutes."""
    with ground.faults(webhook_retry_scale=0.0015):
        found = waits(ground, "applicantActionReviewed")
    assert at_least(found, [seconds * 0.0015 for seconds in (30, 30, 60, 300)])


@RULES.row("Opt-out")
def a_webhook_may_want_no_retries(ground: Ground) -> None:
    with (
        receiving() as received,
        hooked(ground, received.url, notResendFailedWebhooks=True) as hook,
    ):
        received.status = 500
        tried(ground, hook, "applicantReviewed")
        (attempt,) = over(ground, hook)
    assert (attempt["attempt"], attempt["state"]) == (1, "given_up")


@RULES.row("Auto-disable", guess=True)
def a_webhook_that_only_fails_is_disabled(ground: Ground) -> None:
    """After how many failures is our guess, and a switch."""
    caller = ground.caller("renamed")
    with receiving() as received, hooked(ground, received.url) as hook:
        received.status = 500
        with ground.faults(webhook_disable_after=2):
            tried(ground, hook, "applicantReviewed")
            until(lambda: caller.get(f"{HOOKS}/{hook['id']}").json["disabled"], 20)


@RULES.row("Active webhooks")
def fifty_are_the_most_and_are_listed_from_the_oldest_on(ground: Ground) -> None:
    caller = ground.caller("stranger")
    wanted = {"target": NOWHERE, "types": ["none"]}
    made = [caller.post(HOOK_WRITES, wanted).json["id"] for _ in range(50)]
    try:
        text = refused(caller.post(HOOK_WRITES, wanted), 400)
        assert text == "The maximum number of webhooks has been reached"
        listed = caller.get(HOOKS).json["list"]["items"]
        assert [hook["id"] for hook in listed] == made
    finally:
        for hook in made:
            patch(caller, HOOK_WRITES, {"id": hook, "disabled": True})


@RULES.row("Duplicates")
def a_duplicate_is_the_same_bytes_again(ground: Ground) -> None:
    with ground.faults(webhook_duplicate_probability=1.0):
        made = ground.created(ground.recipient)
        until(lambda: len(ground.received.about(made)) == 2, 20)
    first, second = ground.received.about(made)
    assert first == second


@RULES.row("Order")
def webhooks_come_in_another_order_on_request(ground: Ground) -> None:
    """Each by the dice of the seed, so that a later one may overtake."""
    with ground.faults(webhook_shuffle_ms=600, seed=5):
        made = [ground.created(ground.recipient) for _ in range(12)]
        until(lambda: all(ground.received.about(one) for one in made), 20)
    told = [event["applicantId"] for event in ground.received.events()]
    assert [one for one in told if one in made] != made


@RULES.row("Event id")
def no_delivery_has_an_id_of_its_own(ground: Ground) -> None:
    made = ground.created(ground.recipient)
    event = ground.told(made, "applicantCreated")
    bodies = list(ground.received.bodies)
    place = next(place for place, body in enumerate(bodies) if made.encode() in body)
    assert "id" not in {key.lower() for key in event}
    assert not [name for name in ground.received.headers[place] if name.endswith("-id")]


@RULES.row("Logs")
def each_attempt_is_in_the_log_and_can_be_repeated(ground: Ground) -> None:
    with receiving() as received, hooked(ground, received.url) as hook:
        tried(ground, hook, "applicantReviewed")
        (attempt,) = over(ground, hook)
        path = f"/_sandbox/deliveries/{attempt['delivery_id']}/resend"
        assert send(ground.sandbox.url, "POST", path).status == 200
        assert len(over(ground, hook, 2)) == 2
    assert len(set(received.bodies)) == 1


# 8.5

_HOOK = {
    "name": "console", "description": "", "target": NOWHERE, "targetType": "http",
    "types": ["applicantCreated", "applicantReviewed"], "applicantType": "individual",
    "sourceKeys": [], "secretKey": "webhook-secret-1", "signatureAlgorithm": "HMAC_SHA256_HEX",
    "headers": [{"key": "X-Env", "value": "sbx"}], "notResendFailedWebhooks": False,
}  # fmt: skip


def kept(ground: Ground) -> tuple[Caller, dict[str, Any]]:
    """A webhook with every field, read back by its id."""
    caller = ground.caller("renamed")
    made = caller.post(HOOK_WRITES, _HOOK).json
    shown: dict[str, Any] = caller.get(f"{HOOKS}/{made['id']}").json
    patch(caller, HOOK_WRITES, {"id": made["id"], "disabled": True})
    return caller, shown


@CALLS.row("GET /resources/api/clientWebhooks")
def webhooks_are_listed(ground: Ground) -> None:
    caller = ground.caller("dormant")
    made = caller.post(HOOK_WRITES, {**_HOOK, "types": ["none"]}).json
    assert caller.get(HOOKS).json == {"list": {"items": [made]}}


@CALLS.row("GET /resources/api/clientWebhooks/{id}")
def a_webhook_is_read_by_its_id(ground: Ground) -> None:
    caller, hook = kept(ground)
    assert caller.get(f"{HOOKS}/{hook['id']}").json["name"] == "console"
    refused(caller.get(f"{HOOKS}/66f00000000000000000c001"), 404)


@CALLS.row("POST /resources/api/agent/clientWebhooks")
def a_webhook_is_made(ground: Ground) -> None:
    _, hook = kept(ground)
    assert {key: hook[key] for key in _HOOK} == _HOOK


@CALLS.row("PATCH /resources/api/agent/clientWebhooks")
def a_webhook_is_changed_by_the_id_in_the_body(ground: Ground) -> None:
    caller, hook = kept(ground)
    reply = patch(caller, HOOK_WRITES, {"id": hook["id"], "name": "after"})
    assert (reply.json["name"], reply.json["target"]) == ("after", NOWHERE)


@CALLS.row("no delete")
def a_webhook_cannot_be_deleted(ground: Ground) -> None:
    caller, hook = kept(ground)
    refused(caller.call("DELETE", f"{HOOKS}/{hook['id']}"), 405)


def a_field_is_shown(field: str, ground: Ground) -> None:
    caller, hook = kept(ground)
    wanted = {**_HOOK, "id": hook["id"], "clientId": caller.workspace.client_id}
    assert hook[field] == wanted.get(field, hook[field])
    assert type(hook[field]) is type(wanted.get(field, ""))


for _field in [*_HOOK, "id", "clientId", "createdAt", "createdBy"]:
    FIELDS.add(_field, partial(a_field_is_shown, _field))


@pytest.mark.parametrize("row", [*RULES, *CALLS, *FIELDS], ids=str)
def test_the_row_holds(ground: Ground, row: Row) -> None:
    row.check(ground)
