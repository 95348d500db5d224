"""How fast share tokens are minted at Sumsub's limit: the part of the limit used, 429s, CPU."""

import argparse
import io
import os
import time
from datetime import date, datetime
from typing import Any

from benchmarks.place import DATABASES, cpu_seconds_below, fresh_installation, machine
from sumsub.sandbox.process import Sandbox, start

UNLIMITED = "none"


def main() -> None:
    """Mint a file of applicants in this process and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--limit", default="50/5s", help="none for no limit")
    parser.add_argument("--window", choices=["sliding", "fixed"], default="sliding")
    parser.add_argument("--latency-ms", type=int, default=0)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    wish = parser.parse_args()
    slow = {"do": "latency", "ms": wish.latency_ms, "spread_ms": wish.latency_ms / 5}
    scenario = {"limit_window": wish.window, "rules": [slow] if wish.latency_ms else []}
    with (
        start(applicants=wish.rows, post_limit=wish.limit, scenario=scenario) as far_end,
        fresh_installation(wish.database, **_settings(far_end, wish.limit)),
    ):
        began, cpu = time.monotonic(), _cpu(far_end)
        _mint(far_end, wish.rows)
        took, used = time.monotonic() - began, _cpu(far_end) - cpu
        _tell(wish, far_end.ledger(), took, used)


def _settings(far_end: Sandbox, limit: str) -> dict[str, str]:
    donor = far_end.donor
    return {
        "SUMSUB_BASE_URL": far_end.url,
        "SUMSUB_APP_TOKEN": donor.app_token,
        "SUMSUB_SECRET_KEY": donor.secret_key,
        "SUMSUB_CLIENT_ID": donor.client_id,
        "SUMSUB_POST_LIMIT": limit,
    }


def _mint(far_end: Sandbox, rows: int) -> None:
    """A batch from a file, minted to its end, its file taken."""
    from sharing import mint_csv
    from sharing.minting_many import drafts
    from sharing.minting_many.drain import drain
    from sharing.minting_many.storing import Order, store_file
    from sharing.minting_many.taking import take_file
    from sharing.models import MintBatch, MintSource, Partner

    ids = [one["applicant_id"] for one in far_end.applicants(rows)]
    contents = "\n".join(["applicantId", *ids]).encode()
    partner = Partner.objects.create(
        name="Recipient",
        client_id=far_end.recipient.client_id,
        is_recipient=True,
        agreement_reference="benchmark",
        agreement_signed_on=date(2026, 1, 1),
    )
    file = mint_csv.read(io.BytesIO(contents), max_rows=None)
    batch = store_file(file, Order(partner, 86_400, MintSource.COMMAND))
    drafts.start(batch.pk, by=None)
    drain()
    batch = MintBatch.objects.get(pk=batch.pk)
    taken = b"".join(take_file(batch, "token")).splitlines()
    assert len(taken) == len(ids) + 1, f"{len(taken) - 1} of {len(ids)} share tokens"


def _cpu(far_end: Sandbox) -> float:
    """CPU seconds that this process and its children used so far, without the sandbox."""
    return cpu_seconds_below(os.getpid()) - cpu_seconds_below(far_end.pid)


def _tell(wish: Any, ledger: list[dict[str, Any]], took: float, cpu: float) -> None:
    minted = [
        datetime.fromisoformat(one["at"]).timestamp() for one in ledger if one["event"] == "minted"
    ]
    throttled = sum(one["event"] == "throttled" for one in ledger)
    figures = [
        f"{len(minted) / took:.1f} share tokens/s, storing and taking included",
        f"{throttled} answers 429",
        f"{cpu / len(minted) * 1000:.2f} CPU-ms a row",
    ]
    if wish.limit != UNLIMITED:
        figures.insert(1, f"{_used(wish.limit, minted):.1%} of the limit once it binds")
    print(
        f"minting {len(minted)}, limit {wish.limit} {wish.window}, latency {wish.latency_ms} ms, "
        f"{wish.database}: {', '.join(figures)} ({machine()})"
    )


def _used(limit: str, minted: list[float]) -> float:
    """The part of the allowed calls that was made, from the end of the first window on.

    Before that, a burst makes any way of sending look good.
    """
    calls, seconds = (float(part) for part in limit.rstrip("s").split("/"))
    since = minted[0] + seconds
    return sum(1 for one in minted if one > since) / ((minted[-1] - since) * calls / seconds)


if __name__ == "__main__":
    main()
