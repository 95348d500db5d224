"""Webhooks waiting to go out, kept in the store (Sumsub: user verification webhooks)."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from sumsub.sandbox.answers import inspection_id, review_result
from sumsub.sandbox.clock import Clock, with_millis, with_offset
from sumsub.sandbox.records import Applicant, ReviewStatus
from sumsub.sandbox.store import Store
from sumsub.sandbox.workspaces import Directory

# Sumsub: webhook manager. Seconds after each failed attempt, before the scale of the scenario.
RETRY_SECONDS = (300, 3600, 5 * 3600, 18 * 3600)

TYPE_OF_STATUS = {
    ReviewStatus.INIT: "applicantCreated",
    ReviewStatus.PENDING: "applicantPending",
    ReviewStatus.QUEUED: "applicantPrechecked",
    ReviewStatus.ON_HOLD: "applicantOnHold",
    ReviewStatus.COMPLETED: "applicantReviewed",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook on its way; ``attempt`` counts from 0."""

    id: int
    attempt: int
    client_id: str
    body: bytes


class Outbox:
    """Writes webhooks into the store's current transaction and hands them out when due."""

    def __init__(self, store: Store, directory: Directory, clock: Clock) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock

    def announce(
        self,
        applicant: Applicant,
        kind: str,
        *,
        status: ReviewStatus | None = None,
        reuse_scope: str = "",
    ) -> None:
        """Queue one webhook, if the applicant's workspace has an address for webhooks."""
        if not self.wanted(applicant.client_id):
            return
        now_ms = self._clock.now_ms()
        payload = _payload(applicant, kind, status or applicant.review.status, reuse_scope, now_ms)
        body = json.dumps(payload, ensure_ascii=False, indent=2, separators=(",", " : "))
        self._store.execute(
            "INSERT INTO delivery (due_ms, attempt, client_id, body) VALUES (?, 0, ?, ?)",
            (now_ms, applicant.client_id, body.encode()),
        )

    def wanted(self, client_id: str) -> bool:
        """Whether the workspace has an address for webhooks."""
        return bool(self._directory.by_client_id[client_id].settings.webhook_url)

    def due(self, limit: int, besides: set[int]) -> list[Delivery]:
        """Webhooks to send now, oldest first, without those already on the wire."""
        rows = self._store.all(
            "SELECT id, attempt, client_id, body FROM delivery WHERE due_ms <= ?"
            " ORDER BY due_ms, id LIMIT ?",
            (self._clock.now_ms(), limit + len(besides)),
        )
        return [Delivery(*row) for row in rows if row[0] not in besides][:limit]

    def settle(self, delivery: Delivery, *, delivered: bool, retry_scale: float) -> None:
        """Forget a delivered webhook; put a failed one off, or give it up after the last try."""
        with self._store.transaction():
            if delivered or delivery.attempt >= len(RETRY_SECONDS):
                self._store.execute("DELETE FROM delivery WHERE id = ?", (delivery.id,))
                return
            wait_ms = RETRY_SECONDS[delivery.attempt] * 1000 * retry_scale
            self._store.execute(
                "UPDATE delivery SET attempt = attempt + 1, due_ms = ? WHERE id = ?",
                (self._clock.now_ms() + int(wait_ms), delivery.id),
            )


def _payload(
    applicant: Applicant, kind: str, status: ReviewStatus, reuse_scope: str, now_ms: int
) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "applicantId": applicant.id,
        "inspectionId": inspection_id(applicant),
        "applicantType": "company" if applicant.profile.company else "individual",
        "correlationId": os.urandom(16).hex(),
        "levelName": applicant.level,
        "sourceKey": None,
        "externalUserId": applicant.external_user_id,
        "type": kind,
        "sandboxMode": True,
    }
    result = review_result(applicant.review) if status is ReviewStatus.COMPLETED else None
    if result is not None:
        payload["reviewResult"] = result
    payload["reviewStatus"] = status.value
    if reuse_scope:
        payload["reuseScope"] = reuse_scope
    payload["createdAt"] = with_offset(now_ms)
    payload["createdAtMs"] = with_millis(now_ms)
    payload["clientId"] = applicant.client_id
    return payload
