"""What a few refused rows would find at the workspace's other levels.

Only a few are asked: they tell whether another level is worth a look at all of them.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

from customers.forecast.groups import groups_of, rows_of
from customers.forecast.meaning import Meaning
from customers.forecast.questions import Question, question_about
from customers.models import ImportMode, Look, Outlook
from sharing.levels import levels

ROWS_TRIED = 20
LEVELS_TRIED = 5
GROUPS_TRIED = 8


@dataclass
class Trials:
    """The questions still to ask, and what was said so far by (group, level).

    They outlast a turn: many questions take longer than one.
    """

    _change: int
    _questions: list[Question]
    _open: dict[tuple[int, str], Question] = field(default_factory=dict)
    _said: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, look: Look) -> Self:
        """Rows of the largest groups that another level may accept, at each of the other levels.

        Those that would be refused come first; they have more to win.
        A copy's preview knows no level: nothing is tried. Raises CannotOpen without a key.
        """
        imported = look.import_ref
        if imported.mode == ImportMode.COPY:
            return cls(look.change, [])
        helped = [group for group in groups_of(look) if group.another_level_may_help]
        helped.sort(key=lambda group: group.outlook != Outlook.REFUSED)
        questions = []
        for group in helped[:GROUPS_TRIED]:
            rows = list(rows_of(imported, group.key).not_started().order_by("line")[:ROWS_TRIED])
            used = {row.level_name or imported.level_name for row in rows}
            others = [name for name in levels().names if name not in used][:LEVELS_TRIED]
            questions += [
                question_about(row, imported, level=level, trial=group.key)
                for level in others
                for row in rows
            ]
        return cls(look.change, questions)

    def fits(self, look: Look) -> bool:
        """Whether the look still says what it said when these trials began."""
        return look.change == self._change

    def go_on(self) -> None:
        """Begin another turn: what got no answer in the last one is asked again."""
        self._questions = [*self._open.values(), *self._questions]
        self._open = {}

    def next(self, most: int) -> list[Question]:
        """The next questions."""
        taken, self._questions = self._questions[:most], self._questions[most:]
        self._open |= {(one.row_id, one.level_name): one for one in taken}
        return taken

    def take(self, question: Question, said: Meaning) -> None:
        """Count an answer to one of the open questions."""
        del self._open[question.row_id, question.level_name]
        tried = self._said.setdefault((question.trial, question.level_name), Counter())
        tried[said.outlook.value] += 1

    def found(self) -> list[dict[str, Any]]:
        """As it is kept: group, level, rows asked, and how many would pass or need documents."""
        return [
            {
                "group": key,
                "level": level,
                "asked": sum(said.values()) - said[Outlook.UNANSWERED],
                "passes": said[Outlook.PASSES],
                "documents": said[Outlook.DOCUMENTS],
            }
            for (key, level), said in self._said.items()
        ]
