"""What an answer of Sumsub's means: from the client's errors to the classes of the contract.

The table is "What each answer means" in docs/architecture.md. Nothing here touches the database.
"""

from dataclasses import dataclass, replace
from enum import Enum

from customers.models import GateReason
from sumsub import errors
from sumsub.records import Applicant


class Class(Enum):
    """The classes of answers to a redemption."""

    OK = "ok"
    NOT_DELIVERED = "not delivered"
    THROTTLED = "throttled"
    OUR_FAULT = "our fault"
    PARTNER_FAULT = "partner fault"
    TOKEN_REFUSED = "token refused"
    REFUSED = "refused"
    UNKNOWN_REFUSAL = "unknown refusal"
    WRONG_REQUEST = "wrong request"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """One answer, classified. `gate` is the reason of the gate that it closes, if it closes one."""

    kind: Class
    applicant: Applicant | None = None
    gate: GateReason | None = None
    status: int | None = None
    error_code: int | None = None
    error_name: str = ""
    detail: str = ""
    correlation_id: str = ""
    retry_after: float | None = None
    after_success: bool = False
    named_applicant_id: str = ""
    counts_for_breaker: bool = False

    @property
    def is_definite(self) -> bool:
        """True when Sumsub itself answered, whatever it said."""
        return self.kind not in (Class.NOT_DELIVERED, Class.UNKNOWN)

    def without_gate(self) -> "Answer":
        """The same answer, closing no gate."""
        return replace(self, gate=None)

    @property
    def accepts_parameters(self) -> bool:
        """True when the answer shows that level and parameters are right (2xx or a 105xx)."""
        return self.kind is Class.OK or (
            self.error_code is not None and 10500 <= self.error_code < 10600
        )


# Refusals that another level may avoid: their share token is kept until its deadline.
OTHER_LEVEL_CODES = frozenset({10510, 10511, 10512, 10513, 10517})

_CLASSES: tuple[tuple[type[errors.Answered], Class, GateReason | None], ...] = (
    # the first that fits counts, so subclasses stand before their parents
    (errors.Throttled, Class.THROTTLED, None),
    (errors.ClockRefused, Class.OUR_FAULT, GateReason.CLOCK),
    (errors.CredentialsRefused, Class.OUR_FAULT, GateReason.CREDENTIALS),
    (errors.PermissionRefused, Class.OUR_FAULT, GateReason.PERMISSION),
    (errors.NotFound, Class.OUR_FAULT, GateReason.ADDRESS),
    (errors.Redirected, Class.OUR_FAULT, GateReason.ADDRESS),
    (errors.NotPartners, Class.PARTNER_FAULT, GateReason.NOT_PARTNERS),
    (errors.FeatureDisabled, Class.PARTNER_FAULT, GateReason.DISABLED),
    (errors.TokenRefused, Class.TOKEN_REFUSED, None),
    (errors.RuleRefused, Class.REFUSED, None),
    (errors.TooLarge, Class.REFUSED, None),
    (errors.UnknownRule, Class.UNKNOWN_REFUSAL, None),
    (errors.Conflict, Class.UNKNOWN_REFUSAL, None),
    (errors.BadRequest, Class.WRONG_REQUEST, GateReason.PARAMETERS),
)


def classify(result: Applicant | errors.SumsubError, *, external_user_id: str) -> Answer:
    """The class of what a redemption under our id `external_user_id` came back with."""
    if isinstance(result, Applicant):
        return _created(result, external_user_id)
    if isinstance(result, errors.NotDelivered):
        ours = isinstance(result, errors.LeaseEnded)
        return Answer(Class.NOT_DELIVERED, detail=result.reason, counts_for_breaker=not ours)
    if isinstance(result, errors.Answered):
        return _answered(result)
    return _unclear(result)


def _created(applicant: Applicant, external_user_id: str) -> Answer:
    if applicant.external_user_id != external_user_id:
        return Answer(
            Class.UNKNOWN,
            status=200,
            detail="the answer names another id than ours",
            after_success=True,
            named_applicant_id=applicant.id,
        )
    return Answer(Class.OK, applicant=applicant, status=200)


def _answered(error: errors.Answered) -> Answer:
    for kind, meaning, gate in _CLASSES:
        if isinstance(error, kind):
            return Answer(
                meaning,
                gate=gate,
                status=error.status,
                error_code=error.error_code,
                error_name=error.error_name or "",
                detail=error.description,
                correlation_id=error.correlation_id or "",
                retry_after=error.retry_after,
            )
    return Answer(Class.UNKNOWN, status=error.status, counts_for_breaker=True)


def _unclear(error: errors.SumsubError) -> Answer:
    if not isinstance(error, errors.Unclear):
        return Answer(Class.UNKNOWN, detail=type(error).__name__, counts_for_breaker=True)
    return Answer(
        Class.UNKNOWN,
        status=error.status,
        detail=error.reason,
        after_success=error.after_success,
        named_applicant_id=error.applicant_id or "",
        counts_for_breaker=True,
    )
