"""How webhooks are carried: limits of time, retries, order, disorder on request, the log."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, send, until
from tests.sandbox.receiver import Received, receiving

QUICK = {"review_delay_ms": 0, "webhook_retry_scale": 0.0001}
MANAGED = "/resources/api/agent/clientWebhooks"


@pytest.fixture
def receiver() -> Iterator[Received]:
    with receiving() as received:
        yield received


@contextmanager
def sending(receiver: Received, state: Path | None = None, **switches: Any) -> Iterator[Sandbox]:
    """A sandbox whose recipient's webhooks go to the receiver."""
    with process.start(
        applicants=30,
        state=state,
        webhook_url=receiver.url,
        post_limit="none",
        get_limit="none",
        scenario={**QUICK, **switches},
    ) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def carrying() -> Iterator[tuple[Sandbox, Received]]:
    with receiving() as received, sending(received) as sandbox:
        yield sandbox, received


@pytest.fixture
def shared(carrying: tuple[Sandbox, Received]) -> tuple[Sandbox, Received]:
    """The sandbox for tests that change no switch, and its receiver with a clear memory."""
    carrying[1].clear()
    return carrying


def created(sandbox: Sandbox, external_id: str) -> str:
    recipient = Caller(sandbox, sandbox.recipient)
    body = {"externalUserId": external_id}
    made: str = recipient.post("/resources/applicants?levelName=id-only", body).json["id"]
    return made


def deliveries(sandbox: Sandbox, applicant_id: str = "", after: int = 0) -> list[dict[str, Any]]:
    lines = send(sandbox.url, "GET", f"/_sandbox/deliveries.jsonl?after={after}").body
    every = [json.loads(line) for line in lines.splitlines()]
    return [one for one in every if applicant_id in ("", one["applicant_id"])]


def over(sandbox: Sandbox, applicant_id: str) -> list[dict[str, Any]]:
    """The attempts for an applicant's only webhook, once nothing more will follow."""
    until(lambda: [d for d in deliveries(sandbox, applicant_id) if d["state"] != "waiting"], 20)
    return deliveries(sandbox, applicant_id)


def test_a_failed_delivery_is_tried_again_with_the_same_bytes(
    shared: tuple[Sandbox, Received],
) -> None:
    sandbox, receiver = shared
    receiver.failures = 2
    attempts = over(sandbox, created(sandbox, "twice failed"))
    assert [(a["attempt"], a["status"], a["state"]) for a in attempts] == [
        (1, 500, "waiting"),
        (2, 500, "waiting"),
        (3, 200, "delivered"),
    ]
    assert len(receiver.bodies) == 3
    assert len(set(receiver.bodies)) == 1
    assert len({headers["x-payload-digest"] for headers in receiver.headers}) == 1


def test_a_delivery_is_given_up_after_four_retries(receiver: Received) -> None:
    receiver.status = 503
    with sending(receiver, webhook_retry_scale=0.00001) as sandbox:
        attempts = over(sandbox, created(sandbox, "hopeless"))
    assert [a["attempt"] for a in attempts] == [1, 2, 3, 4, 5]
    assert [a["state"] for a in attempts] == ["waiting"] * 4 + ["given_up"]


def test_a_redirect_is_a_failure_and_is_not_followed(shared: tuple[Sandbox, Received]) -> None:
    sandbox, receiver = shared
    receiver.status = 302
    receiver.answer_headers = {"Location": f"{receiver.url}/elsewhere"}
    made = created(sandbox, "redirected")
    until(lambda: deliveries(sandbox, made))
    receiver.status = 200
    assert over(sandbox, made)[0]["status"] == 302
    assert set(receiver.paths) == {"/webhooks/sumsub"}


def test_an_answer_that_takes_too_long_is_a_failure(receiver: Received) -> None:
    with sending(receiver, webhook_timeout_scale=0.2) as sandbox:
        over(sandbox, created(sandbox, "connected"))
        receiver.seconds = 4
        made = created(sandbox, "slow")
        until(lambda: deliveries(sandbox, made))
        receiver.seconds = 0
        first, *_, last = over(sandbox, made)
    assert (first["status"], first["error"]) == (None, "no answer within 2 s")
    assert last["state"] == "delivered"


def test_an_address_where_nobody_listens_is_named_in_the_log(receiver: Received) -> None:
    with sending(receiver, webhook_retry_scale=0) as sandbox:
        sandbox.set_workspace("recipient", {"webhook_url": "http://127.0.0.1:1/"})
        attempts = over(sandbox, created(sandbox, "nobody there"))
    assert {a["error"] for a in attempts} == {"the connection was refused"}
    assert attempts[-1]["state"] == "given_up"


def test_a_webhook_that_wants_no_retries_gets_none(shared: tuple[Sandbox, Received]) -> None:
    sandbox, receiver = shared
    donor = Caller(sandbox, sandbox.donor)
    fields = {"target": receiver.url, "notResendFailedWebhooks": True}
    assert donor.post(MANAGED, fields).status == 200
    receiver.failures = 1
    made = donor.post("/resources/applicants?levelName=id-only", {}).json["id"]
    attempts = over(sandbox, made)
    assert [(a["status"], a["state"]) for a in attempts] == [(500, "given_up")]


def test_a_webhook_that_only_fails_is_disabled_and_can_be_enabled_again(
    receiver: Received,
) -> None:
    receiver.status = 500
    with sending(receiver, webhook_disable_after=3, webhook_retry_scale=0) as sandbox:
        donor = Caller(sandbox, sandbox.donor)
        webhook = donor.post(MANAGED, {"target": receiver.url}).json
        shown = f"/resources/api/clientWebhooks/{webhook['id']}"
        donor.post("/resources/applicants?levelName=id-only", {})
        until(lambda: donor.get(shown).json["disabled"])
        attempts = [d for d in deliveries(sandbox) if d["webhook_id"] == webhook["id"]]
        assert [a["attempt"] for a in attempts] == [1, 2, 3]
        receiver.status = 200
        enabled = json.dumps({"id": webhook["id"], "disabled": False}).encode()
        assert donor.call("PATCH", MANAGED, enabled).json["disabled"] is False
        made = donor.post("/resources/applicants?levelName=id-only", {}).json["id"]
        assert over(sandbox, made)[-1]["state"] == "delivered"


def test_one_applicants_webhooks_keep_their_order_and_hold_nobody_else_up(
    receiver: Received,
) -> None:
    with sending(receiver) as sandbox:
        recipient = Caller(sandbox, sandbox.recipient)
        held = created(sandbox, "held")
        until(lambda: receiver.about(held))
        receiver.held = {held}
        path = f"/resources/applicants/{held}"
        recipient.post(f"{path}/status/pending")
        recipient.post(f"{path}/status/testCompleted", {"reviewAnswer": "GREEN"})
        others = [created(sandbox, f"other {number}") for number in range(30)]
        until(lambda: all(receiver.about(other) for other in others))
        assert [kind for kind, _ in receiver.of(held)] == ["applicantCreated", "applicantPending"]
        receiver.release.set()
        until(lambda: len(receiver.about(held)) == 3)
    assert receiver.of(held)[-1] == ("applicantReviewed", "completed")


def test_connections_are_kept_between_deliveries(shared: tuple[Sandbox, Received]) -> None:
    sandbox, receiver = shared
    for number in range(60):
        created(sandbox, f"kept {number}")
    until(lambda: len(receiver.bodies) >= 60)
    assert receiver.connections <= 6


def test_duplicates_and_disorder_come_on_request() -> None:
    """The same seed repeats the same ones."""
    runs = [disorderly_run(), disorderly_run()]
    for told in runs:
        assert 5 < len(told) - 40 < 35, "about half of them came twice"
        assert list(dict.fromkeys(told)) != [str(number) for number in range(40)]
    assert Counter(runs[0]) == Counter(runs[1])


def disorderly_run() -> list[str]:
    """The external ids of forty applicants in the order in which they were announced."""
    with (
        receiving() as receiver,
        sending(
            receiver, seed=5, webhook_duplicate_probability=0.5, webhook_shuffle_ms=1500
        ) as sandbox,
    ):
        for number in range(40):
            created(sandbox, str(number))
        until(lambda: not waiting(sandbox), 20)
        assert len(set(receiver.bodies)) == 40, "a duplicate is the same bytes again"
        return [event["externalUserId"] for event in receiver.events()]


def waiting(sandbox: Sandbox) -> int:
    items = send(sandbox.url, "GET", "/_sandbox/webhooks").json["items"]
    return sum(int(item["waiting"]) for item in items)


def test_late_delivery_on_request(receiver: Received) -> None:
    with sending(receiver, webhook_delay_ms=60_000) as sandbox:
        created(sandbox, "late")
        assert waiting(sandbox) == 1
        sandbox.set_faults(QUICK)
        created(sandbox, "prompt")
        until(lambda: receiver.bodies)
        assert [event["externalUserId"] for event in receiver.events()] == ["prompt"]
        assert waiting(sandbox) == 1


def test_a_wrong_clock_neither_hastens_nor_holds_up_a_delivery(receiver: Received) -> None:
    with sending(receiver, clock_offset_seconds=50) as sandbox:
        created(sandbox, "from the future")
        sandbox.set_faults(QUICK)
        until(lambda: receiver.bodies)


def test_any_delivery_can_be_sent_again(shared: tuple[Sandbox, Received]) -> None:
    sandbox, receiver = shared
    made = created(sandbox, "once more")
    (first,) = over(sandbox, made)
    path = f"/_sandbox/deliveries/{first['delivery_id']}/resend"
    assert send(sandbox.url, "POST", path).status == 200
    until(lambda: len(receiver.about(made)) == 2)
    until(lambda: len(deliveries(sandbox, made)) == 2)
    assert len(set(receiver.bodies)) == 1
    assert send(sandbox.url, "POST", "/_sandbox/deliveries/999999/resend").status == 404
    assert send(sandbox.url, "GET", path).status == 405


def test_the_log_goes_on_after_a_number(shared: tuple[Sandbox, Received]) -> None:
    sandbox, _ = shared
    over(sandbox, created(sandbox, "logged"))
    every = deliveries(sandbox)
    assert deliveries(sandbox, after=every[-2]["seq"]) == every[-1:]
    assert deliveries(sandbox, after=every[-1]["seq"]) == []
    assert send(sandbox.url, "GET", "/_sandbox/deliveries.jsonl?after=x").status == 400
    last = every[-1]
    assert last["type"] == "applicantCreated"
    assert last["client_id"] == sandbox.recipient.client_id
    assert last["error"] is None


def test_webhooks_and_what_waits_for_them_survive_a_crash(
    tmp_path: Path, receiver: Received
) -> None:
    receiver.status = 500
    with sending(receiver, tmp_path, webhook_retry_scale=0.001) as first:
        Caller(first, first.donor).post(MANAGED, {"target": f"{receiver.url}/donor"})
        made = created(first, "failed before the crash")
        until(lambda: deliveries(first, made))
        first.kill()
    receiver.clear()
    with sending(receiver, tmp_path) as again:
        attempts = over(again, made)
        listed = Caller(again, again.donor).get("/resources/api/clientWebhooks").json
    assert (attempts[0]["status"], attempts[-1]["state"]) == (500, "delivered")
    assert [one["target"] for one in listed["list"]["items"]] == [f"{receiver.url}/donor"]


def test_a_delivery_on_the_wire_when_the_sandbox_is_killed_is_sent_again(
    tmp_path: Path, receiver: Received
) -> None:
    with sending(receiver, tmp_path) as first:
        receiver.seconds = 20
        made = created(first, "on the wire")
        until(lambda: receiver.about(made))
        first.kill()
    receiver.clear()
    with sending(receiver, tmp_path):
        until(lambda: receiver.about(made))


def test_hundreds_of_reuses_are_all_announced(receiver: Received) -> None:
    with sending(receiver) as sandbox:
        lines = sandbox.tokens_csv(200, "outcome=approved").split()[1:]
        half = len(lines) // 2
        recipient = Caller(sandbox, sandbox.recipient)

        def redeem(tokens: list[str]) -> None:
            for token in tokens:
                assert recipient.reuse(token).status == 200

        workers = [threading.Thread(target=redeem, args=(t,)) for t in (lines[:half], lines[half:])]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        until(lambda: len(receiver.bodies) >= 4 * len(lines), 30)
        told = Counter(event["type"] for event in receiver.events())
    assert told == {
        "applicantCreated": 200,
        "applicantPending": 200,
        "applicantPrechecked": 200,
        "applicantReviewed": 200,
    }
