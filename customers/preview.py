"""Asking Sumsub what redeeming each share token would bring; nothing is stored or used up."""

from collections import Counter
from collections.abc import Iterable

from customers.models import ImportMode
from customers.token_csv import TokenLine
from sharing import gateway
from sumsub import calls
from sumsub.calls import Call
from sumsub.errors import (
    Answered,
    CredentialsRefused,
    NotFound,
    PermissionRefused,
    Redirected,
    SumsubError,
    TokenRefused,
)
from sumsub.records import Applicant
from sumsub.review import ReviewWord, review_word

PERMIT_SECONDS = 120.0
PASSES, PASSES_WITH_DOCUMENTS = "Would be imported", "Would be imported, documents requested"
NO_ANSWER = "No answer from Sumsub"
# These say something about the connection and nothing about the rows.
CONNECTION_ERRORS = (CredentialsRefused, PermissionRefused, NotFound, Redirected)
PASSING = frozenset({PASSES, PASSES_WITH_DOCUMENTS})


def forecast(lines: Iterable[TokenLine], *, level_name: str, mode: str) -> Counter[str]:
    """How many lines would have which result, at the pace of the GET budget.

    Raises one of CONNECTION_ERRORS when Sumsub does not let us ask at all.
    """
    found: Counter[str] = Counter()
    with gateway.client(wait_seconds=PERMIT_SECONDS) as client:
        for line in lines:
            found[_result(client, line, level_name, mode)] += 1
    return found


def _result(client: gateway.BudgetedClient, line: TokenLine, level_name: str, mode: str) -> str:
    if line.fault is not None:
        return f"Skipped: {line.fault.label}"
    try:
        applicant = client.send(_call(line, level_name, mode))
    except CONNECTION_ERRORS:
        raise
    except TokenRefused:
        return "Share token expired or already used"
    except Answered as error:
        return error.refusal.title if error.refusal else f"Refused ({error.error_code})"
    except SumsubError:
        return NO_ANSWER
    asked = review_word(applicant.review) is ReviewWord.DOCUMENTS_REQUESTED
    return PASSES_WITH_DOCUMENTS if asked else PASSES


def _call(line: TokenLine, level_name: str, mode: str) -> Call[Applicant]:
    if mode == ImportMode.COPY:
        return calls.copy_preview(line.share_token)
    return calls.reuse_preview(line.share_token, line.level or level_name)
