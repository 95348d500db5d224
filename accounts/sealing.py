"""The seal on the audit trail: committed events chained by HMAC, in gapless order.

Sealing runs after the commit, apart from the deeds, so that workers never queue on one row. The
key is not in the database: whoever changes rows there cannot make the hashes fit again.
"""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.keyring import keyring
from accounts.models import AuditEvent

BATCH = 200
# Events read at a time while verifying, and how often the clock is looked at.
CHUNK = 2000
LOOK_EVERY = 500
GENESIS = "0" * 64
MISSING = "This event is missing."


class SealedElsewhere(Exception):
    """Another worker sealed these events first; nothing was changed."""


@dataclass(frozen=True)
class ChainReport:
    """What a verification found: how far the chain holds, and where it first breaks."""

    sealed: int
    unsealed: int
    bad_seq: int | None = None
    problem: str = ""

    @property
    def holds(self) -> bool:
        """True when every sealed event is as it was sealed."""
        return self.bad_seq is None


@dataclass(frozen=True)
class Part:
    """A part of a verification: the last sound place, whether it ends there, and what is wrong."""

    reached: int
    is_over: bool = True
    bad_seq: int | None = None
    problem: str = ""


def seal_events() -> int:
    """Chain all committed, unsealed events in id order; returns how many were sealed.

    Safe when several workers run it: the number is unique and an event takes one number only, so
    one worker wins a batch and the others change nothing.
    """
    total = 0
    while True:
        try:
            sealed = _seal_batch()
        except (SealedElsewhere, IntegrityError):
            return total
        total += sealed
        if sealed < BATCH:
            return total


@transaction.atomic
def _seal_batch() -> int:
    events = list(AuditEvent.objects.unsealed()[:BATCH])
    head = AuditEvent.objects.sealed().last()
    seq, previous = (head.seq or 0, head.hash or GENESIS) if head else (0, GENESIS)
    for event in events:
        seq += 1
        event.seq, event.previous_hash = seq, previous
        event.hash = previous = seal_of(event, seq, previous)
    changed = AuditEvent.objects.filter(seq__isnull=True).bulk_update(
        events, ["seq", "previous_hash", "hash"]
    )
    if changed != len(events):
        raise SealedElsewhere
    return changed


def seal_of(event: AuditEvent, seq: int, previous: str) -> str:
    """HMAC-SHA256 in hex over the previous hash and the event's canonical JSON."""
    content = json.dumps(
        event.sealed_content(seq), sort_keys=True, separators=(",", ":"), ensure_ascii=True
    )
    message = f"{previous}\n{content}".encode()
    return hmac.new(keyring().stable["audit"], message, hashlib.sha256).hexdigest()


def verify_chain() -> ChainReport:
    """Walk the chain from its first event and stop at the first one that does not fit."""
    unsealed = AuditEvent.objects.unsealed().count()
    part = verify_part(0)
    return ChainReport(part.reached, unsealed, bad_seq=part.bad_seq, problem=part.problem)


def verify_part(reached: int, *, upto: int | None = None, seconds: float | None = None) -> Part:
    """Walk on from the place `reached` until `upto`, the end, or so many seconds are over."""
    before = AuditEvent.objects.sealed().filter(seq=reached).first() if reached else None
    previous = (before.hash if before else None) or GENESIS
    stop_at = time.monotonic() + seconds if seconds is not None else None
    for event in AuditEvent.objects.after_seq(reached).iterator(chunk_size=CHUNK):
        if upto is not None and reached >= upto:
            break
        expected = reached + 1
        problem = _problem_of(event, expected, previous)
        if problem:
            return Part(reached, bad_seq=expected, problem=problem)
        previous, reached = event.hash or "", expected
        if stop_at is not None and reached % LOOK_EVERY == 0 and time.monotonic() > stop_at:
            return Part(reached, is_over=upto is not None and reached >= upto)
    return Part(reached)


def _problem_of(event: AuditEvent, expected: int, previous: str) -> str:
    if event.seq != expected:
        return MISSING
    if event.previous_hash != previous:
        return "This event does not follow the one before it."
    if not hmac.compare_digest(event.hash or "", seal_of(event, expected, previous)):
        return "This event was changed after it was sealed."
    return ""
