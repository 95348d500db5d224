"""For tests of the row engine: a far end without limits, a short clock, real share tokens."""

import io
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from customers import intake, redemption, token_csv
from customers.books import counters_by_counting
from customers.models import Import, ImportSource, Row, RowState
from sumsub.sandbox.process import Sandbox
from tests.parts.waiting import PATIENCE

# The machine of the product on a clock that is about a hundred times shorter.
SHORT: dict[str, Any] = {
    "tick": 0.01,
    "idle": 0.1,
    "lookup_offsets": [0.1, 0.3, 0.6, 1, 1.5, 2, 3, 4],
    "quiet": 2.0,
    "absents": 3,
    "absent_gap": 0.5,
    "dead_token_margin": 0.5,
    "resend_absents": 2,
    "resend_span": 0.3,
    "resend_margin": 1.0,
    "breaker_pause": 0.3,
    "gate_probe": 0.2,
    "review_offsets": [0.2, 0.5, 1, 2],
}


def tokens(far_end: Sandbox, count: int, query: str = "") -> bytes:
    """A file of fresh share tokens."""
    return far_end.tokens_csv(count, query).encode()


def outcome(name: str) -> str:
    """The query for tokens of applicants whose reuse ends that way (`approved`)."""
    return f"outcome={name}"


def stored(contents: bytes, **options: Any) -> Import:
    """Store a file as an import, not started."""
    chosen = {"level_name": "id-only", "source": ImportSource.FILE} | options
    return intake.store(
        token_csv.read(io.BytesIO(contents), max_rows=None), intake.Options(**chosen)
    )


def started(contents: bytes, **options: Any) -> Import:
    """Store a file as an import and start it."""
    imported = stored(contents, **options)
    intake.start(imported.pk, by=None)
    imported.refresh_from_db()
    return imported


def drain_until(done: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
    """Drain until `done()`, and fail when that takes longer than `seconds`."""
    stop = threading.Event()
    clock = threading.Timer(seconds, stop.set)
    clock.start()
    try:
        redemption.drain(until=done, stop=stop)
    finally:
        clock.cancel()
    assert done(), f"not done within {seconds} s"


def drain_to_the_end(imported: Import, *, seconds: float = PATIENCE) -> Counter[str]:
    """Drain until every row has its outcome; the rows counted by state."""
    mine = Import.objects.undecided().filter(pk=imported.pk)
    drain_until(lambda: not mine.exists(), seconds=seconds)
    return states(imported)


def states(imported: Import) -> Counter[str]:
    """The rows of an import counted by state; checks that the kept counters say the same."""
    imported.refresh_from_db()
    counted = counters_by_counting(imported.pk)
    assert counted == {state.value: imported.count(state) for state in RowState}
    return Counter({state: count for state, count in counted.items() if count})


def codes(imported: Import) -> Counter[int | None]:
    """Sumsub's codes of the refused rows."""
    refused = Row.objects.of(imported).in_state(RowState.REFUSED)
    return Counter(refused.values_list("error_code", flat=True))


def ledger_agrees(far_end: Sandbox, imported: Import) -> None:
    """The far end redeemed exactly the rows that we call imported, each once."""
    redeemed = Counter(
        (event["external_user_id"], event["applicant_id"])
        for event in far_end.ledger()
        if event["event"] in ("redeemed", "copied")
    )
    ours = Row.objects.of(imported).in_state(RowState.IMPORTED)
    assert redeemed == Counter(ours.values_list("external_user_id", "applicant_id"))
