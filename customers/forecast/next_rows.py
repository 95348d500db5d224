"""Which rows of a look are asked about next, in which order."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime

from customers.models import Import, Look, LookKind, Row
from customers.models.row_queries import RowQuerySet

# Rows that are lined up by one query.
LINED_UP = 1000


class NextRows:
    """The rows to ask about, each once until the end is reached.

    Where each is looked at before it is sent they come in the order of sending, which is that of
    their deadlines; else in the order of the file.
    """

    def __init__(self, look: Look, imported: Import) -> None:
        self._is_each = look.kind == LookKind.EACH
        self._chosen_only = look.kind == LookKind.SAMPLE
        self._imported = imported
        self._lined_up: deque[int] = deque()
        self._last: tuple[datetime, int] | None = None

    def are_left(self) -> bool:
        """Whether any row is still to be asked about, or waits for its answer."""
        return self._wanted().exists()

    def take(self, most: int, *, from_top: bool) -> list[Row]:
        """The next rows, `most` of them or fewer.

        Once the end is reached it begins `from_top`, if that is allowed: what changed behind us,
        another level say, waits further up. Rows whose answers are under way would come again.
        """
        if most <= 0:
            return []
        if not self._lined_up:
            self._line_up()
        if not self._lined_up and from_top and self._last is not None:
            self._last = None
            self._line_up()
        ids = [self._lined_up.popleft() for _ in range(min(most, len(self._lined_up)))]
        found = self._wanted().in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]

    def _line_up(self) -> None:
        rows = self._in_order()[:LINED_UP].values_list("pk", "claim_order", "line")
        self._append(list(rows))

    def _append(self, rows: Sequence[tuple[int, datetime, int]]) -> None:
        self._lined_up.extend(pk for pk, _, _ in rows)
        if rows:
            _, claim_order, line = rows[-1]
            self._last = (claim_order, line)

    def _in_order(self) -> RowQuerySet:
        wanted = self._wanted()
        if self._is_each:
            behind = wanted.after_in_line(*self._last) if self._last else wanted
            return behind.order_by("claim_order", "line")
        behind = wanted.after_line(self._last[1]) if self._last else wanted
        return behind.order_by("line")

    def _wanted(self) -> RowQuerySet:
        """The rows that are to be asked about; each that is not started, where each is."""
        mine = Row.objects.of(self._imported)
        if self._is_each:
            return mine.not_started()
        return mine.to_be_asked(chosen_only=self._chosen_only)
