"""Each way on from a world: what workers, the wire, time and people may do next."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from customers import decisions
from customers.models import ImportState, RowState
from customers.models.row_states import DEAD_STATES
from tests.customers.model import engine as on_paper
from tests.customers.model.engine import Engine, Step
from tests.customers.model.facts import Facts, Life, Moment, Place
from tests.customers.model.far_side import landings
from tests.customers.model.world import (
    CURRENT,
    REPLACED,
    STALE,
    Ask,
    At,
    Holder,
    Kind,
    Move,
    Send,
    World,
    in_flight,
    late,
    moved,
    with_old_ask,
    with_send,
    without_send,
)

Moves = Iterator[Move]
ENDED = (
    RowState.IMPORTED,
    RowState.REFUSED,
    RowState.NOT_IMPORTED,
    RowState.EXPIRED,
    RowState.CANCELLED,
    RowState.NEEDS_PERSON,
)
_E, _T, _F, _P = Kind.ENGINE, Kind.TIME, Kind.FAULT, Kind.PERSON


class Deeds(Enum):
    """What people do to this row's life besides starting it; one kind of it in one graph."""

    ON_THE_IMPORT = "pause, resume, cancel"
    ON_THE_ROW = "upload it again, try another level, restore a backup"


@dataclass(frozen=True)
class Rules:
    """The engine, and what of the lanes' discipline a broken variant gives up."""

    engine: Engine
    checks_lease_before_writing: bool = True
    claims_while_paused: bool = False
    believes_old_absences: bool = False
    deeds: Deeds = Deeds.ON_THE_IMPORT

    def moves(self, world: World) -> Moves:
        """Every way on."""
        for part in (self._claims, self._wire, self._lookups, self._sweeps, self._time):
            yield from part(world)
        yield from self._people(world)

    # ---- workers and the wire ------------------------------------------------------------------

    def _claims(self, world: World) -> Moves:
        row, place, life = world.row, world.place, world.life
        running = place.state == ImportState.RUNNING or self.claims_while_paused
        if not running or world.gate or not row.token:
            return
        if self.engine.may_claim(row, place, life):
            after = moved(world, self.engine.claim(row, place, life))
            yield Move(
                "a worker claims the row", _E, with_send(after, Send(At.CLAIMED)), sends=True
            )

    def _wire(self, world: World) -> Moves:
        for send in world.sends:
            rest = without_send(world, send)
            yield from _WIRE[send.at](self, world, rest, send)

    def _claimed(self, world: World, rest: World, send: Send) -> Moves:
        def becomes(result: str) -> World:
            return with_send(rest, send._replace(at=At.ANSWERED, result=result))

        yield Move("the worker crashes before it writes", _F, rest)
        yield Move("Sumsub cannot be reached", _F, becomes("not delivered"))
        yield Move("the worker froze and does not write", _F, becomes("not delivered"))
        written = with_send(rest, send._replace(at=At.WRITTEN))
        yield Move("the request is written to the wire", _E, written, sends=True)

    def _written(self, world: World, rest: World, send: Send) -> Moves:
        unheard = with_send(rest, send._replace(at=At.UNHEARD))
        answered = send._replace(at=At.ANSWERED, result="no clear answer")
        yield Move("the worker crashes while it waits", _F, unheard)
        yield Move("the worker waits no longer", _F, with_send(unheard, answered))
        for kind, result, after in landings(rest):
            answered = send._replace(at=At.ANSWERED, result=result)
            yield Move(f"Sumsub answers: {result}", kind, with_send(after, answered))

    def _unheard(self, world: World, rest: World, send: Send) -> Moves:
        yield Move("the request is lost", _F, rest)
        for _, result, after in landings(rest):
            if after != rest:
                yield Move(f"the request arrives: {result}; its answer is lost", _F, after)

    def _answered(self, world: World, rest: World, send: Send) -> Moves:
        yield Move("the worker crashes before it stores the answer", _F, rest)
        late = "late " if send.version != CURRENT else ""
        label = f"the {late}answer is stored: {send.result}"
        after = moved(rest, self._heard(world, send))
        yield Move(label, _E, after)
        # The commit was made but not confirmed: the same answer is stored once more.
        again = moved(after, self._heard(after, send._replace(version=STALE)))
        yield Move(f"{label}, twice", _F, again)

    def _heard(self, world: World, send: Send) -> Step:
        row, place, life = world.row, world.place, world.life
        return self.engine.settle(row, place, life, send.result, send.version, False)

    # ---- lookups -------------------------------------------------------------------------------

    def _lookups(self, world: World) -> Moves:
        row, place, life, look = world.row, world.place, world.life, self.engine.look
        looks = row.state == RowState.CHECKING or row.look_first
        if looks and row.asked and world.ask is Ask.NONE:
            yield Move("Sumsub is asked", _E, world._replace(ask=Ask.TAKEN))
        if world.holder is Holder.OURS and not world.place.own_ids:
            # From a lookup of an earlier version of the row, or a webhook: whenever it likes.
            yield Move("a late proof comes", _F, moved(world, self.engine.prove(row, place, life)))
        if world.ask is Ask.NONE:
            return
        rest = world._replace(ask=Ask.NONE)
        yield Move("the lookup is lost", _F, rest)
        if world.ask is Ask.TAKEN:
            yield from self._looked(world, rest)
            return
        fresh = world.ask is Ask.ABSENT or self.believes_old_absences
        step = look(row, place, life, on_paper.ABSENT, CURRENT, fresh)
        yield Move(f"{world.ask.value} is stored", _E, moved(rest, step))

    def _looked(self, world: World, rest: World) -> Moves:
        row, place, life, look = world.row, world.place, world.life, self.engine.look
        nothing = look(row, place, life, on_paper.UNANSWERED, CURRENT, True)
        yield Move("the lookup is not answered", _F, moved(rest, nothing))
        if world.holder is Holder.NOBODY:
            yield Move("Sumsub sees no applicant", _E, world._replace(ask=Ask.ABSENT))
            return
        seen = on_paper.FOUND if world.holder is Holder.OURS else on_paper.FOUND_FOREIGN
        step = look(row, place, life, seen, CURRENT, True)
        yield Move(f"the lookup is answered: {seen}", _E, moved(rest, step))

    # ---- time ----------------------------------------------------------------------------------

    def _sweeps(self, world: World) -> Moves:
        row, place, life = world.row, world.place, world.life
        over = life.until <= Moment.PASSED
        if row.state == RowState.SENDING and row.lease == Moment.GONE:
            step = self.engine.sweep(row, place, life)
            yield Move("the ended lease is noticed", _E, moved(world, step))
        if self.engine.is_too_late(row, place, life):
            step = self.engine.sweep(row, place, life)
            yield Move("the passed deadline is noticed", _E, moved(world, step))
        if row.kept and over:
            erased = row._replace(token=False, kept=False)
            yield Move("the kept share token is erased", _E, world._replace(row=erased))

    def _time(self, world: World) -> Moves:
        row, life = world.row, world.life
        if row.state == RowState.SENDING and row.lease == Moment.LATER:
            held = any(s.version == CURRENT and s.at is not At.UNHEARD for s in world.sends)
            yield Move("the lease ends", _F if held else _T, self._lease_ended(world))
        if row.state == RowState.CHECKING and row.sent == Moment.NOW and not in_flight(world):
            # No request that was written stays on its way for so long.
            quiet = world._replace(row=row._replace(sent=Moment.GONE))
            yield Move("the quiet time is over", _T, with_old_ask(quiet))
        last = Moment.GONE if life.declared else Moment.PASSED
        if life.until > last and row.state not in (RowState.IMPORTED,):
            yield _deadline_nearer(world)

    def _lease_ended(self, world: World) -> World:
        """A lease outlasts the time in which a claimed row may be written to the wire."""
        after = world._replace(row=world.row._replace(lease=Moment.GONE))
        for send in world.sends:
            if self.checks_lease_before_writing and send.at is At.CLAIMED:
                late = send._replace(at=At.ANSWERED, result="not delivered")
                after = with_send(without_send(after, send), late)
        return after

    # ---- people --------------------------------------------------------------------------------

    def _people(self, world: World) -> Moves:
        state, on_import = world.place.state, self.deeds is Deeds.ON_THE_IMPORT
        for deed, (leaves, enters) in _DEEDS.items():
            possible = on_import or state == ImportState.STAGED
            if possible and state in leaves and world.row.state not in ENDED:
                yield Move(f"a person {deed}", _P, self._decided_on_import(world, enters))
        if world.gate:
            yield Move("the gate is opened", _P, world._replace(gate=False))
        yield from self._deeds_on_the_row(world)
        if not on_import and not world.spent:
            yield from self._another_level(world)
            yield from _uploaded_again(world)
            yield from self._restored(world)

    def _decided_on_import(self, world: World, enters: ImportState) -> World:
        row = world.row
        place = world.place._replace(state=enters)
        if row.state == RowState.STAGED and enters == ImportState.RUNNING:
            row = row._replace(state=RowState.PENDING, asked=row.look_first)
        elif enters == ImportState.CANCELLED and row.state in (RowState.STAGED, RowState.PENDING):
            row = self.engine.decide(row, place, world.life, lambda _, at: decisions.cancelled(at))
        return moved(world, Step(row, place, moved=row != world.row))

    def _another_level(self, world: World) -> Moves:
        row, place, life = world.row, world.place, world.life
        running = place.state == ImportState.RUNNING
        if running and on_paper.may_try_another_level(row, place, life):
            again = self.engine.decide(row, place, life, on_paper.at_another_level)
            after = moved(world, Step(again, place, moved=True))
            yield Move("a person tries another level", _P, after._replace(spent=True))

    def _deeds_on_the_row(self, world: World) -> Moves:
        row, place, life = world.row, world.place, world.life
        if row.state != RowState.NEEDS_PERSON:
            return
        again = self.engine.decide(row, place, life, decisions.ask_again)
        yield Move("a person asks again", _P, moved(world, Step(again, place, moved=True)))
        if world.holder is not Holder.OURS and not in_flight(world):
            ended = self.engine.decide(row, place, life, decisions.closed_as_absent)
            after = moved(world, Step(ended, place, moved=True))
            yield Move("a person is sure: no applicant", _P, after)

    def _restored(self, world: World) -> Moves:
        """The database comes back from a backup, and `after_restore` runs before the workers."""
        unheard = tuple(
            Send(At.UNHEARD, STALE) for s in world.sends if s.at in (At.WRITTEN, At.UNHEARD)
        )
        bare = world._replace(sends=unheard, ask=Ask.NONE, spent=True)
        backups = [("of the start", Facts(RowState.PENDING))]
        if world.row.state not in (RowState.STAGED, RowState.IMPORTED):
            backups.append(("of a moment ago", world.row))
        for name, row in backups:
            after = self.engine.decide(
                row, world.place, world.life, lambda _, at: decisions.restored(at)
            )
            label = f"the backup {name} is restored"
            yield Move(label, _P, bare._replace(row=after), of=row)


_WIRE: dict[At, Callable[[Rules, World, World, Send], Moves]] = {
    At.CLAIMED: Rules._claimed,
    At.WRITTEN: Rules._written,
    At.UNHEARD: Rules._unheard,
    At.ANSWERED: Rules._answered,
}
_S = ImportState
_DEEDS = {
    "starts the import": ((_S.STAGED,), _S.RUNNING),
    "pauses": ((_S.RUNNING,), _S.PAUSED),
    "resumes": ((_S.PAUSED,), _S.RUNNING),
    "cancels": ((_S.STAGED, _S.RUNNING, _S.PAUSED), _S.CANCELLED),
}


def _deadline_nearer(world: World) -> Move:
    life = world.life
    nearer = Moment.PASSED if life.until == Moment.LATER else Moment.GONE
    after = world._replace(life=life._replace(until=nearer))
    if nearer == Moment.GONE:
        after = with_old_ask(after)
    return Move(f"the deadline: {nearer.name}", _T, after)


def _uploaded_again(world: World) -> Moves:
    if world.row.state not in DEAD_STATES:
        return
    again = world._replace(
        row=Facts(RowState.PENDING, look_first=True, asked=True),
        place=Place(own_ids=world.place.own_ids),
        life=world.life if world.life.declared else Life(Moment.LATER, False),
        spent=True,
    )
    after = late(again, REPLACED)
    yield Move("the share token is uploaded again", _P, after, of=after.row)
