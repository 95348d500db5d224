"""Lease forgotten: a row whose process vanished goes again as if nothing had been minted."""

from sharing.minting_many import tick
from sharing.minting_many.books import Books
from sharing.models import MintRow

_take_back = tick.Ticker._take_back


def _and_forget(self: tick.Ticker, books: Books, row: MintRow) -> None:
    declared = row.unread_count
    _take_back(self, books, row)
    row.unread_count = declared


tick.Ticker._take_back = _and_forget  # type: ignore[method-assign]
