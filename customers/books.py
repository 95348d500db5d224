"""One transaction's hold on some imports: their locks, their counters, their change numbers.

Locks are always taken in the same order (imports by number, then rows, then budget and gates), so
two transactions cannot wait for each other.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from accounts import sheets
from customers.models import Import, ImportState, Row, RowState
from customers.models.row_states import UNDECIDED_STATES
from customers.outgoing import telling
from customers.outgoing.outbox import Happened, emit_all


class LostRow(Exception):
    """A conditional update changed no row: somebody else moved it, against the import's lock."""


# What finds a row that is to be moved, and what every move sets.
_FOUND_BY = ("id", "state", "version")
_ALWAYS = ("state", "version", "change")


@dataclass(frozen=True, slots=True)
class _Move:
    """One row on its way from a state and version to the next."""

    row_id: int
    state: str
    version: int
    to: str
    change: int
    changes: dict[str, Any]

    def values(self, names: Iterable[str]) -> tuple[Any, ...]:
        found_by = (self.row_id, self.state, self.version)
        always = (self.to, self.version + 1, self.change)
        return (*found_by, *always, *(self.changes[name] for name in names))


class Books:
    """Locked imports, and what this transaction does to their rows.

    Open inside `transaction.atomic`, move rows, then `close` before the commit: counters and
    change numbers are then true at the commit by construction. Moves are written together, by
    `write`, which `close` calls too: before a query that must see them, call it.
    """

    def __init__(self, import_ids: Iterable[int]) -> None:
        locked = Import.objects.select_for_update(of=("self",)).filter(pk__in=set(import_ids))
        self.imports: dict[int, Import] = {found.pk: found for found in locked.order_by("pk")}
        self._deltas: dict[int, Counter[str]] = {pk: Counter() for pk in self.imports}
        self._touched: set[int] = set()
        self._altered: dict[int, set[str]] = {pk: set() for pk in self.imports}
        self._moves: dict[int, _Move] = {}

    def change_number(self, import_id: int) -> int:
        """The number that rows of this import carry when this transaction changes them."""
        self._touched.add(import_id)
        return self.imports[import_id].change + 1

    def alter(self, import_id: int, **values: Any) -> None:
        """Set columns of a locked import; written at `close`."""
        for name, value in values.items():
            setattr(self.imports[import_id], name, value)
        self._altered[import_id] |= set(values)
        self._touched.add(import_id)

    def move(self, row: Row, state: str, changes: dict[str, Any]) -> None:
        """Move one row by a conditional update on (id, state, version), and `row` with it.

        The update is written with others, by `write`.
        """
        if row.pk in self._moves:
            self.write()
        import_id = row.import_ref_id
        number = self.change_number(import_id)
        self._moves[row.pk] = _Move(row.pk, row.state, row.version, state, number, changes)
        self.count(import_id, row.state, state)
        row.state, row.version, row.change = state, row.version + 1, number
        for name, value in changes.items():
            setattr(row, name, value)

    def write(self) -> None:
        """Write the moves so far, those that change the same columns in one statement.

        Raises LostRow when one of them found its row in another state or version.
        """
        alike: dict[tuple[str, ...], list[_Move]] = {}
        for moved in self._moves.values():
            alike.setdefault(tuple(sorted(moved.changes)), []).append(moved)
        self._moves = {}
        for names, moves in alike.items():
            rows = [moved.values(names) for moved in moves]
            changed = sheets.update(Row, (*_ALWAYS, *names), rows, where=_FOUND_BY)
            if changed != len(moves):
                raise LostRow(f"{len(moves) - changed} rows are no longer as they were")

    def move_all(
        self,
        import_id: int,
        state: str,
        to: str,
        changes: dict[str, Any],
        only: Q | None = None,
        *,
        most: int | None = None,
    ) -> int:
        """Move every row of an import that is in `state`, or `only` those, or `most` of them.

        Returns how many were moved.
        """
        self.write()
        rows = Row.objects.of(import_id).in_state(state).filter(only or Q())
        if most is not None:
            rows = Row.objects.filter(pk__in=rows.values("pk")[:most])
        moved = rows.update(
            state=to,
            version=F("version") + 1,
            change=self.change_number(import_id),
            **changes,
        )
        self.count(import_id, state, to, moved)
        return moved

    def to_their_turn(self, import_id: int, now: datetime, only: Q | None = None) -> int:
        """Let rows that are not started wait to be sent, all or `only` those; returns how many.

        Those that are to be looked up first are due for it at once.
        """
        due = Case(When(look_first=True, then=Value(now)), default=None)
        changes = {"next_lookup_at": due}
        return self.move_all(import_id, RowState.STAGED, RowState.PENDING, changes, only)

    def touch(self, rows: Iterable[Row]) -> None:
        """Give rows a new change number, so that viewers see something beside them changed."""
        beside: dict[int, list[int]] = {}
        for row in rows:
            row.change = self.change_number(row.import_ref_id)
            beside.setdefault(row.import_ref_id, []).append(row.pk)
        for import_id, ids in beside.items():
            Row.objects.filter(pk__in=ids).update(change=self.change_number(import_id))

    def count(self, import_id: int, leaves: str, enters: str, rows: int = 1) -> None:
        """Note that `rows` rows of an import went from one state to another."""
        self._deltas[import_id][leaves] -= rows
        self._deltas[import_id][enters] += rows
        self._touched.add(import_id)

    def close(self) -> None:
        """Write moves, counters, change numbers and finished imports, and tell of these."""
        self.write()
        ended: list[Happened] = []
        for import_id in sorted(self._touched):
            if self._write(self.imports[import_id]):
                ended.append(telling.import_finished(self.imports[import_id]))
        emit_all(ended)

    def _write(self, imported: Import) -> bool:
        """Write one import; True when its last row got its outcome with this."""
        deltas = {state: by for state, by in self._deltas[imported.pk].items() if by}
        for state, by in deltas.items():
            setattr(imported, f"{state}_count", imported.count(state) + by)
        imported.change += 1
        fields = {f"{state}_count" for state in deltas} | self._altered[imported.pk] | {"change"}
        finished = self._is_done(imported)
        if finished:
            imported.state, imported.finished_at = ImportState.FINISHED, timezone.now()
            fields |= {"state", "finished_at"}
        imported.save(update_fields=fields)
        moved = bool(deltas) or "state" in fields
        gave_up = imported.state == ImportState.CANCELLED and imported.undecided_count == 0
        return finished or (gave_up and moved)

    def _is_done(self, imported: Import) -> bool:
        undecided = sum(imported.count(state) for state in UNDECIDED_STATES)
        under_way = imported.state in (ImportState.RUNNING, ImportState.PAUSED)
        return under_way and undecided == 0


def counters_by_counting(import_id: int) -> dict[str, int]:
    """The counters of an import, counted from its rows: what `Import.…_count` must equal."""
    found = Counter(Row.objects.of(import_id).values_list("state", flat=True))
    return {state.value: found[state.value] for state in RowState}
