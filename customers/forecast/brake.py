"""The brake of a look at each row before it is sent: a file whose share tokens are all dead.

A row whose share token the preview calls dead is given up and the share token erased. When that
happens to one row after the other, the file, its time or its donor is wrong, and the rows that are
left had better wait for a person.
"""

from collections.abc import Mapping

from customers.forecast.meaning import Meaning
from customers.models import Outlook
from customers.reasons import Reason


def up_to_a_run(said: Mapping[int, Meaning], run: int, most: int) -> tuple[dict[int, Meaning], int]:
    """The forecasts until `most` dead share tokens came in a row, and how many came last.

    `run` is how many came last before. No answer says nothing of a share token.
    """
    taken: dict[int, Meaning] = {}
    for row_id, one in said.items():
        taken[row_id] = one
        if one.outlook != Outlook.UNANSWERED:
            run = run + 1 if one.reason == Reason.TOKEN_DEAD else 0
        if run >= most:
            break
    return taken, run
