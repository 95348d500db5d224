"""The end of a row that was not sent because of its forecast."""

from customers.decisions import Circumstances, Decision, cancelled
from customers.models import RowState
from customers.reasons import Reason


def cancelled_by_forecast(at: Circumstances, error_code: int | None, error_name: str) -> Decision:
    """Given up unsent: the share token is erased here and unused at Sumsub.

    The preview's code stands where a refusal's would.
    """
    said = {"reason": Reason.FORECAST, "error_code": error_code, "error_name": error_name}
    return Decision(RowState.CANCELLED, cancelled(at).changes | said)
