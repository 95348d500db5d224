"""What the help page tells about importing, taken from the code that does it: so it stays true.

Anchors are promises: pages link to them, and people keep links.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from customers.models import Row, RowState
from customers.progress import LABELS
from customers.reason_groups import Acts, ReasonGroup, by_actor
from customers.reasons import Reason
from customers.timing import Timing
from customers.token_csv.columns import Column, accepted_names
from customers.wording import Story, story
from customers.wording.refusals import code_words
from customers.wording.skipped import FAULTS
from sharing import budget
from sumsub.codes import REFUSAL_CODES

IN_DOUBT = "in-doubt"
# The sizes of file that the clock's table shows.
SIZES = (500, 2000, 5000, 10_000, 12_000)
# Refusals without a code of Sumsub's table.
_OWN_REASONS = (
    Reason.TOKEN_DEAD,
    Reason.WRONG_REQUEST,
    Reason.TOO_LARGE,
    Reason.ID_IN_USE,
    Reason.UNKNOWN_RULE,
)
_MEANING = {
    Column.TOKEN: "The share token. The only column that must be there.",
    Column.EXTERNAL_ID: "Your own id for the person; kept on the customer, found by the search.",
    Column.LABEL: "A name or remark that people read while the customer has no name yet.",
    Column.ISSUED_AT: "When the share token was made.",
    Column.EXPIRES_AT: "When it dies. Then the clock is exact, and what is too late is not sent.",
    Column.LEVEL: "The level for this line, where it is not the one chosen for the file.",
    Column.OLD_MARK: "The mark of the share token that this one replaces, as in our list.",
}


@dataclass(frozen=True)
class ColumnHelp:
    """A column: the name to use, what else it may be called, what it is for."""

    name: str
    others: tuple[str, ...]
    meaning: str


@dataclass(frozen=True)
class LabelHelp:
    """A label of the legend, and what rows under it say."""

    key: str
    stories: tuple[Story, ...]


@dataclass(frozen=True)
class ReasonHelp:
    """A refusal: its anchor, its words, Sumsub's code if it has one."""

    anchor: str
    story: Story
    code: str


@dataclass(frozen=True)
class ClockLine:
    """A size of file: how long minting and redeeming take, and what is left for the hand-over."""

    rows: int
    seconds: float
    hand_over: float


def columns() -> list[ColumnHelp]:
    """The columns that a file may have."""
    return [
        ColumnHelp(column.value, _other_names(column, names), _MEANING[column])
        for column, names in accepted_names().items()
    ]


def faults() -> list[str]:
    """What makes a line faulty, each as the end of a sentence: "holds no share token"."""
    return list(FAULTS.values())


def labels() -> list[LabelHelp]:
    """Every label with the words that its rows carry, in the order in which a row meets them."""
    return [LabelHelp(label.key, tuple(map(_sample, label.states))) for label in reversed(LABELS)]


def reasons() -> list[tuple[Acts, list[ReasonHelp]]]:
    """Every refusal, under who must act."""
    found = by_actor(_refusals())
    return [(acts, [_told(group) for group in groups]) for acts, groups in found]


def clock_lines() -> list[ClockLine]:
    """How the time of a share token is spent, at this installation's limit."""
    limit = budget.limit(budget.POST)
    rate = limit.calls / limit.seconds if limit.calls else float("inf")
    ttl = Timing.current().assumed_ttl
    return [ClockLine(rows, rows / rate, ttl - rows / rate) for rows in SIZES]


def anchor_of(row: Row) -> str:
    """Where the help page explains what a row says."""
    if row.state == RowState.CHECKING:
        return IN_DOUBT
    if row.state == RowState.REFUSED:
        anchor = _anchor(row.error_name if row.reason == Reason.RULE else row.reason)
        if anchor in _ANCHORS:
            return anchor
    return next(f"label-{label.key}" for label in LABELS if row.state in label.states)


def _other_names(column: Column, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name != column.value.replace("_", " "))


def _sample(state: RowState) -> Story:
    """What a row in this state says where nothing more is known of it."""
    reason = {
        RowState.DUPLICATE: Reason.DUPLICATE_ELSEWHERE,
        RowState.INVALID: Reason.EMPTY,
        RowState.NEEDS_PERSON: Reason.UNANSWERABLE,
    }.get(state, "")
    return story(Row(state=state, reason=reason, doubt=state == RowState.CHECKING))


def _refusals() -> list[ReasonGroup]:
    own = [ReasonGroup(RowState.REFUSED, reason, None, "", 0) for reason in _OWN_REASONS]
    coded = [
        ReasonGroup(RowState.REFUSED, Reason.RULE, code.code, code.name, 0)
        for code in REFUSAL_CODES
    ]
    return own + coded


def _told(group: ReasonGroup) -> ReasonHelp:
    code = code_words(group.error_code, group.error_name)
    return ReasonHelp(_anchor(group.error_name or group.reason), story(group.sample), code)


def _anchor(name: str) -> str:
    return f"reason-{name.replace('_', '-')}"


_ANCHORS = frozenset(_anchor(group.error_name or group.reason) for group in _refusals())
