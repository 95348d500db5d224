"""The ledger as CSV: who got a share token for which applicant, and what became of it."""

from collections.abc import Iterator

from accounts.safe_csv import written
from sharing.models import IssuedToken, IssuedTokenQuerySet

COLUMNS = (
    "token_mark",
    "applicant_id",
    "external_id",
    "recipient",
    "recipient_client_id",
    "issued_by",
    "issued_at",
    "expires_at",
    "ttl_seconds",
    "state",
    "handed_over",
    "handed_over_at",
    "outcome",
    "outcome_at",
    "error_code",
    "reason",
)
PAGE = 1000


def ledger_csv(found: IssuedTokenQuerySet) -> Iterator[str]:
    """The file in pieces (UTF-8 once encoded, no mark), newest first, in flat memory."""
    yield written([COLUMNS])
    sorted_ones = found.select_related("applicant", "partner", "issued_by").order_by("-pk")
    rows = list(sorted_ones[:PAGE])
    while rows:
        yield written([_cells(token) for token in rows])
        rows = list(sorted_ones.filter(pk__lt=rows[-1].pk)[:PAGE])


def _cells(token: IssuedToken) -> tuple[object, ...]:
    moments = (token.handed_over_at, token.outcome_at)
    handed_over_at, outcome_at = (moment.isoformat() if moment else "" for moment in moments)
    return (
        token.token_mark,
        token.applicant.applicant_id,
        token.applicant.external_user_id,
        token.partner.name,
        token.partner.client_id,
        token.issued_by.display_name if token.issued_by else "command line",
        token.issued_at.isoformat(),
        token.expires_at.isoformat(),
        token.ttl_seconds,
        token.fate,
        token.handed_over,
        handed_over_at,
        token.outcome,
        outcome_at,
        token.outcome_code or "",
        token.outcome_reason,
    )
