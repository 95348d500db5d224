"""One transaction's hold on some imports: their locks, their counters, their change numbers.

Locks are always taken in the same order (imports by number, then rows, then budget and gates), so
two transactions cannot wait for each other.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils import timezone

from customers.models import Import, ImportState, Row, RowState
from customers.models.row_states import UNDECIDED_STATES


class LostRow(Exception):
    """A conditional update changed no row: somebody else moved it, against the import's lock."""


class Books:
    """Locked imports, and what this transaction does to their rows.

    Open inside `transaction.atomic`, move rows, then `close` before the commit: counters and
    change numbers are then true at the commit by construction.
    """

    def __init__(self, import_ids: Iterable[int]) -> None:
        locked = Import.objects.select_for_update(of=("self",)).filter(pk__in=set(import_ids))
        self.imports: dict[int, Import] = {found.pk: found for found in locked.order_by("pk")}
        self._deltas: dict[int, Counter[str]] = {pk: Counter() for pk in self.imports}
        self._touched: set[int] = set()
        self._altered: dict[int, set[str]] = {pk: set() for pk in self.imports}

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

        Raises LostRow when that changed no row.
        """
        import_id = row.import_ref_id
        number = self.change_number(import_id)
        changed = Row.objects.filter(pk=row.pk, state=row.state, version=row.version).update(
            state=state, version=F("version") + 1, change=number, **changes
        )
        if changed != 1:
            raise LostRow(f"{row} is no longer {row.state} at version {row.version}")
        self.count(import_id, row.state, state)
        row.state, row.version, row.change = state, row.version + 1, number
        for name, value in changes.items():
            setattr(row, name, value)

    def move_all(self, import_id: int, state: str, to: str, changes: dict[str, Any]) -> int:
        """Move every row of an import that is in `state`; returns how many were moved."""
        moved = (
            Row.objects.of(import_id)
            .in_state(state)
            .update(
                state=to,
                version=F("version") + 1,
                change=self.change_number(import_id),
                **changes,
            )
        )
        self.count(import_id, state, to, moved)
        return moved

    def touch(self, row: Row) -> None:
        """Give a row a new change number, so that viewers see something beside it changed."""
        row.change = self.change_number(row.import_ref_id)
        Row.objects.filter(pk=row.pk).update(change=row.change)

    def count(self, import_id: int, leaves: str, enters: str, rows: int = 1) -> None:
        """Note that `rows` rows of an import went from one state to another."""
        self._deltas[import_id][leaves] -= rows
        self._deltas[import_id][enters] += rows
        self._touched.add(import_id)

    def close(self) -> None:
        """Write counters, change numbers and finished imports."""
        for import_id in sorted(self._touched):
            self._write(self.imports[import_id])

    def _write(self, imported: Import) -> None:
        deltas = {state: by for state, by in self._deltas[imported.pk].items() if by}
        for state, by in deltas.items():
            setattr(imported, f"{state}_count", imported.count(state) + by)
        imported.change += 1
        fields = {f"{state}_count" for state in deltas} | self._altered[imported.pk] | {"change"}
        if self._is_done(imported):
            imported.state, imported.finished_at = ImportState.FINISHED, timezone.now()
            fields |= {"state", "finished_at"}
        imported.save(update_fields=fields)

    def _is_done(self, imported: Import) -> bool:
        undecided = sum(imported.count(state) for state in UNDECIDED_STATES)
        under_way = imported.state in (ImportState.RUNNING, ImportState.PAUSED)
        return under_way and undecided == 0


def counters_by_counting(import_id: int) -> dict[str, int]:
    """The counters of an import, counted from its rows: what `Import.…_count` must equal."""
    found = Counter(Row.objects.of(import_id).values_list("state", flat=True))
    return {state.value: found[state.value] for state in RowState}
