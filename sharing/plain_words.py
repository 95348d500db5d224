"""What went wrong in a call that a person asked for: what happened, what is safe, who acts."""

from collections.abc import Callable

from sharing import gateway
from sharing.gateway import Busy
from sumsub.errors import (
    Answered,
    ClockRefused,
    CredentialsRefused,
    NotDelivered,
    NotFound,
    NotPartners,
    PermissionRefused,
    Redirected,
    SumsubError,
    Throttled,
    Unclear,
    credential_code,
)

BUSY = (
    "Every call that Sumsub allows is in use by imports at the moment. Try again in some seconds."
)
NOT_CONFIGURED = (
    "This installation has no Sumsub credentials. Whoever runs the server sets SUMSUB_APP_TOKEN "
    "and SUMSUB_SECRET_KEY."
)
UNREACHABLE = "Sumsub cannot be reached, so nothing was sent. Settings shows what is wrong."
_NOT_KNOWN = (
    "Sumsub knows no such applicant in this workspace. If you see the applicant in Sumsub's "
    "dashboard, the app token lacks the permission View applicants. It may belong to another client"
)
_OTHER_ENVIRONMENT = {"sandbox": "production", "production": "sandbox"}


def plain_words(error: SumsubError) -> str:
    """The sentence for a call that did not end in success, with Sumsub's code where it gave one."""
    for kind in type(error).__mro__:
        words = _WORDS.get(kind)
        if words is not None:
            return words(error)
    return UNREACHABLE


def _not_known(error: SumsubError) -> str:
    """A 404 is said of an applicant of somebody else, of the other environment, or hidden to us."""
    ours = gateway.connection().environment
    other = _OTHER_ENVIRONMENT.get(ours)
    if other is None:
        return f"{_NOT_KNOWN}."
    return f"{_NOT_KNOWN}, or to Sumsub's {other}: this installation speaks for Sumsub's {ours}."


def _credentials(error: SumsubError) -> str:
    code = error.error_code if isinstance(error, Answered) else None
    known = credential_code(code)
    step = known.next_step if known else "Check the app token and its secret key."
    numbered = f" ({code})" if code else ""
    return f"Sumsub rejects our credentials{numbered}. {step}"


def _refused(error: SumsubError) -> str:
    """Our words, and Sumsub's own sentence with them, which carries no share token."""
    if not isinstance(error, Answered):
        return UNREACHABLE
    if error.refusal is not None:
        return f"{error.refusal.cause} ({error.refusal.code}) {error.refusal.next_step}"
    said = f" Sumsub says: “{error.description}”" if error.description else ""
    return f"Sumsub refuses this call ({error.status}).{said}"


_WORDS: dict[type, Callable[[SumsubError], str]] = {
    Busy: lambda _: BUSY,
    NotDelivered: lambda _: UNREACHABLE,
    Unclear: lambda _: (
        "Sumsub's answer did not arrive whole. Try again: asking twice does no harm."
    ),
    Throttled: lambda _: "Sumsub limits our calls at the moment (429). Try again in some seconds.",
    ClockRefused: lambda _: (
        "Sumsub refuses this machine's clock (4004). Whoever runs the server sets it."
    ),
    CredentialsRefused: _credentials,
    PermissionRefused: lambda _: (
        "Sumsub does not let our app token do this (403). Whoever manages app tokens in Sumsub's "
        "dashboard adds the permission Share applicants data or View applicants."
    ),
    NotFound: _not_known,
    Redirected: lambda _: (
        "The address of Sumsub sends us elsewhere, so it is not Sumsub's API. Whoever runs the "
        "server corrects SUMSUB_BASE_URL."
    ),
    NotPartners: lambda _: (
        "Sumsub does not know the two of us as sharing partners (10501). An admin adds the "
        "partner in Sumsub's dashboard; the partner's page shows the steps."
    ),
    Answered: _refused,
}
