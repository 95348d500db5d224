"""Webhooks waiting to go out, kept in the store (Sumsub: user verification webhooks)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from sumsub.sandbox.clock import Clock
from sumsub.sandbox.delivery_log import Delivery, DeliveryLog, Outcome, State
from sumsub.sandbox.records import Applicant, ReviewStatus
from sumsub.sandbox.scenario import Switches
from sumsub.sandbox.store import Store
from sumsub.sandbox.webhook_text import TYPE_OF_STATUS, applicant_type, payload, written
from sumsub.sandbox.webhooks_kept import Webhook, WebhookBook

__all__ = ["TYPE_OF_STATUS", "Outbox"]

# Sumsub: webhook manager. Seconds after each failed attempt, before the scale of the scenario.
RETRY_SECONDS = (300, 3600, 5 * 3600, 18 * 3600)
ACTION_RETRY_SECONDS = (30, 30, 60, 300)
_COLUMNS = "id, webhook_id, client_id, applicant_id, type, attempt, body"


class Outbox:
    """Writes webhooks into the store's current transaction and hands them out when due.

    Waiting is measured by the machine's own clock: a scenario that sets the sandbox's clock wrong
    neither hastens a delivery nor holds it up.
    """

    def __init__(
        self, store: Store, book: WebhookBook, clock: Clock, switches: Callable[[], Switches]
    ) -> None:
        self._store = store
        self._book = book
        self._clock = clock
        self._switches = switches
        self._failures: dict[str, int] = {}
        self.log = DeliveryLog(store)
        self.throw_anew(0)
        with store.transaction():
            store.execute("UPDATE outgoing SET taken = 0 WHERE taken = 1", ())

    def throw_anew(self, seed: int) -> None:
        """Let the dice of duplicates and of disorder start anew."""
        self._dice = random.Random(f"webhooks/{seed}")

    def announce(
        self,
        applicant: Applicant,
        kind: str,
        *,
        status: ReviewStatus | None = None,
        reuse_scope: str = "",
        previous_level: str = "",
    ) -> None:
        """Queue an event for every webhook of the applicant's workspace that wants its kind.

        ``status`` is the review status to tell when it is not the applicant's present one.
        """
        if not self._book.any(applicant.client_id):
            return
        whose = applicant_type(applicant)
        webhooks = [
            webhook
            for webhook in self._book.of(applicant.client_id)
            if webhook.wants(kind, whose, applicant.source_key)
        ]
        if not webhooks:
            return
        told = payload(
            applicant,
            kind,
            self._clock.now_ms(),
            status=status,
            reuse_scope=reuse_scope,
            previous_level=previous_level,
            sandbox=self._book.sandbox(applicant.client_id),
        )
        body = written(told).encode()
        for webhook in webhooks:
            for _ in range(self._copies()):
                self._queue(webhook, applicant.id, kind, body, self._wait_ms())

    def try_out(self, webhook: Webhook, applicant: Applicant, kind: str) -> int:
        """Queue an event marked ``testMode`` for one webhook alone; returns the delivery's id."""
        now_ms, sandbox = self._clock.now_ms(), self._book.sandbox(applicant.client_id)
        told = payload(applicant, kind, now_ms, test_mode=True, sandbox=sandbox)
        with self._store.transaction():
            return self._queue(webhook, applicant.id, kind, written(told).encode(), 0)

    def wanted(self, client_id: str) -> bool:
        """Whether the workspace has a webhook at all."""
        return self._book.any(client_id)

    def take(self, webhook_id: str, limit: int) -> list[Delivery]:
        """Deliveries that are due, oldest first; each is handed out once until it is settled."""
        rows = self._store.all(
            f"SELECT {_COLUMNS} FROM outgoing WHERE webhook_id = ? AND due_ms <= ? AND taken = 0"
            " ORDER BY due_ms, id LIMIT ?",
            (webhook_id, _now_ms(), limit),
        )
        if rows:
            with self._store.transaction():
                for row in rows:
                    self._store.execute("UPDATE outgoing SET taken = 1 WHERE id = ?", (row[0],))
        return [Delivery(*row) for row in rows]

    def settle(self, delivery: Delivery, outcome: Outcome, *, again: bool = True) -> None:
        """Note how an attempt ended: done, to be tried again later, or given up.

        ``again`` off gives a failed delivery up at once.
        """
        webhook = self._book.find(delivery.webhook_id)
        wait_ms = None
        if not outcome.good and again and webhook is not None and not webhook.no_retries:
            wait_ms = self._retry_ms(delivery)
        with self._store.transaction():
            if wait_ms is None:
                self._store.execute(
                    "UPDATE outgoing SET due_ms = NULL, taken = 0 WHERE id = ?", (delivery.id,)
                )
            else:
                self._store.execute(
                    "UPDATE outgoing SET attempt = attempt + 1, due_ms = ?, taken = 0 WHERE id = ?",
                    (_now_ms() + wait_ms, delivery.id),
                )
            state = State.WAITING if wait_ms is not None else State.GIVEN_UP
            state = State.DELIVERED if outcome.good else state
            self.log.write(self._clock.now_ms(), delivery, outcome, state)
            if webhook is not None:
                self._count(webhook, outcome)

    def resend(self, delivery_id: int) -> bool:
        """Send a kept delivery now, as if for the first time; False when it is not kept."""
        with self._store.transaction():
            known = self._store.execute(
                "UPDATE outgoing SET due_ms = ?, attempt = 0 WHERE id = ?",
                (_now_ms(), delivery_id),
            )
        return bool(known)

    def waiting(self, webhook_id: str) -> int:
        """How many deliveries to a webhook are not over."""
        found = self._store.one(
            "SELECT count(*) FROM outgoing WHERE webhook_id = ? AND due_ms IS NOT NULL",
            (webhook_id,),
        )
        return int(found[0])

    def _copies(self) -> int:
        share = self._switches().webhook_duplicate_probability
        return 2 if share and self._dice.random() < share else 1

    def _wait_ms(self) -> int:
        late, spread = self._switches().webhook_delay_ms, self._switches().webhook_shuffle_ms
        return late + (int(self._dice.random() * spread) if spread else 0)

    def _queue(
        self, webhook: Webhook, applicant_id: str, kind: str, body: bytes, wait_ms: int
    ) -> int:
        self._store.execute(
            "INSERT INTO outgoing (webhook_id, client_id, applicant_id, type, body, attempt,"
            " due_ms, taken) VALUES (?, ?, ?, ?, ?, 0, ?, 0)",
            (webhook.id, webhook.client_id, applicant_id, kind, body, _now_ms() + wait_ms),
        )
        return int(self._store.one("SELECT last_insert_rowid()", ())[0])

    def _retry_ms(self, delivery: Delivery) -> int | None:
        """How long until the next attempt; None after the last."""
        action = delivery.kind.startswith("applicantAction")
        waits = ACTION_RETRY_SECONDS if action else RETRY_SECONDS
        if delivery.attempt >= len(waits):
            return None
        return int(waits[delivery.attempt] * 1000 * self._switches().webhook_retry_scale)

    def _count(self, webhook: Webhook, outcome: Outcome) -> None:
        """Disable a webhook that has only failed for long (Sumsub does; the number is ours)."""
        if outcome.good:
            self._failures.pop(webhook.id, None)
            return
        failures = self._failures[webhook.id] = self._failures.get(webhook.id, 0) + 1
        most = self._switches().webhook_disable_after
        if most and failures >= most and self._book.disable(webhook):
            del self._failures[webhook.id]
            self._store.execute(
                "UPDATE outgoing SET due_ms = NULL WHERE webhook_id = ? AND due_ms IS NOT NULL"
                " AND taken = 0",
                (webhook.id,),
            )


def _now_ms() -> int:
    return int(time.time() * 1000)
