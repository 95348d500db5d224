"""What became of share tokens that we minted for ourselves, as the recipient's side reports it.

Sumsub tells a donor nothing about redemption. Only where the recipient is our own client id does
this installation see the end, and then the ledger shows it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sharing import gateway
from sharing.models import IssuedToken, TokenOutcome

_COLUMNS = ("outcome", "outcome_at", "outcome_code", "outcome_name")


@dataclass(frozen=True)
class Settled:
    """The end of one share token at the recipient: refusals carry Sumsub's code and its name."""

    token_mark: str
    outcome: TokenOutcome
    at: datetime
    code: int | None = None
    name: str = ""


def record_settled(settled: Iterable[Settled]) -> None:
    """Write outcomes into the ledger, in the caller's transaction; one query when none is ours.

    A redemption is final; of other outcomes the latest counts.
    """
    by_mark = {one.token_mark: one for one in settled}
    own = gateway.connection().client_id
    if not by_mark or not own:
        return
    issued = [
        line
        for line in IssuedToken.objects.of_marks(by_mark, own).order_by("pk")
        if line.outcome != TokenOutcome.REDEEMED
    ]
    for line in issued:
        end = by_mark[line.token_mark]
        line.outcome, line.outcome_at = end.outcome, end.at
        refused = end.outcome is TokenOutcome.REFUSED
        line.outcome_code = end.code if refused else None
        line.outcome_name = end.name[:120] if refused else ""
    IssuedToken.objects.bulk_update(issued, _COLUMNS)
