"""The kinds of tasks: about what, who sees them, who does them, in which words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices

from accounts.models import User
from accounts.rights import Right
from customers.models import Thing


class Kind(TextChoices):
    """Why something waits for a person. The order decides between tasks of one moment."""

    GATE = "gate", "Closed gate"
    STILL = "import", "Import that stands still"
    ROW = "row", "Row that needs somebody"
    REVERSED = "reversed", "Approval that Sumsub took back"
    DECIDE = "decide", "Application to decide"
    TAKE = "review", "Application to take into review"
    ANSWERED = "answered", "Answer that came in"
    COMPLETE = "complete", "Application to complete"
    REQUESTED = "requested", "Documents or answers requested"
    PAIR = "pair", "Possible duplicate"
    PARTNER = "partner", "Partner to look after"

    @property
    def about(self) -> "About":
        """What there is to know of tasks of this kind."""
        return _ABOUT[self]

    @property
    def rank(self) -> int:
        """Its place among the kinds."""
        return _RANKS[self]


@dataclass(frozen=True)
class About:
    """What there is to know of the tasks of one kind.

    `sees`: who finds them in the queue. `does`: one of these rights lets a person do such a task,
    hand it to a colleague, and plan it. `hears`: who may read the notes and be named in them.
    """

    thing: Thing
    sees: Right
    does: tuple[Right, ...]
    hears: tuple[Right, ...]
    icon: str
    tone: str = ""


_OFFICE = (Right.MANAGE_COMPLIANCE_APPLICATIONS,)
_DECIDES = (Right.DECIDE_APPLICATIONS,)
_PEOPLE = (Right.VIEW_PERSONAL_DATA,)
_OPENERS = (
    Right.MANAGE_COMPLIANCE_APPLICATIONS,
    Right.MANAGE_CONNECTION,
    Right.MANAGE_PARTNERS,
)
_REGISTER = (Right.MANAGE_PARTNERS,)


def _application(does: tuple[Right, ...], icon: str, tone: str = "") -> About:
    return About(Thing.APPLICATION, Right.VIEW_CUSTOMERS, does, _PEOPLE, icon, tone)


_ABOUT: dict[Kind, About] = {
    Kind.GATE: About(Thing.GATE, Right.VIEW_IMPORTS, _OPENERS, _OPENERS, "lock", "bad"),
    Kind.STILL: About(Thing.IMPORT, Right.VIEW_IMPORTS, _OFFICE, _PEOPLE, "pause", "warn"),
    Kind.ROW: About(Thing.ROW, Right.VIEW_IMPORTS, _OFFICE, _PEOPLE, "needs_person", "doubt"),
    Kind.REVERSED: _application(_DECIDES, "warn", "bad"),
    Kind.DECIDE: _application(_DECIDES, "shield"),
    Kind.TAKE: _application(_DECIDES, "file"),
    Kind.ANSWERED: _application(_DECIDES, "check"),
    Kind.COMPLETE: _application(_OFFICE, "edit"),
    Kind.REQUESTED: _application(_OFFICE, "timer", "move"),
    Kind.PAIR: About(Thing.PAIR, Right.VIEW_CUSTOMERS, _OFFICE, _PEOPLE, "customers", "warn"),
    Kind.PARTNER: About(Thing.PARTNER, Right.VIEW_PARTNERS, _REGISTER, _REGISTER, "partners"),
}
_RANKS = {kind: rank for rank, kind in enumerate(Kind)}
# What holds for a thing that waits for nobody: an application is somebody's while Sumsub reviews.
_AT_REST = {
    Thing.APPLICATION: Kind.COMPLETE,
    Thing.ROW: Kind.ROW,
    Thing.PAIR: Kind.PAIR,
    Thing.IMPORT: Kind.STILL,
    Thing.GATE: Kind.GATE,
    Thing.PARTNER: Kind.PARTNER,
}


def at_rest(thing: Thing) -> Kind:
    """Whose rights count for a thing of this kind while it waits for nobody."""
    return _AT_REST[thing]


def kinds_for(person: User) -> list[Kind]:
    """The kinds of tasks that this person finds in the queue."""
    return [kind for kind in Kind if person.holds(kind.about.sees)]


def doers(kinds: Iterable[Kind]) -> list[User]:
    """People who may do tasks of at least one of these kinds, by name."""
    return _people({(kind.about.sees, kind.about.does) for kind in kinds})


def hearers(about: About) -> list[User]:
    """People who may read notes on such a thing, and be named in them, by name."""
    return _people({(about.sees, about.hears)})


def _people(wanted: Iterable[tuple[Right, tuple[Right, ...]]]) -> list[User]:
    found: dict[int, User] = {}
    for sees, one_of in wanted:
        who_see = set(User.objects.holding(sees).values_list("pk", flat=True))
        for right in one_of:
            found |= {one.pk: one for one in User.objects.holding(right) if one.pk in who_see}
    return sorted(found.values(), key=lambda one: (one.display_name.casefold(), one.pk))
