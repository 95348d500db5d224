"""What became of each attempt to deliver a webhook; the last ten thousand are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sumsub.sandbox.clock import iso
from sumsub.sandbox.store import Store

KEPT = 10_000
PAGE = 1000
_TRIM_EVERY = 256
_COLUMNS = (
    "seq, at_ms, delivery_id, webhook_id, client_id, applicant_id, type, attempt, status, error,"
    " state"
)


class State(StrEnum):
    """What follows from an attempt: nothing more, another attempt, or giving up."""

    DELIVERED = "delivered"
    WAITING = "waiting"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended: the HTTP status answered, or why there was none."""

    status: int | None = None
    error: str = ""

    @property
    def good(self) -> bool:
        """Whether the webhook counts as delivered: any 2xx."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook on its way; ``attempt`` counts from 0."""

    id: int
    webhook_id: str
    client_id: str
    applicant_id: str
    kind: str
    attempt: int
    body: bytes


class DeliveryLog:
    """Writes into the store's current transaction; drops the oldest lines now and then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._written = 0

    def write(self, at_ms: int, delivery: Delivery, outcome: Outcome, state: State) -> None:
        """Append one attempt."""
        self._store.execute(
            "INSERT INTO attempt (at_ms, delivery_id, webhook_id, client_id, applicant_id, type,"
            " attempt, status, error, state) VALUES (?,?,?,?,?,?,?,?,?,?)",
            (
                at_ms,
                delivery.id,
                delivery.webhook_id,
                delivery.client_id,
                delivery.applicant_id,
                delivery.kind,
                delivery.attempt + 1,
                outcome.status,
                outcome.error,
                state.value,
            ),
        )
        self._written += 1
        if self._written % _TRIM_EVERY == 0:
            self._trim()

    def last_seq(self) -> int:
        """The number of the newest line, 0 when there is none."""
        return int(self._store.one("SELECT coalesce(max(seq), 0) FROM attempt", ())[0])

    def lines(self, after: int) -> Iterator[bytes]:
        """Every line after ``after``, a JSON object each, up to the newest at the start."""
        end = self.last_seq()
        while after < end:
            rows = self._store.all(
                f"SELECT {_COLUMNS} FROM attempt WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
                (after, end, PAGE),
            )
            if not rows:
                return
            after = rows[-1][0]
            yield "".join(_line(*row) for row in rows).encode()

    def _trim(self) -> None:
        """Old lines go, and with them the bodies of deliveries that are over."""
        self._store.execute("DELETE FROM attempt WHERE seq <= ?", (self.last_seq() - KEPT,))
        self._store.execute(
            "DELETE FROM outgoing WHERE due_ms IS NULL AND id <= (SELECT id FROM outgoing"
            " WHERE due_ms IS NULL ORDER BY id DESC LIMIT 1 OFFSET ?)",
            (KEPT,),
        )


def _line(
    seq: int,
    at_ms: int,
    delivery_id: int,
    webhook_id: str,
    client_id: str,
    applicant_id: str,
    kind: str,
    attempt: int,
    status: int | None,
    error: str,
    state: str,
) -> str:
    line = {
        "seq": seq,
        "at": iso(at_ms),
        "delivery_id": delivery_id,
        "webhook_id": webhook_id,
        "client_id": client_id,
        "applicant_id": applicant_id,
        "type": kind,
        "attempt": attempt,
        "status": status,
        "error": error or None,
        "state": state,
    }
    return json.dumps(line, ensure_ascii=False) + "\n"
