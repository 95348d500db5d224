"""Claiming: rows become *sending* on disk, under a lease, with permits taken in the same commit."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, zip_longest

from customers import gates
from customers.books import Books
from customers.decisions import Circumstances, has_life_for_resend
from customers.models import GateReason, Import, Row, RowState
from customers.redemption.work import Send
from customers.timing import Timing
from sharing import budget
from sharing.database_clock import Moment
from sharing.sealing import CannotOpen, open_sealed

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claimer:
    """Who claims, and by which waits.

    Permits are taken for the moment `permits_from` (epoch seconds), or for the one at which calls
    can leave, `way_out` seconds after their claim, where that is later.
    """

    owner: str
    timing: Timing
    permits_from: float = 0.0
    way_out: float = 0.0

    def claim(
        self, books: Books, imports: Iterable[Import], most: int, now: datetime
    ) -> list[Send]:
        """Claim up to `most` rows of the locked imports, fairly, within the budget.

        Call inside the transaction that locked `books`; the budget's row is locked last.
        """
        served = [books.imports[i.pk] for i in imports if i.pk in books.imports]
        queues = [self._waiting(imported, most, now) for imported in served]
        rows = [row for row in chain.from_iterable(zip_longest(*queues)) if row is not None]
        opened = self._opened(books, rows[:most], now)
        # A clock read anew: what came before in this transaction took its time, now more, now less.
        at = Moment.read(write_within=self.timing.write_within)
        permit_at = max(self.permits_from, at.now.timestamp() + self.way_out)
        permits = budget.take(budget.POST, len(opened), now=permit_at)
        return [self._send(books, row, token, at, permit_at) for row, token in opened[:permits]]

    def _waiting(self, imported: Import, most: int, now: datetime) -> list[Row]:
        at = Circumstances(now=now, imported=imported, timing=self.timing)
        mine = Row.objects.of(imported)
        resends = mine.cleared_for_resend(now, self.timing)
        again = list(resends[:most]) if imported.checking_count else []
        return [row for row in (*again, *mine.sendable(now)[:most]) if self._may_go(row, at)]

    def _may_go(self, row: Row, at: Circumstances) -> bool:
        if row.deadline_at is not None and row.deadline_at <= at.now:
            return False
        return row.state == RowState.PENDING or has_life_for_resend(row, at)

    def _opened(self, books: Books, rows: list[Row], now: datetime) -> list[tuple[Row, str]]:
        """The rows with their share tokens; an import whose tokens do not open is held back."""
        opened = []
        for row in rows:
            context = seal_context(row.import_ref_id, row.line)
            try:
                opened.append((row, open_sealed(bytes(row.token_sealed or b""), context=context)))
            except CannotOpen:
                logger.error("no key opens the share token of %s", row)
                self._hold_back(books.imports[row.import_ref_id], now)
        return opened

    def _hold_back(self, imported: Import, now: datetime) -> None:
        gates.close(
            imported, GateReason.KEYS, error_code=None, detail="", now=now, timing=self.timing
        )

    def _send(self, books: Books, row: Row, share_token: str, at: Moment, permit_at: float) -> Send:
        now = at.now
        imported = books.imports[row.import_ref_id]
        again = row.state == RowState.CHECKING
        books.move(
            row,
            RowState.SENDING,
            {
                "lease_until": now + timedelta(seconds=self.timing.lease),
                "lease_owner": self.owner,
                "first_sent_at": row.first_sent_at or now,
                "sent_at": now,
                "attempts": row.attempts + 1,
                "resends": row.resends + again,
                "resend_cleared": False,
                "not_before": None,
                "next_lookup_at": None,
            },
        )
        books.alter(imported.pk, served_at=now)
        return Send(
            row_id=row.pk,
            import_id=imported.pk,
            version=row.version,
            mode=imported.mode,
            level_name=row.level_name or imported.level_name,
            external_user_id=row.external_user_id,
            permit_at=permit_at,
            due_at=at.monotonic_at(permit_at),
            claimed_at=at.monotonic,
            not_after=at.not_after,
            share_token=share_token,
            reset_steps=imported.reset_steps,
            trust_review=imported.copy_trust_review,
            row=row,
        )


def seal_context(import_id: int, line: int) -> str:
    """What binds a sealed share token to its row: moved elsewhere, it does not open."""
    return f"customers.row:{import_id}:{line}"
