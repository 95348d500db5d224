"""Carries webhooks to their addresses: a line for each webhook, with a few lanes side by side."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

from sumsub.sandbox.carrier import Carrier
from sumsub.sandbox.delivery_log import Delivery, Outcome
from sumsub.sandbox.engine import Engine
from sumsub.sandbox.targets import unfit

# As many connections to one receiver as the shortest usual queue of a listening socket holds.
LANES = 6
POLL_SECONDS = 0.05
# Deliveries of one webhook in memory: topped up to FULL when fewer than LOW are left.
LOW, FULL = 32, 128

log = logging.getLogger("sumsub.sandbox")


class Line:
    """The way to one webhook. Two webhooks about the same applicant never overtake each other
    here unless the first one fails; applicants do not wait for each other."""

    def __init__(self, engine: Engine, webhook_id: str) -> None:
        self._engine = engine
        self._webhook_id = webhook_id
        self._carrier = Carrier()
        self._of_applicant: dict[str, deque[Delivery]] = {}
        self._ready: deque[str] = deque()
        self._in_hand = 0
        self._lanes: set[asyncio.Task[None]] = set()

    def top_up(self) -> None:
        """Take what is due and set idle lanes to work."""
        if self._in_hand < LOW:
            for delivery in self._engine.outbox.take(self._webhook_id, FULL - self._in_hand):
                self._in_hand += 1
                self._enqueue(delivery)
        for _ in range(min(len(self._ready), LANES - len(self._lanes))):
            lane = asyncio.create_task(self._work())
            self._lanes.add(lane)
            lane.add_done_callback(self._ended)

    async def close(self) -> None:
        """Stop; what was on its way is sent again after the next start."""
        lanes = list(self._lanes)
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
        self._carrier.close()

    def _enqueue(self, delivery: Delivery) -> None:
        others = self._of_applicant.get(delivery.applicant_id)
        if others is None:
            self._of_applicant[delivery.applicant_id] = deque([delivery])
            self._ready.append(delivery.applicant_id)
        else:
            others.append(delivery)

    async def _work(self) -> None:
        while self._ready:
            applicant_id = self._ready.popleft()
            theirs = self._of_applicant[applicant_id]
            try:
                await self._deliver(theirs.popleft())
            finally:
                self._in_hand -= 1
                if theirs:
                    self._ready.append(applicant_id)
                else:
                    del self._of_applicant[applicant_id]
            if self._in_hand < LOW:
                self.top_up()

    async def _deliver(self, delivery: Delivery) -> None:
        webhook = self._engine.webhooks.find(self._webhook_id)
        barred = "the webhook is disabled" if webhook is None or webhook.disabled else ""
        if webhook is not None and not barred:
            barred = unfit(webhook.target)
        if webhook is None or barred:
            self._engine.outbox.settle(delivery, Outcome(error=barred), again=False)
            return
        scale = self._engine.switches.webhook_timeout_scale
        outcome = await self._carrier.send(webhook, delivery.body, scale=scale)
        self._engine.outbox.settle(delivery, outcome)

    def _ended(self, lane: asyncio.Task[None]) -> None:
        self._lanes.discard(lane)
        if not lane.cancelled() and (error := lane.exception()) is not None:
            log.error("a webhook was not sent: %s", type(error).__name__)


class Courier:
    """Sends what is due until cancelled."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lines: dict[str, Line] = {}

    async def run(self) -> None:
        """Look for due webhooks for ever."""
        try:
            while True:
                for webhook in self._engine.webhooks.everywhere():
                    line = self._lines.get(webhook.id)
                    if line is None:
                        line = self._lines[webhook.id] = Line(self._engine, webhook.id)
                    line.top_up()
                await asyncio.sleep(POLL_SECONDS)
        finally:
            for line in self._lines.values():
                await line.close()
