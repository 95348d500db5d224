"""The ledger: what happened, append-only, one row per event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sumsub.sandbox.clock import iso
from sumsub.sandbox.store import Store

PAGE = 1000


class Event(StrEnum):
    """The words of the ledger."""

    MINTED = "minted"
    PREVIEWED = "previewed"
    REDEEMED = "redeemed"
    COPIED = "copied"
    REFUSED = "refused"
    CREATED = "created"
    REVIEWED = "reviewed"
    THROTTLED = "throttled"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. ``token_sha256`` is hex; the share token itself is never kept."""

    event: Event
    client_id: str
    applicant_id: str | None = None
    external_user_id: str | None = None
    token_sha256: str | None = None
    status: int | None = None
    error_code: int | None = None


class Ledger:
    """Writes into the store's current transaction, so an event is there when its deed is."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, now_ms: int, entry: Entry) -> None:
        """Append one event."""
        self._store.execute(
            "INSERT INTO ledger (at_ms, event, client_id, applicant_id, external_user_id,"
            " token_sha256, status, error_code) VALUES (?,?,?,?,?,?,?,?)",
            (
                now_ms,
                entry.event.value,
                entry.client_id,
                entry.applicant_id,
                entry.external_user_id,
                entry.token_sha256,
                entry.status,
                entry.error_code,
            ),
        )

    def last_seq(self) -> int:
        """The number of the newest event, 0 when there is none."""
        return int(self._store.one("SELECT coalesce(max(seq), 0) FROM ledger", ())[0])

    def lines(self, after: int) -> Iterator[bytes]:
        """Every event after ``after``, a JSON object a line, up to the newest at the start."""
        end = self.last_seq()
        while after < end:
            rows = self._store.all(
                "SELECT seq, at_ms, event, client_id, applicant_id, external_user_id,"
                " token_sha256, status, error_code FROM ledger WHERE seq > ? AND seq <= ?"
                " ORDER BY seq LIMIT ?",
                (after, end, PAGE),
            )
            after = rows[-1][0]
            yield "".join(_line(*row) for row in rows).encode()


def _line(
    seq: int,
    at_ms: int,
    event: str,
    client_id: str,
    applicant_id: str | None,
    external_user_id: str | None,
    token_sha256: str | None,
    status: int | None,
    error_code: int | None,
) -> str:
    entry = {
        "seq": seq,
        "at": iso(at_ms),
        "event": event,
        "client_id": client_id,
        "applicant_id": applicant_id,
        "external_user_id": external_user_id,
        "token_sha256": token_sha256,
        "status": status,
        "error_code": error_code,
    }
    return json.dumps(entry, ensure_ascii=False) + "\n"
