"""Thousands of webhooks in any order, doubled, some ahead of us: Sumsub's answer is the truth."""

import logging
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from customers import inbox
from customers.models import (
    Application,
    EventState,
    Reaction,
    ReviewChange,
    Row,
    RowState,
    SumsubEvent,
)
from customers.timing import Timing
from sharing import gateway
from sumsub import calls
from sumsub.client import Client
from sumsub.review import Review, review_word
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import SHORT, drain_until, outcome, started, tokens
from tests.customers.hooks import apply_all, headers
from tests.parts.far_end import connection_settings
from tests.parts.forked import start
from tests.parts.waiting import wait_until
from tests.sandbox.caller import Caller, send
from tests.sandbox.receiver import Received, receiving

pytestmark = pytest.mark.both_databases
logger = logging.getLogger(__name__)
# Each applicant is told of by more webhooks than so many.
WEBHOOKS_EACH = 13.6
LOST_PART = 0.06
# Rows in doubt are looked up when a webhook tells of them, and not before.
PATIENT = SHORT | {
    "lookup_offsets": [600] * 8,
    "review_offsets": [600] * 4,
    "review_confirm": 0.05,
    "review_under_way": 0.05,
    "ask_lanes": 64,
    "event_offsets": [0.5],
}
# What an officer may decide: three deeds for each applicant, in an order of its own.
VERDICTS: tuple[dict[str, Any], ...] = (
    {"reviewAnswer": "GREEN"},
    {"reviewAnswer": "RED", "reviewRejectType": "RETRY", "rejectLabels": ["BAD_SELFIE"]},
    {"reviewAnswer": "RED", "reviewRejectType": "FINAL", "rejectLabels": ["FORGERY"]},
)
Truth = tuple[str, str, str, tuple[str, ...], bool]


@dataclass(frozen=True)
class Size:
    """How many webhooks there are at least, and of how many rows."""

    webhooks: int

    @property
    def rows(self) -> int:
        """All of them."""
        return -int(-self.webhooks // WEBHOOKS_EACH) + 2

    @property
    def lost(self) -> int:
        """Rows whose redemption succeeded without our hearing of it."""
        return max(4, round(LOST_PART * self.rows))


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Size:
    """A thousand; `make chaos` asks for the five thousand of a long day."""
    return Size(int(request.config.getoption("--webhooks")))


@pytest.fixture
def received() -> Iterator[Received]:
    """Where the sandbox's webhooks gather, instead of at our door."""
    with receiving() as listening:
        yield listening


@pytest.fixture
def far_away(
    settings: Settings, transactional_db: None, received: Received, size: Size
) -> Iterator[Sandbox]:
    """A sandbox with many people, whose webhooks go to the receiver."""
    scenario = {"review_delay_ms": 400}
    with start(
        applicants=size.rows + 100,
        post_limit="none",
        get_limit="none",
        scenario=scenario,
        webhook_url=received.url,
    ) as running:
        for name, value in connection_settings(running).items():
            setattr(settings, name, value)
        settings.SUMSUB_POST_LIMIT = settings.SUMSUB_GET_LIMIT = "none"
        settings.REDEMPTION_TIMING = PATIENT
        yield running
    gateway.clock.cache_clear()


def bring(bodies: list[bytes]) -> None:
    """Take webhooks in as the door does; one commit for all of them saves half a minute."""
    with transaction.atomic():
        for body in bodies:
            signature = headers(body)
            inbox.receive(body, signature["X-Payload-Digest"], signature["X-Payload-Digest-Alg"])


def truth() -> dict[str, Truth]:
    """Every application's applicant as Sumsub answers for it now."""
    found, here = {}, gateway.connection()
    with Client(here.base_url, here.credentials, clock=gateway.clock()) as client:
        for applicant_id in Application.objects.values_list("provider_applicant_id", flat=True):
            one = client.send(calls.applicant(applicant_id))
            review = one.review
            found[applicant_id] = (
                review.status,
                review.answer or "",
                review.reject_type or "",
                tuple(review.reject_labels),
                one.deactivated,
            )
    return found


def shown() -> dict[str, Truth]:
    """Every application as we have it."""
    return {
        one.provider_applicant_id: (
            one.sumsub_review_status,
            one.sumsub_review_answer,
            one.sumsub_reject_type,
            tuple(one.sumsub_reject_labels),
            bool(one.sumsub_standing),
        )
        for one in Application.objects.all()
    }


def is_quiet() -> bool:
    """Nothing is about to be looked at, looked up or read."""
    soon = timezone.now() + timedelta(seconds=60)
    return not (
        SumsubEvent.objects.asking().exists()
        or SumsubEvent.objects.due(soon).exists()
        or Application.objects.due_for_review_refresh(soon).exists()
    )


def settle_down() -> None:
    """Apply, look up and read until nothing is left to do."""

    def is_done() -> bool:
        apply_all()
        return is_quiet()

    drain_until(is_done)


def act(far_end: Sandbox, applicant_ids: list[str]) -> None:
    """People act in Sumsub's dashboard: ten webhooks or more for each applicant.

    Each third is deactivated in the end, each fourth asked for documents again; the verdict of the
    others is rejected for good, to be repeated, or approved.
    """
    office = Caller(far_end, far_end.recipient)
    for number, applicant_id in enumerate(applicant_ids):
        here = f"/resources/applicants/{applicant_id}"
        answers = []
        for verdict in (*VERDICTS[number % 3 :], *VERDICTS[: number % 3]):
            answers += [office.post(f"{here}/reset")]
            answers += [office.post(f"{here}/status/testCompleted", verdict)]
        answers += [office.post(f"{here}/reset")] if number % 4 == 0 else []
        for active in ["deactivated", "activated"] * 2 + ["deactivated"] * (number % 3 == 0):
            # Sumsub's clock counts milliseconds, and nobody acts twice within one.
            time.sleep(0.002)
            answers += [office.call("PATCH", f"{here}/presence/{active}")]
        assert {answer.status for answer in answers} == {200}


def test_thousands_of_webhooks_in_any_order_leave_exactly_what_sumsub_says(
    far_away: Sandbox,
    received: Received,
    size: Size,
) -> None:
    heard = size.rows - size.lost
    imported = started(tokens(far_away, heard, outcome("approved")))
    mine = Row.objects.of(imported)
    drain_until(lambda: mine.in_state(RowState.IMPORTED).count() == heard)
    lost = {"call": "reuse", "probability": 1.0, "do": "drop_after_commit"}
    far_away.set_faults({"rules": [lost]})
    in_doubt = Row.objects.of(started(tokens(far_away, size.lost, outcome("approved"))))
    drain_until(in_doubt.in_state(RowState.CHECKING).exists)
    far_away.set_faults({"rules": []})
    applicants = {one["applicant_id"] for one in redeemed(far_away)}
    wait_until(lambda: len(received.bodies) >= 4 * len(applicants), "the reviews are told")
    act(far_away, sorted(applicants))
    bodies = all_told(far_away, received)
    assert len(bodies) >= size.webhooks
    logger.info("%s webhooks about %s applicants", len(bodies), len(applicants))
    ahead = in_doubt.in_state(RowState.CHECKING).count()

    dice = random.Random(7)
    bodies += dice.sample(bodies, len(bodies) // 3)
    dice.shuffle(bodies)
    bring(bodies[: len(bodies) // 2])
    apply_all()
    assert SumsubEvent.objects.filter(reaction=Reaction.ROW_ASKED).exists()
    bring(bodies[len(bodies) // 2 :])
    settle_down()

    assert in_doubt.in_state(RowState.IMPORTED).count() >= ahead > 0
    assert shown() == truth()
    assert len(Counter(truth().values())) >= 5
    told = Counter(SumsubEvent.objects.values_list("state", flat=True))
    assert told == {EventState.DONE: len(set(bodies))}
    follows = Application.objects.select_related("customer")
    wrong = [one for one in follows if one.customer.kyc_status == "approved" and not _is_good(one)]
    assert not wrong

    before = everything()
    dice.shuffle(bodies)
    bring(bodies)
    apply_all()
    assert everything() == before


def redeemed(far_end: Sandbox) -> list[dict[str, Any]]:
    """Every reuse that succeeded at the far end, heard or not."""
    return [event for event in far_end.ledger() if event["event"] == "redeemed"]


def all_told(far_end: Sandbox, received: Received) -> list[bytes]:
    """Every webhook, once the sandbox has none left to send; each once, in no order of time."""

    def nothing_waits() -> bool:
        kept = send(far_end.url, "GET", "/_sandbox/webhooks").json["items"]
        return not any(one["waiting"] for one in kept)

    wait_until(nothing_waits, "every webhook is told")
    return sorted(set(received.bodies))


def _is_good(application: Application) -> bool:
    review = Review(application.sumsub_review_status, application.sumsub_review_answer)
    return review_word(review).value == "Approved" and not application.sumsub_standing


def everything() -> tuple[object, ...]:
    """All that webhooks may change."""
    events = SumsubEvent.objects.order_by("pk")
    return (
        list(Application.objects.order_by("pk").values()),
        list(Row.objects.order_by("pk").values_list("pk", "state", "version", "change")),
        list(ReviewChange.objects.order_by("pk").values()),
        list(events.values_list("body_digest", "state", "reaction")),
        Timing.current(),
    )
