"""Sending many refused rows again, at a level that may accept their share tokens."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from accounts.rights import Right
from customers import decisions
from customers.bell import ring_on_commit
from customers.books import Books, LostRow
from customers.control import NotPossible
from customers.history import RETRIED_TOGETHER
from customers.models import Import, ImportState, Row, RowState
from customers.models.row_queries import RowQuerySet
from customers.reason_groups import rows_of_group
from customers.retrying import reopen
from sharing.database_clock import database_now

# Rows of one transaction: while it lasts, no other row of the import moves.
AT_ONCE = 5000


@dataclass(frozen=True)
class Retryable:
    """What of some refused rows can go again, and how long their share tokens are kept."""

    rows: int
    gone: int
    """Refused alike, but their share token is not kept any more."""
    first_dies: datetime | None
    last_dies: datetime | None
    levels: tuple[str, ...]
    """The levels that refused those that can go again."""


def retryable(imported: Import, rows: RowQuerySet) -> Retryable:
    """What of `rows`, which are rows of this import, another level may still accept."""
    now = database_now()
    kept = rows.for_another_level(now)
    found = kept.aggregate(
        rows=Count("pk"), first_dies=Min("token_until"), last_dies=Max("token_until")
    )
    named = kept.order_by("level_name").values_list("level_name", flat=True).distinct()
    levels = sorted({name or imported.level_name for name in named})
    gone = rows.too_late_for_another_level(now).count()
    return Retryable(gone=gone, levels=tuple(levels), **found)


def retry_together(
    import_id: int,
    key: str,
    level_name: str,
    *,
    level_changed: bool = False,
    by: User,
    request: HttpRequest | None = None,
) -> int:
    """Send the rows of a reason group again at another level; returns how many.

    Rows whose share token is gone stay as they are, and those that this level refused too, unless
    it was changed at Sumsub since (`level_changed`). One transaction
    and one audit event for every AT_ONCE rows. Raises NotPossible when no row can go, the import
    is or was meanwhile cancelled, and without the right.
    """
    if not by.holds(Right.MANAGE_COMPLIANCE_APPLICATIONS):
        raise NotPossible("Your role does not let you decide about rows.")
    level = level_name.strip()
    if not level:
        raise NotPossible("Choose a level.")
    deed = _Deed(key, level, level_changed, database_now(), by, request)
    moved = total = _some(import_id, deed)
    while moved == AT_ONCE:
        moved = _some(import_id, deed)
        total += moved
    if not total:
        raise NotPossible(
            "None of these rows can be sent at this level any more. "
            "Choose another level, or ask the donor for new share tokens."
        )
    return total


@dataclass(frozen=True)
class _Deed:
    """What a person asked for; `asked_at` leaves out rows that were refused since."""

    key: str
    level: str
    level_changed: bool
    asked_at: datetime
    by: User
    request: HttpRequest | None

    def chosen(self, imported: Import) -> RowQuerySet:
        """The rows that are to go again, as far as they are still refused."""
        group = rows_of_group(Row.objects.of(imported), self.key)
        kept = group.for_another_level(database_now()).not_settled_after(self.asked_at)
        if self.level_changed:
            return kept
        return kept.at_other_levels(self.level, imported.level_name)


@transaction.atomic
def _some(import_id: int, deed: _Deed) -> int:
    """Move the next rows of the group, at most AT_ONCE; 0 when none is left."""
    books = Books([import_id])
    imported = books.imports[import_id]
    if imported.state == ImportState.CANCELLED:
        raise NotPossible("The import was cancelled: nothing of it is sent any more.")
    found = list(deed.chosen(imported).order_by("line").values_list("pk", "line")[:AT_ONCE])
    if not found:
        return 0
    decision = decisions.at_another_level(deed.level)
    only = Q(pk__in=[pk for pk, _ in found])
    moved = books.move_all(import_id, RowState.REFUSED, decision.state, decision.changes, only)
    if moved != len(found):
        raise LostRow(f"{len(found) - moved} rows are no longer as they were")
    reopen(books, import_id)
    books.close()
    audit.record(
        RETRIED_TOGETHER,
        actor=deed.by,
        subject=f"import:{import_id}",
        request=deed.request,
        rows=moved,
        level=deed.level,
        why=deed.key,
        level_changed=deed.level_changed,
        first_line=found[0][1],
        last_line=found[-1][1],
    )
    ring_on_commit(import_id)
    return moved
