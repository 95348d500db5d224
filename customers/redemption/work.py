"""What a tick hands to the lanes, and what the lanes hand back."""

from dataclasses import dataclass, field
from datetime import datetime

from customers.models import Row
from sumsub.errors import SumsubError
from sumsub.records import Applicant, Lookup, StepStatus


@dataclass(frozen=True)
class Send:
    """Redeem one row. After the monotonic moment `not_after` (seconds) nothing is written.

    `row` is the row as it was claimed, so that its answer need not read it again. `permit_at` is
    the moment that its permit is for (epoch seconds), `due_at` the same on the monotonic clock, and
    `claimed_at`, a little earlier, that of the claim.
    """

    row_id: int
    import_id: int
    version: int
    mode: str
    level_name: str
    external_user_id: str
    permit_at: float
    due_at: float
    claimed_at: float
    not_after: float
    share_token: str = field(repr=False)
    reset_steps: tuple[str, ...] = field(default=(), kw_only=True)
    trust_review: bool | None = field(default=None, kw_only=True)
    row: Row = field(repr=False)


@dataclass(frozen=True)
class Ask:
    """Look one row up; `control_id` is an id that must be found for an absence to count.

    `asked_at` is the database's moment of the claim: an absence is only true of that time.
    """

    row_id: int
    import_id: int
    version: int
    external_user_id: str
    control_id: str
    asked_at: datetime


@dataclass(frozen=True)
class ReadReview:
    """Read the review and the steps of one application's applicant.

    `asked_at` is the database's moment of the claim: what was heard since may be newer.
    """

    application_id: str
    applicant_id: str
    asked_at: datetime


@dataclass(frozen=True)
class Probe:
    """One harmless call: `gate_id` is the gate it may open, None for the breaker."""

    gate_id: int | None


Work = Send | Ask | ReadReview | Probe


@dataclass(frozen=True)
class Sent:
    """A redemption came back; monotonic moments: handed to the lane, and written to the socket."""

    work: Send
    result: Applicant | SumsubError
    began: float
    left: float


@dataclass(frozen=True)
class Asked:
    """A lookup came back; `controlled` tells whether its positive control succeeded, if tried."""

    work: Ask
    result: Lookup | SumsubError
    began: float
    controlled: bool | None = None


@dataclass(frozen=True)
class ReviewSeen:
    """A review came back."""

    work: ReadReview
    result: Applicant | SumsubError
    began: float
    steps: tuple[StepStatus, ...] | None = None


@dataclass(frozen=True)
class Probed:
    """A probe came back; `error` is None when Sumsub answered it with a success."""

    work: Probe
    error: SumsubError | None
    began: float


Result = Sent | Asked | ReviewSeen | Probed
