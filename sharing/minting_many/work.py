"""What a tick hands to the lanes, and what the lanes hand back."""

from dataclasses import dataclass, field
from datetime import datetime

from sharing.applicant_lookup import Found
from sumsub.errors import SumsubError
from sumsub.records import ShareToken


@dataclass(frozen=True)
class Mint:
    """Mint for one row. After the monotonic moment `not_after` (seconds) nothing is written.

    `issued_at` is the database's moment of the claim, from which the time to live is counted: our
    clock runs out no later than Sumsub's. `claimed_at` is the same moment on the monotonic clock.
    `permit_at` is the moment that its permit is for (epoch seconds), a little later, and `due_at`
    that one on the monotonic clock.
    """

    row_id: int
    batch_id: int
    version: int
    applicant_id: str
    client_id: str
    ttl_seconds: int
    issued_at: datetime
    permit_at: float
    due_at: float
    claimed_at: float
    not_after: float


@dataclass(frozen=True)
class Find:
    """Look one row's applicant up, by Sumsub's id if it has one, else by the external id."""

    row_id: int
    batch_id: int
    version: int
    applicant_id: str
    external_id: str = field(repr=False)
    not_after: float


Work = Mint | Find


@dataclass(frozen=True)
class Minted:
    """A minting came back; monotonic moments: handed to the lane, and written to the socket."""

    work: Mint
    result: ShareToken | SumsubError
    began: float
    left: float


@dataclass(frozen=True)
class Looked:
    """A lookup came back."""

    work: Find
    result: Found | SumsubError
    began: float


Result = Minted | Looked
