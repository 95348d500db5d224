"""The bell in the top bar: how many notices are unread, and the newest number it knows."""

from dataclasses import dataclass
from typing import Self

from accounts.models import Notice, User

# Beyond this the bell says "more than".
MOST = 99
NUMBER_DIGITS = 18


@dataclass(frozen=True)
class Bell:
    """What the bell shows. `newest` is the number of the newest notice, 0 for none."""

    unread: int
    newest: int

    @classmethod
    def of(cls, person: User) -> Self:
        """The bell of one person."""
        mine = Notice.objects.of(person)
        newest = mine.values_list("pk", flat=True).first() or 0
        unread = mine.unread().order_by()[: MOST + 1].count() if newest else 0
        return cls(unread, newest)

    @property
    def figure(self) -> str:
        """The number on the bell."""
        return f"{MOST}+" if self.unread > MOST else str(self.unread)


def new_since(person: User, cursor: str) -> Notice | None:
    """The newest unread notice after the number `cursor`; None without one, or for no number."""
    if not (cursor.isascii() and cursor.isdigit()) or len(cursor) > NUMBER_DIGITS:
        return None
    return Notice.objects.of(person).unread().after(int(cursor)).first()
