"""The fault mix of the far end, and the engine's waits on a clock about sixty times shorter."""

from typing import Any

LEASE = 2.0
# Long enough that the lease of everything it held is over, short enough that its rows are not
# proven absent while its answers still lie in its sockets.
FREEZE = (LEASE + 0.3, LEASE + 2.0)
# Reads of the far end lag behind by this much at most (seconds). No engine can tell an applicant
# whom Sumsub does not know yet from one who is not there; that its waits outlast a lag is the rule.
LAG = 1.0

TIMING: dict[str, Any] = {
    "lease": LEASE,
    "write_within": 0.8,
    "asking": 5.0,
    "shutdown": 2.0,
    "lookup_offsets": [0.2, 0.5, 1, 1.5, 2.5, 3.5, 5, 6.5],
    "lookup_hourly": 2.0,
    "quiet": 8.0,
    "absents": 4,
    "absent_gap": 0.5,
    "dead_token_margin": 8.0,
    "control_fresh": 10.0,
    "resend_absents": 2,
    "resend_span": 0.8,
    "resend_margin": 3.0,
    "breaker_window": 1.0,
    "breaker_pause": 0.3,
    "breaker_longest_pause": 1.0,
    "gate_probe": 0.3,
    "review_offsets": [1.0, 3.0],
}

_SENDING = (
    {"do": "drop_after_commit", "probability": 0.03},
    {"do": "drop_before_commit", "probability": 0.02},
    {"do": "error_before_commit", "probability": 0.015, "status": 500},
    {"do": "error_after_commit", "probability": 0.015, "status": 502},
    {"do": "throttle", "probability": 0.01},
    {"do": "truncate", "probability": 0.01},
    {"do": "html", "probability": 0.01},
    # An answer that comes after its row's lease has ended.
    {"do": "latency", "probability": 0.01, "ms": LEASE * 1000 + 500},
    {"do": "latency", "ms": 30, "spread_ms": 300},
)
_LOOKING_UP = (
    {"do": "drop_before_commit", "probability": 0.03},
    {"do": "error_before_commit", "probability": 0.03, "status": 503},
    {"do": "stale", "probability": 0.05, "lag_ms": LAG * 1000},
    {"do": "truncate", "probability": 0.02},
    {"do": "html", "probability": 0.02},
    {"do": "throttle", "probability": 0.01},
    {"do": "latency", "ms": 10, "spread_ms": 100},
)


def fault_mix(seed: int, *, throttling: bool = True) -> dict[str, Any]:
    """The scenario of the far end while everything else breaks too.

    Without `throttling` nothing is answered 429: such answers, for which no rate is to blame, keep
    the budget's pace at a tenth for as long as they come.
    """
    rules = [rule | {"call": call} for call in ("reuse", "copy") for rule in _SENDING]
    rules += [rule | {"call": "lookup"} for rule in _LOOKING_UP]
    kept = [rule for rule in rules if throttling or rule["do"] != "throttle"]
    return {"seed": seed, "rules": kept, "review_delay_ms": 500}
