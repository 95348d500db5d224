"""What can go wrong in a call, as a tree. The names say what happened, not what to do about it.

SumsubError
  NotDelivered               surely never written to the socket
    LeaseEnded               our own deadline passed before the write
  Unclear                    Sumsub may have acted
  Answered                   a definite answer that is not a success
    Throttled                429
    CredentialsRefused       401 with 4000-4007, or without a code where no share token was sent
      ClockRefused           4004
    PermissionRefused        403
    NotFound                 404
    Redirected               3xx
    TokenRefused             401 without a code, or 10503
    RuleRefused              400 with a code of 105xx that we know
      FeatureDisabled        10505, copy-applicant-disabled
      NotPartners            10501
    UnknownRule              400 with a code of 105xx that we do not know
    Conflict                 409
    BadRequest               400 with no code, or with one outside 105xx and 400x
    TooLarge                 413, 414, 422

No error shows a description, a share token or an address in its `str` or `repr`.
"""

from sumsub.auth_codes import CREDENTIAL_CODES, CredentialCode, credential_code
from sumsub.codes import REFUSAL_CODES, Actor, RefusalCode, Remedy, refusal_code

__all__ = [
    "CREDENTIAL_CODES",
    "REFUSAL_CODES",
    "Actor",
    "Answered",
    "BadRequest",
    "ClockRefused",
    "Conflict",
    "CredentialCode",
    "CredentialsRefused",
    "FeatureDisabled",
    "LeaseEnded",
    "NotDelivered",
    "NotFound",
    "NotPartners",
    "PermissionRefused",
    "Redirected",
    "RefusalCode",
    "Remedy",
    "RuleRefused",
    "SumsubError",
    "Throttled",
    "TokenRefused",
    "TooLarge",
    "Unclear",
    "UnknownRule",
    "credential_code",
    "refusal_code",
]


class SumsubError(Exception):
    """A call to Sumsub that did not end in success.

    Every argument of every subclass is optional, so that an error survives being pickled.
    """

    def shown(self) -> dict[str, object]:
        """The facts that may appear in a log."""
        return {}

    def __repr__(self) -> str:
        facts = ", ".join(f"{key}={value!r}" for key, value in self.shown().items() if value)
        return f"{type(self).__name__}({facts})"

    __str__ = __repr__


class NotDelivered(SumsubError):
    """Surely never written to the socket: no name, no connection, no TLS, no free connection."""

    def __init__(self, *, reason: str = "") -> None:
        super().__init__()
        self.reason = reason

    def shown(self) -> dict[str, object]:
        return {"reason": self.reason}


class LeaseEnded(NotDelivered):
    """Our own deadline had passed when the request was about to be written; nothing was."""


class Unclear(SumsubError):
    """Sumsub may have acted, and its answer does not tell.

    `status` is the HTTP status if one arrived; `after_success` says that it was a 2xx whose body
    was broken, cut short or foreign; `applicant_id` is the applicant such a body still named.
    """

    def __init__(
        self,
        *,
        reason: str = "",
        status: int | None = None,
        after_success: bool = False,
        applicant_id: str | None = None,
    ) -> None:
        super().__init__()
        self.reason = reason
        self.status = status
        self.after_success = after_success
        self.applicant_id = applicant_id

    def shown(self) -> dict[str, object]:
        return {
            "reason": self.reason,
            "status": self.status,
            "after_success": self.after_success,
            "applicant_id": self.applicant_id,
        }


class Answered(SumsubError):
    """A definite answer other than success ("Sumsub: error format").

    `description` is Sumsub's free text without share tokens, at most 500 characters; never branch
    on it. `server_time` is Sumsub's clock in Unix seconds, `retry_after` a wait in seconds.
    """

    def __init__(
        self,
        *,
        status: int = 0,
        error_code: int | None = None,
        error_name: str | None = None,
        description: str = "",
        correlation_id: str | None = None,
        server_time: float | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__()
        self.status = status
        self.error_code = error_code
        self.error_name = error_name
        self.description = description
        self.correlation_id = correlation_id
        self.server_time = server_time
        self.retry_after = retry_after

    @property
    def refusal(self) -> RefusalCode | None:
        """What the code means for staff, if it is one of the known 105xx."""
        return refusal_code(self.error_code, self.error_name)

    def shown(self) -> dict[str, object]:
        return {
            "status": self.status,
            "code": self.error_code,
            "name": self.error_name,
            "correlation_id": self.correlation_id,
        }


class Throttled(Answered):
    """429: over the rate limit; `retry_after` when Sumsub says how long to wait."""


class CredentialsRefused(Answered):
    """Our app token, secret or signature is not accepted (401 with 4000-4007)."""


class ClockRefused(CredentialsRefused):
    """Our timestamp is outside Sumsub's window (4004); `server_time` tells by how much."""


class PermissionRefused(Answered):
    """403: the app token may not do this, or the network edge turned us away."""


class NotFound(Answered):
    """404: no such thing, or no permission *View applicants*: the two look alike."""


class Redirected(Answered):
    """3xx: the address is not Sumsub's API; redirects are never followed."""


class TokenRefused(Answered):
    """The share token is unknown, expired or used (401 without a code, or 10503)."""


class RuleRefused(Answered):
    """A rule of Reusable KYC or Copy Applicant says no (400 with a known 105xx)."""


class FeatureDisabled(RuleRefused):
    """Reusable KYC (10505) or Copy Applicant (`copy-applicant-disabled`) is switched off."""


class NotPartners(RuleRefused):
    """The two workspaces are not registered as sharing partners (10501)."""


class UnknownRule(Answered):
    """A refusal of the 105xx family that is not in our table."""


class Conflict(Answered):
    """409: the external id is taken already."""


class BadRequest(Answered):
    """400 without a code we could act on: a level or parameter is wrong."""


class TooLarge(Answered):
    """413, 414 or 422: Sumsub will never take this request as it stands."""
