"""Asking Sumsub line by line what redeeming each share token would bring; nothing is stored."""

from collections import Counter
from collections.abc import Iterable

from customers.forecast.meaning import UNANSWERED, Meaning, hindrance, meaning, preview_call
from customers.models import GateReason, Outlook
from customers.token_csv import TokenLine
from customers.wording import outlook_label
from sharing import gateway
from sumsub.errors import SumsubError
from sumsub.records import Applicant

PERMIT_SECONDS = 120.0
PASSING = frozenset(outlook_label(one, "", None, "") for one in (Outlook.PASSES, Outlook.DOCUMENTS))


class CannotAsk(Exception):
    """Sumsub does not let us ask at all; `error` says why."""

    def __init__(self, error: SumsubError) -> None:
        super().__init__()
        self.error = error


def forecast(lines: Iterable[TokenLine], *, level_name: str, mode: str) -> Counter[str]:
    """How many lines would have which result, at the pace of the budget. Raises CannotAsk."""
    found: Counter[str] = Counter()
    with gateway.client(wait_seconds=PERMIT_SECONDS) as client:
        for line in lines:
            found[_result(client, line, level_name, mode)] += 1
    return found


def _result(client: gateway.BudgetedClient, line: TokenLine, level_name: str, mode: str) -> str:
    if line.fault is not None:
        return f"Skipped: {line.fault.label}"
    level = line.level or level_name
    try:
        call = preview_call(line.share_token, mode=mode, level_name=level)
        answer: Applicant | SumsubError = client.send(call)
    except SumsubError as error:
        if hindrance(error) not in (None, GateReason.PARAMETERS):
            raise CannotAsk(error) from None
        answer = error
    said = meaning(answer) or UNANSWERED
    return _label(said)


def _label(said: Meaning) -> str:
    return outlook_label(said.outlook, said.reason, said.error_code, said.error_name)
