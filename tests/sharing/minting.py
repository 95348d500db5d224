"""Batches for tests: stored as the product stores them, and minted in this process."""

import io
from collections import Counter
from collections.abc import Iterable

from accounts.models import User
from sharing import mint_csv
from sharing.minting_many import drafts
from sharing.minting_many.drain import drain
from sharing.minting_many.storing import Order, store_file
from sharing.models import MintBatch, MintRow, MintSource, Partner
from sumsub.sandbox.process import Sandbox


def csv_of(far_end: Sandbox, count: int) -> bytes:
    """A file of the donor's generated applicants, as Sumsub's dashboard exports them."""
    donor = far_end.donor.client_id
    people = [one for one in far_end.applicants(1000) if one["client_id"] == donor][:count]
    assert len(people) == count
    lines = [f"{one['applicant_id']},{one['external_user_id']},id-only" for one in people]
    return "\n".join(["applicantId,externalId,applicantLevel", *lines, ""]).encode()


def stored(
    contents: bytes,
    partner: Partner,
    *,
    by: User | None = None,
    ttl: int = 1200,
    source: MintSource = MintSource.FILE,
) -> MintBatch:
    """A draft of a file."""
    order = Order(partner, ttl, source, created_by=by)
    return store_file(mint_csv.read(io.BytesIO(contents), max_rows=None), order)


def started(
    contents: bytes, partner: Partner, *, by: User | None = None, ttl: int = 1200
) -> MintBatch:
    """A running batch of a file, nothing of it minted yet."""
    return drafts.start(stored(contents, partner, by=by, ttl=ttl).pk, by=by)


def minted(
    contents: bytes, partner: Partner, *, by: User | None = None, ttl: int = 1200
) -> MintBatch:
    """A batch that a drain in this process brought to its end."""
    batch = started(contents, partner, by=by, ttl=ttl)
    drain()
    batch.refresh_from_db()
    return batch


def states(batch: MintBatch) -> Counter[str]:
    """The rows of a batch by state; fails when a kept count differs from them."""
    batch.refresh_from_db()
    rows = Counter(MintRow.objects.of(batch).values_list("state", flat=True))
    kept = {state: batch.count(state) for state in rows}
    assert kept == dict(rows), "counts differ from rows"
    assert sum(rows.values()) == batch.total_count
    return rows


def minted_at(far_end: Sandbox, after: int = 0) -> Counter[str]:
    """How many share tokens the far end minted for each applicant."""
    events: Iterable[dict[str, str]] = far_end.ledger(after)
    return Counter(one["applicant_id"] for one in events if one["event"] == "minted")


def last(far_end: Sandbox) -> int:
    """The number of the ledger's last event."""
    events = far_end.ledger()
    return int(events[-1]["seq"]) if events else 0
