"""Everything around one row: its import, its share token, requests, lookups and the applicant."""

from enum import StrEnum
from functools import cache
from typing import NamedTuple

from customers.models import ImportState, RowState
from tests.customers.model.engine import NOBODY_MINDS_LATE, SAID_LATE, Step
from tests.customers.model.facts import Facts, Life, Place

CURRENT, STALE, REPLACED = 5, 1, -1
"""Of which version of the row something is: this one, an earlier one, or of the row before."""


class At(StrEnum):
    """How far a send has come."""

    CLAIMED = "claimed"
    WRITTEN = "on the wire"
    UNHEARD = "on the wire, nobody waits for it"
    ANSWERED = "answered"


class Send(NamedTuple):
    """One claim of the row and the request that follows it."""

    at: At
    version: int = CURRENT
    result: str = ""


Sends = tuple[Send, ...]


class Ask(StrEnum):
    """A lookup of the row as it is; one of an earlier version has nothing to say but a proof."""

    NONE = "no lookup"
    TAKEN = "a lookup"
    ABSENT = "a lookup that saw no applicant"
    OLD = "an old lookup that saw no applicant"


class Token(StrEnum):
    """The share token at Sumsub."""

    GOOD = "good"
    USED = "used"
    DEAD = "dead"


class Holder(StrEnum):
    """Whose applicant exists under the row's id."""

    NOBODY = "nobody"
    OURS = "ours"
    FOREIGN = "another's"


class Kind(StrEnum):
    """Who makes a move."""

    ENGINE = "engine"
    TIME = "time"
    FAULT = "fault"
    PERSON = "person"


class World(NamedTuple):
    """The row and everything that can still happen to it."""

    row: Facts
    place: Place
    life: Life
    token: Token = Token.GOOD
    holder: Holder = Holder.NOBODY
    gate: bool = False
    sends: Sends = ()
    ask: Ask = Ask.NONE
    spent: bool = False
    """Uploaded again, tried at another level, or restored: in one life one of these is enough."""

    @property
    def is_held(self) -> bool:
        """A pause or a cancelling was confirmed: no row of the import is being sent."""
        stopped = self.place.state in (ImportState.PAUSED, ImportState.CANCELLED)
        return stopped and self.row.state != RowState.SENDING

    def __str__(self) -> str:
        sends = [f"{s.at.value}{_age(s.version)} {s.result}".strip() for s in self.sends]
        asks = [] if self.ask is Ask.NONE else [self.ask.value]
        parts = [str(self.row), f"import {self.place.state.value}", *sends, *asks]
        ends = f"token {self.token.value}, applicant {self.holder.value}"
        return f"{'; '.join(part.strip() for part in parts)}; {ends}"


def _age(version: int) -> str:
    return {CURRENT: "", STALE: " (late)", REPLACED: " (of the row before)"}[version]


class Move(NamedTuple):
    """One step from one world to the next. `of` is the row that moved, if it is not the world's.

    There are millions of them, which is why it is a tuple, and why the sends of a world, of which
    there are few different ones, are put in order once each.
    """

    label: str
    kind: Kind
    to: World
    sends: bool = False
    of: Facts | None = None


def moved(world: World, step: Step) -> World:
    """The world as that step left it; what was taken before is stale if the row moved."""
    after = world._replace(row=step.facts, place=step.place, gate=world.gate or step.gate_closed)
    return late(after, STALE) if step.moved else after


def late(world: World, version: int) -> World:
    """Whatever was taken of the row is of an earlier version now."""
    return world._replace(sends=_late(world.sends, version), ask=Ask.NONE)


def with_send(world: World, send: Send) -> World:
    """One send more, unless it is an answer that nobody minds."""
    return world._replace(sends=_with(world.sends, send))


def without_send(world: World, send: Send) -> World:
    """That send is over."""
    return world._replace(sends=tuple(one for one in world.sends if one != send))


@cache
def _late(sends: Sends, version: int) -> Sends:
    after: Sends = ()
    for send in sends:
        after = _with(after, send._replace(version=min(send.version, version)))
    return after


@cache
def _with(sends: Sends, send: Send) -> Sends:
    """Each once, always in the same order: equal worlds are then the same."""
    if send.version != CURRENT and send.result in NOBODY_MINDS_LATE:
        return sends
    if send.version == REPLACED and send.at is At.ANSWERED:
        return sends
    if send.version != CURRENT:
        send = send._replace(result=SAID_LATE.get(send.result, send.result))
    return tuple(sorted({*sends, send}, key=repr))


def with_old_ask(world: World) -> World:
    """A long wait is over: what was asked for before it is old."""
    return world._replace(ask=Ask.OLD) if world.ask is Ask.ABSENT else world


def in_flight(world: World) -> bool:
    """Whether a request is on its way, or may still be written."""
    return any(send.at is not At.ANSWERED for send in world.sends)
