"""One row, checked exhaustively: crashes, lost and late messages, time and people anywhere.

The worlds of tests/customers/model, explored breadth first; the engine in them is the real one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from django.utils import timezone

from customers.decisions import Decision
from customers.models import ImportState, Row, RowState
from customers.models.row_states import TRANSITIONS
from customers.outcomes import OTHER_LEVEL_CODES
from customers.reasons import Reason
from tests.customers.model.engine import ABSENT, ALIKE, NOBODY_MINDS_LATE, UNANSWERED, Break, Engine
from tests.customers.model.facts import Facts, Life, Moment, Place
from tests.customers.model.graph import Graph
from tests.customers.model.rules import ENDED, Deeds, Rules
from tests.customers.model.world import STALE, At, Holder, Kind, Move, Send, Token, World

S = RowState
FAILED = (S.REFUSED, S.NOT_IMPORTED, S.EXPIRED, S.CANCELLED)
UNLIMITED = Life(Moment.LATER, declared=False)
DECLARED = Life(Moment.LATER, declared=True)
# Moves that only people make, or `after_restore` on their behalf.
PEOPLES = {
    (S.STAGED, S.PENDING): "start",
    (S.STAGED, S.CANCELLED): "cancel",
    (S.PENDING, S.CANCELLED): "cancel",
    (S.PENDING, S.CHECKING): "after_restore",
    (S.NEEDS_PERSON, S.CHECKING): "ask again",
    (S.NEEDS_PERSON, S.REFUSED): "sure that no applicant exists, after a refusal",
    (S.NEEDS_PERSON, S.NOT_IMPORTED): "sure that no applicant exists",
    (S.REFUSED, S.PENDING): "try another level",
    (S.REFUSED, S.CHECKING): "after_restore",
    (S.NOT_IMPORTED, S.CHECKING): "after_restore",
    (S.EXPIRED, S.CHECKING): "after_restore",
    (S.CANCELLED, S.CHECKING): "after_restore",
}


def fresh(life: Life) -> World:
    """A row that was stored just now."""
    return World(Facts(S.STAGED), Place(ImportState.STAGED), life)


def sent_in_an_earlier_life(life: Life) -> World:
    """Its token was redeemed by us before, which the database does not know."""
    row = Facts(S.STAGED, look_first=True)
    return World(row, Place(ImportState.STAGED), life, Token.USED, Holder.OURS)


def with_an_id_that_is_taken(life: Life) -> World:
    """The file's own id is sent, and an applicant has it already."""
    row = Facts(S.STAGED, look_first=True)
    place = Place(ImportState.STAGED, own_ids=True)
    return World(row, place, life, holder=Holder.FOREIGN)


def answered_with_an_applicant(life: Life) -> World:
    """The answer to a send is about to be stored."""
    row = Facts(S.SENDING, lease=Moment.LATER, sent=Moment.NOW)
    sends = (Send(At.ANSWERED, result="created"),)
    return World(row, Place(), life, Token.USED, Holder.OURS, sends=sends)


def came_too_late() -> World:
    """A row whose declared deadline passed long before its turn."""
    over = Life(Moment.GONE, declared=True)
    return World(Facts(S.EXPIRED, token=False), Place(), over, Token.DEAD)


def wrongly_failed(life: Life) -> tuple[World, ...]:
    """Rows that ended badly although their applicant exists."""
    ends = (Facts(state, token=False) for state in FAILED)
    return tuple(World(row, Place(), life, Token.USED, Holder.OURS) for row in ends)


@dataclass(frozen=True)
class Plan:
    """A graph to explore."""

    deeds: Deeds
    starts: tuple[World, ...]
    owned: bool = False


PLANS = {
    "people decide on the import": Plan(Deeds.ON_THE_IMPORT, (fresh(DECLARED),)),
    "people decide on the row": Plan(Deeds.ON_THE_ROW, (fresh(UNLIMITED), came_too_late())),
    "sent in an earlier life": Plan(
        Deeds.ON_THE_IMPORT, (sent_in_an_earlier_life(DECLARED), with_an_id_that_is_taken(DECLARED))
    ),
    "the applicant is another row's": Plan(
        Deeds.ON_THE_IMPORT,
        (sent_in_an_earlier_life(DECLARED), answered_with_an_applicant(DECLARED)),
        owned=True,
    ),
    # What a request that outlives every wait would leave; no other graph holds such a world.
    "failed though the applicant exists": Plan(Deeds.ON_THE_IMPORT, wrongly_failed(DECLARED)),
    "failed though another row has the applicant": Plan(
        Deeds.ON_THE_IMPORT, wrongly_failed(DECLARED), owned=True
    ),
}


def explored(plan: Plan) -> Graph:
    """Everything that can be reached."""
    graph = Graph(Rules(Engine.sound(applicant_is_owned=plan.owned), deeds=plan.deeds))
    graph.explore(plan.starts)
    return graph


@pytest.fixture(scope="module")
def graphs() -> dict[str, Graph]:
    """All that can happen, explored once."""
    return {name: explored(plan) for name, plan in PLANS.items()}


def first(graphs: dict[str, Graph], is_wrong: Callable[[World], bool]) -> str:
    """The shortest way to something wrong in any graph."""
    return next((way for graph in graphs.values() if (way := graph.first(is_wrong))), "")


# ---- what holds in every world ------------------------------------------------------------------


def test_an_imported_row_has_its_applicant_and_there_is_never_a_second(
    graphs: dict[str, Graph],
) -> None:
    def wrong(world: World) -> bool:
        return world.row.state == S.IMPORTED and world.holder is not Holder.OURS

    assert not first(graphs, wrong)


def test_no_row_is_called_failed_whose_applicant_exists(graphs: dict[str, Graph]) -> None:
    decided = {name: graph for name, graph in graphs.items() if name.startswith("people decide")}
    assert not first(decided, lambda w: w.row.state in FAILED and w.holder is Holder.OURS)
    # Sent in an earlier life: people may cancel such a row unseen, the engine never fails it.
    earlier, ends = graphs["sent in an earlier life"], {*FAILED} - {S.CANCELLED}
    assert not earlier.first(lambda w: w.row.state in ends and w.holder is Holder.OURS)


def test_wherever_an_applicant_exists_evidence_leads_to_it(graphs: dict[str, Graph]) -> None:
    # A row on the wire waits for its own answer; the proof is found again after it.
    deaf = (S.STAGED, S.SENDING, S.IMPORTED)
    for name, graph in graphs.items():
        engine = graph.rules.engine
        owned = PLANS[name].owned
        ends = {S.NEEDS_PERSON} if owned else {S.IMPORTED}

        def wrong(world: World, engine: Engine = engine, ends: set[RowState] = ends) -> bool:
            if world.holder is not Holder.OURS or world.row.state in deaf:
                return False
            return engine.prove(world.row, world.place, world.life).facts.state not in ends

        assert not graph.first(wrong)


def test_nothing_is_written_after_a_pause_or_a_cancelling_was_confirmed(
    graphs: dict[str, Graph],
) -> None:
    for graph in graphs.values():
        held = [number for number in sorted(graph.sending) if graph.worlds[number].is_held]
        assert not held, graph.story(held[0])
    assert all(graph.sending for name, graph in graphs.items() if name.startswith("people decide"))


def test_a_row_in_doubt_never_waits_again_nor_is_given_up(graphs: dict[str, Graph]) -> None:
    for graph in graphs.values():
        for (before, enters, doubt), (_, number) in graph.transitions.items():
            given_up = enters in (S.PENDING, S.CANCELLED, S.EXPIRED)
            assert not (before.doubt and given_up), graph.story(number)
            forgotten = before.doubt and not doubt
            assert not forgotten or enters in (S.IMPORTED, S.REFUSED, S.NOT_IMPORTED)


def test_every_move_is_in_the_table(graphs: dict[str, Graph]) -> None:
    for graph in graphs.values():
        for (before, enters, _), (_, number) in graph.transitions.items():
            assert enters in TRANSITIONS[before.state], graph.story(number)


def test_every_entry_of_the_table_is_reached_by_whom_it_is_for(graphs: dict[str, Graph]) -> None:
    by_engine: set[tuple[RowState, RowState]] = set()
    by_people: set[tuple[RowState, RowState]] = set()
    for graph in graphs.values():
        for (before, enters, _), (kind, _) in graph.transitions.items():
            (by_people if kind is Kind.PERSON else by_engine).add((before.state, enters))
    table = {(leaves, enters) for leaves, ways in TRANSITIONS.items() for enters in ways}
    assert by_engine == table - PEOPLES.keys()
    assert by_people >= PEOPLES.keys()


def test_from_everywhere_some_way_leads_to_an_end(graphs: dict[str, Graph]) -> None:
    for graph in graphs.values():
        reaching = graph.reaching(lambda w: w.row.state in ENDED)
        assert not next(graph.outside(reaching, lambda _: True), "")


def test_once_nothing_fails_any_more_every_way_leads_to_an_end(graphs: dict[str, Graph]) -> None:
    def rests(world: World) -> bool:
        stopped = world.place.state in (ImportState.STAGED, ImportState.PAUSED)
        return stopped or world.gate or world.row.state in ENDED

    for graph in graphs.values():
        sure = graph.surely_reaching(rests, {Kind.ENGINE, Kind.TIME})
        assert not next(graph.outside(sure, lambda _: True), "")


def test_a_kept_share_token_is_one_that_is_erased_in_time(graphs: dict[str, Graph]) -> None:
    def wrong(world: World) -> bool:
        row = world.row
        if row.state not in ENDED:
            # A token that is needed yet must not be erased as one that was kept.
            return row.kept
        may_be_kept = row.state == S.NEEDS_PERSON or (
            row.state == S.REFUSED and row.code in OTHER_LEVEL_CODES
        )
        return row.token and not (row.kept and may_be_kept)

    assert not first(graphs, wrong)


def test_a_row_is_sent_again_once_at_most_while_a_send_of_it_is_unclear(
    graphs: dict[str, Graph],
) -> None:
    def wrong(world: World) -> bool:
        written = [s for s in world.sends if s.at in (At.CLAIMED, At.WRITTEN, At.UNHEARD)]
        return world.row.resends > 1 or len(written) > 2

    assert not first(graphs, wrong)


# ---- what keeps the graph small is true ---------------------------------------------------------


def test_what_stays_out_of_the_graph_changes_nothing(graphs: dict[str, Graph]) -> None:
    for graph in graphs.values():
        engine = graph.rules.engine
        place, life = Place(), DECLARED
        for row in {w.row for w in graph.worlds if w.row.state != S.STAGED}:
            for result in NOBODY_MINDS_LATE:
                assert not engine.settle(row, place, life, result, STALE, False).moved
            for seen in (ABSENT, UNANSWERED):
                assert not engine.look(row, place, life, seen, STALE, True).moved
            assert not engine.settle(row, place, life, "created", STALE, True).moved
            if row.state != S.SENDING:
                continue
            for result, alike in ALIKE.items():
                steps = {engine.settle(row, place, life, one, 5, False) for one in (result, alike)}
                assert len(steps) == 1, (result, str(row))


# ---- and it can fail ----------------------------------------------------------------------------


def forgets_doubt(row: Row, decision: Decision) -> Decision:
    """No doubt guard: whatever happened, the next answer is believed."""
    return replace(decision, changes=decision.changes | {"doubt": False})


def lease_end_means_again(row: Row, decision: Decision) -> Decision:
    """The sweeper puts the row back in the queue."""
    if decision.changes.get("reason") != Reason.LEASE_ENDED:
        return decision
    return Decision(S.PENDING, {"lease_until": None, "doubt": False})


def absence_is_final_at_once(row: Row, decision: Decision) -> Decision:
    """The first lookup that sees nothing is believed."""
    if row.state != S.CHECKING or "absents" not in decision.changes:
        return decision
    ended = {"token_sealed": None, "next_lookup_at": None, "settled_at": timezone.now()}
    return Decision(S.NOT_IMPORTED, ended)


def fails_who_exists(world: World, move: Move) -> bool:
    return move.to.row.state in FAILED and move.to.holder is Holder.OURS


@pytest.mark.parametrize("broken", [forgets_doubt, lease_end_means_again, absence_is_final_at_once])
def test_a_broken_engine_calls_somebody_failed_who_exists(broken: Break) -> None:
    found = Graph(Rules(Engine(broken))).explore([fresh(UNLIMITED)], fails_who_exists)
    assert "Sumsub answers: created" in found or "the request arrives: created" in found


def test_an_absence_from_before_the_request_arrived_would_be_believed() -> None:
    rules = Rules(Engine.sound(), believes_old_absences=True)
    found = Graph(rules).explore([fresh(UNLIMITED)], fails_who_exists)
    assert "an old lookup that saw no applicant is stored" in found


def test_a_way_back_to_the_queue_with_doubt_is_found() -> None:
    def wrong(world: World, move: Move) -> bool:
        return world.row.doubt and move.to.row.state == S.PENDING

    def back(row: Row, decision: Decision) -> Decision:
        again = row.doubt and decision.state == S.CHECKING and row.state == S.SENDING
        return Decision(S.PENDING, {"lease_until": None}) if again else decision

    found = Graph(Rules(Engine(back))).explore([fresh(UNLIMITED)], wrong)
    assert found.startswith("  the start\n")


@pytest.mark.parametrize(
    "rules",
    [
        Rules(Engine.sound(), checks_lease_before_writing=False),
        Rules(Engine.sound(), claims_while_paused=True),
    ],
    ids=["the lease is not checked before the write", "a claim ignores the pause"],
)
def test_a_write_after_a_confirmed_pause_is_found(rules: Rules) -> None:
    found = Graph(rules).explore([fresh(UNLIMITED)], lambda w, move: move.sends and w.is_held)
    assert "a person pauses" in found or "a person cancels" in found
