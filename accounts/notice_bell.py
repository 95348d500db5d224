"""The bell in the top bar: how many notices are unread, and the newest number it knows."""

from dataclasses import dataclass
from typing import Self

from accounts.compiled import Compiled
from accounts.keyset import number_in
from accounts.models import Notice, User

# Beyond this the bell says "more than".
MOST = 99


@dataclass(frozen=True)
class Bell:
    """What the bell shows. `newest` is the number of the newest notice, 0 for none."""

    unread: int
    newest: int

    @classmethod
    def of(cls, person: User) -> Self:
        """The bell of one person."""
        newest = _NEWEST.first(person=person.pk) or 0
        return cls(len(_UNREAD(person=person.pk)) if newest else 0, newest)

    @property
    def figure(self) -> str:
        """The number on the bell."""
        return f"{MOST}+" if self.unread > MOST else str(self.unread)


_NEWEST = Compiled(
    lambda person: Notice.objects.of(person).values_list("pk", flat=True)[:1], person=int
)
_UNREAD = Compiled(
    lambda person: (
        Notice.objects.of(person).unread().order_by().values_list("pk", flat=True)[: MOST + 1]
    ),
    person=int,
)


def new_since(person: User, cursor: str) -> Notice | None:
    """The newest unread notice after the number `cursor`; None without one, or for no number."""
    number = number_in(cursor)
    return None if number is None else Notice.objects.of(person).unread().after(number).first()
