"""Does the connection to Sumsub work, and if not: what is wrong, and who can mend it?

Makes a handful of reading calls and changes nothing at Sumsub. What the app token may *write*
(permissions Create applicants and Share applicants data) cannot be tried without writing.
"""

import time
from collections.abc import Iterator

from django.conf import settings

from sharing import gateway
from sharing.connection_settings import last_four, no_address, settings_findings
from sharing.findings import Finding, Kind
from sharing.gateway import BudgetedClient, Busy, Connection
from sharing.plain_words import BUSY, NOT_CONFIGURED, plain_words
from sumsub import calls
from sumsub.errors import (
    Answered,
    ClockRefused,
    CredentialsRefused,
    NotDelivered,
    NotFound,
    PermissionRefused,
    Redirected,
    SumsubError,
    credential_code,
)

# Sumsub accepts a minute; a clock this far off is worth mending before it gets there.
CLOCK_TOLERANCE_SECONDS = 5.0
CLOCK_LIMIT_SECONDS = 60.0
# An id that no applicant has: asking for it tells the server's time and whether we may look.
NOBODY = "kyc-relay-connection-check"
WAIT_SECONDS = 3.0


def check_connection() -> list[Finding]:
    """Every finding, in the order in which things must work.

    Never raises: whatever stands in the way becomes a finding. When Sumsub cannot be asked at all
    the findings end there.
    """
    here = gateway.connection()
    findings = [*settings_findings(here)]
    if not here.is_configured:
        findings.append(Finding(Kind.BAD, "No credentials", NOT_CONFIGURED))
        return findings
    try:
        with gateway.client(wait_seconds=WAIT_SECONDS) as client:
            findings += _asked(client, here)
    except ValueError:
        findings.append(no_address(here))
    return findings


def _asked(client: BudgetedClient, here: Connection) -> Iterator[Finding]:
    reached = _reached(client, here)
    yield reached
    if reached.kind is Kind.BAD:
        return
    accepted = _accepted(client, here)
    yield accepted
    if accepted.kind is Kind.BAD:
        return
    yield from _time_and_permission(client)
    yield _level(client)


def _reached(client: BudgetedClient, here: Connection) -> Finding:
    try:
        client.send(calls.api_status())
    except Busy:
        return Finding(Kind.BAD, "No call to spare", BUSY)
    except NotDelivered:
        return Finding(
            Kind.BAD,
            "Sumsub not reachable",
            f"Nothing answers at {here.base_url}. Whoever runs the server checks the address, the "
            "network and the firewall.",
        )
    except Redirected as error:
        return Finding(Kind.BAD, "Not Sumsub's API", plain_words(error))
    except Answered:
        return _reached_finding(here)
    except SumsubError:
        return Finding(
            Kind.BAD,
            "Sumsub does not answer properly",
            f"{here.base_url} accepts connections and gives no usable answer. Try again; if it "
            "lasts, look at Sumsub's status page.",
        )
    return _reached_finding(here)


def _reached_finding(here: Connection) -> Finding:
    return Finding(Kind.OK, "Sumsub reachable", f"{here.base_url} answers.")


def _accepted(client: BudgetedClient, here: Connection) -> Finding:
    """Any answer but a refusal of our credentials proves that they are accepted."""
    try:
        client.send(calls.applicant_count())
    except CredentialsRefused as error:
        return _refused(error)
    except (PermissionRefused, NotFound):
        pass
    except SumsubError as error:
        return Finding(Kind.BAD, "Credentials not tried", plain_words(error))
    return Finding(
        Kind.OK,
        "Credentials accepted",
        f"Sumsub accepts the app token that ends in {last_four(here)} and its secret key.",
    )


def _refused(error: CredentialsRefused) -> Finding:
    known = credential_code(error.error_code)
    title = known.title if known else "Credentials refused"
    offset = _offset(error)
    if not isinstance(error, ClockRefused) or offset is None:
        return Finding(Kind.BAD, title, plain_words(error))
    return Finding(Kind.BAD, title, f"{plain_words(error)} It is {_seconds(offset)} off.")


def _time_and_permission(client: BudgetedClient) -> Iterator[Finding]:
    """Asks for nobody: the refusal carries Sumsub's time, the lookup whether we may look."""
    offset: float | None = None
    try:
        client.send(calls.review(NOBODY))
    except Answered as error:
        offset = _offset(error)
    except SumsubError:
        pass
    yield _clock(offset)
    yield _permission(client)


def _offset(error: Answered) -> float | None:
    """Seconds that Sumsub's clock is ahead of this machine's, as far as its header tells."""
    return None if error.server_time is None else error.server_time - time.time()


def _clock(offset: float | None) -> Finding:
    if offset is None:
        return Finding(
            Kind.WARN, "Clock not compared", "Sumsub's answer carried no time. Check again."
        )
    if abs(offset) <= CLOCK_TOLERANCE_SECONDS:
        return Finding(Kind.OK, "Clock", "This machine's clock agrees with Sumsub's.")
    kind = Kind.BAD if abs(offset) >= CLOCK_LIMIT_SECONDS else Kind.WARN
    return Finding(
        kind,
        "Clock is off",
        f"This machine's clock is {_seconds(offset)} {'behind' if offset > 0 else 'ahead'}. "
        "Sumsub refuses calls from one minute on, so we sign with its time until whoever runs the "
        "server sets the clock.",
    )


def _seconds(offset: float) -> str:
    return f"{abs(offset):.0f} s"


def _permission(client: BudgetedClient) -> Finding:
    try:
        client.send(calls.lookup(NOBODY))
    except (NotFound, PermissionRefused):
        return Finding(
            Kind.BAD,
            "View applicants is missing",
            "The app token may not read applicants, so rows in doubt cannot be settled. Whoever "
            "manages app tokens in Sumsub's dashboard adds the permission View applicants.",
        )
    except SumsubError as error:
        return Finding(Kind.WARN, "View applicants not tried", plain_words(error))
    return Finding(Kind.OK, "View applicants", "The app token may read applicants.")


def _level(client: BudgetedClient) -> Finding:
    wanted = settings.SUMSUB_LEVEL_NAME
    try:
        names = [level.name for level in client.send(calls.levels())]
    except SumsubError as error:
        return Finding(Kind.WARN, "Levels not read", plain_words(error))
    if wanted in names:
        return Finding(Kind.OK, "Default level", f"Sumsub knows the level {wanted}.")
    return Finding(
        Kind.BAD,
        "Default level unknown",
        f"Sumsub has no level {wanted or '(none is set)'}. Whoever runs the server sets "
        f"SUMSUB_LEVEL_NAME to one of: {', '.join(names) or 'none exists yet'}.",
    )
