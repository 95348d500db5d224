"""What viewers of one import share: each piece of news is made once, whoever asks for it first.

Ten people who look at the same rows with the same rights would ask the database the same questions
and make the same HTML ten times, twice a second. A channel keeps the last few pieces; each viewer
takes the one that follows what they saw, and only somebody who comes back after long has one made.
"""

import threading
import time
import weakref
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from accounts.compiled import Compiled
from customers.models import Application, Import, ImportState, Row
from customers.progress import Figures
from customers.views.fetching import import_to_show
from customers.views.import_parts import (
    Hold,
    View,
    count_of,
    hold_on,
    look_at,
    regions,
    rows_html,
)
from customers.views.look_parts import look_view
from customers.views.readers import Reader
from customers.views.row_list import RowChoice, as_shown, row_lines, with_beside

# How often the database is asked for a channel, however many listen (seconds).
LOOK_SECONDS: Final = 0.4
# Time moves figures even when no row moves, as long as the outcome of one is open.
REFRESH_SECONDS: Final = 5.0
# How long rates and risks hold that were measured.
MEASURE_SECONDS: Final = 2.0
# Pieces that are kept for viewers who are a little behind.
KEPT: Final = 16
MOST_ROWS: Final = 25
# A review read within this time is worth waiting for on an open connection.
REVIEW_WAIT = timedelta(minutes=2)


@dataclass(frozen=True)
class Piece:
    """The page at a moment: its parts as HTML, and the rows that changed since the piece before.

    `since` and `cursor` are change numbers; `missed` says that more rows changed than are told;
    `count` is how many rows are asked for, None where nobody knows.
    """

    view: View
    mark: str
    made_at: float
    since: int
    parts: dict[str, str]
    rows: list[dict[str, Any]]
    missed: bool
    count: int | None

    @property
    def cursor(self) -> int:
        """The change number up to which this piece tells."""
        return self.view.imported.change


class Channel:
    """The news of one import for one choice of rows and one set of rights. For any thread."""

    def __init__(self, import_id: int, choice: RowChoice, reader: Reader) -> None:
        self._import_id = import_id
        self._choice = choice
        self._reader = reader
        self._lock = threading.Lock()
        self._pieces: deque[Piece] = deque(maxlen=KEPT)
        self._looked_at = float("-inf")
        self._measured_at = float("-inf")
        self._settled = False

    def news(self, cursor: int, made_at: float) -> tuple[Piece | None, bool]:
        """What follows for a viewer whose last piece was made then and told up to `cursor`.

        None when nothing new is to be told; and whether nothing more is to be expected soon.
        """
        with self._lock:
            # A page that was loaded meanwhile must not be taken back to what others saw before.
            behind = bool(self._pieces) and self._pieces[-1].cursor < cursor
            if behind or time.monotonic() - self._looked_at >= LOOK_SECONDS:
                self._look()
            newer = [piece for piece in self._pieces if piece.made_at > made_at]
            settled = self._settled
        if not newer:
            return None, settled
        follows = next((piece for piece in newer if piece.since == cursor), None)
        return follows or _caught_up(newer[-1], cursor), settled and follows in (None, newer[-1])

    def _look(self) -> None:
        """Ask the database, little while nothing moved."""
        began = time.monotonic()
        imported = import_to_show(self._import_id)
        if imported is None:
            raise Import.DoesNotExist
        hold, looking = hold_on(imported), look_view(imported)
        mark = f"{imported.state}|{imported.change}|{hold.mark}|{looking.mark}"
        last = self._pieces[-1] if self._pieces else None
        # Share tokens grow old while rows wait for a person too; and what was remembered of a
        # moment ago, the groups of reasons or the figures, is put right by the next piece.
        ticking = bool(imported.undecided_count) or looking.is_under_way
        stale = last is None or (ticking and began - last.made_at > REFRESH_SECONDS)
        if stale or (last is not None and last.mark != mark):
            known = self._still_true(last, imported, hold, began) if ticking else None
            view = look_at(
                imported, self._reader, self._choice, hold=hold, looking=looking, known=known
            )
            since = last.cursor if last else imported.change
            self._pieces.append(piece_of(view, since, mark=mark))
        self._settled = is_settled(imported)
        # From its end on: where looking takes long, it must not follow on itself.
        self._looked_at = time.monotonic()

    def _still_true(
        self, last: Piece | None, imported: Import, hold: Hold, began: float
    ) -> Figures | None:
        """The last figures, where nothing but rows moved since they were measured lately."""
        if last is not None and began - self._measured_at < MEASURE_SECONDS:
            before = last.view
            if (before.imported.state, before.hold.mark) == (imported.state, hold.mark):
                return before.figures
        self._measured_at = began
        return None


_channels: "weakref.WeakValueDictionary[tuple[int, RowChoice, Reader], Channel]" = (
    weakref.WeakValueDictionary()
)
_making = threading.Lock()


def channel_of(import_id: int, choice: RowChoice, reader: Reader) -> Channel:
    """The channel that all viewers of these rows with these rights share while they listen."""
    key = (import_id, choice, reader)
    with _making:
        channel = _channels.get(key)
        if channel is None:
            channel = _channels[key] = Channel(*key)
        return channel


def piece_of(view: View, since: int, *, mark: str = "") -> Piece:
    """The news of a view for somebody who knows everything up to the change number `since`."""
    rows, missed = _rows_after(view, since)
    parts, count = regions(view), count_of(view)
    return Piece(view, mark, time.monotonic(), since, parts, rows, missed, count)


def is_settled(imported: Import) -> bool:
    """True when nothing about the import is about to change by itself."""
    if imported.state not in (ImportState.FINISHED, ImportState.CANCELLED):
        return False
    if imported.undecided_count:
        return False
    soon = timezone.now() + REVIEW_WAIT
    made = Application.objects.of_import(imported.pk)
    return not made.due_for_review_refresh(soon).exists()


def rows_as_told(view: View, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows as the page takes them in; `fits` says whether they belong to what is shown."""
    if not rows:
        return []
    fitting = _fitting(view, rows)
    lines = row_lines(view.imported, rows, view.reader, view.figures)
    return [
        {"line": line.row.line, "fits": line.row.pk in fitting, "html": html}
        for line, html in zip(lines, rows_html(lines), strict=True)
    ]


def _fitting(view: View, rows: Sequence[Row]) -> set[int]:
    """The ids of those of the rows that belong to what is shown."""
    if not view.choice.is_filtered:
        return {row.pk for row in rows}
    asked_for = view.choice.rows_of(view.imported, view.reader)
    return set(asked_for.among(rows).values_list("pk", flat=True))


def _caught_up(piece: Piece, cursor: int) -> Piece:
    """The same moment for a viewer who knows everything up to another change number."""
    rows, missed = _rows_after(piece.view, cursor)
    return replace(piece, since=cursor, rows=rows, missed=missed)


def _rows_after(view: View, cursor: int) -> tuple[list[dict[str, Any]], bool]:
    found = _CHANGED(import_id=view.imported.pk, cursor=cursor)
    told = with_beside(view.imported, found[:MOST_ROWS])
    return rows_as_told(view, told), len(found) > MOST_ROWS


_CHANGED = Compiled(
    lambda import_id, cursor: (
        as_shown(Row.objects.of(import_id))
        .changed_after(cursor)
        .order_by("-change", "line")[: MOST_ROWS + 1]
    ),
    import_id=int,
    cursor=int,
)
