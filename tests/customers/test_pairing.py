"""Which new share token is for which old row, decided without a database."""

from typing import Any

import pytest

from customers.reasons import Reason
from customers.renewing import How, Pairing, paired
from customers.renewing.pairing import OldRow
from customers.token_csv import TokenLine


def old(line: int, **said: Any) -> OldRow:
    """A row of the old import that waits for a new share token; its number is its line."""
    values: dict[str, Any] = {"mark": f"{line:012x}", "external_id": ""} | said
    return OldRow(row_id=line, line=line, **values)


def new(line: int, **said: Any) -> TokenLine:
    """A line of the new file."""
    return TokenLine(line, f"_act-{line}", **said)


def told(pairing: Pairing) -> list[tuple[int, int, How]]:
    """(old line, new line, how) of every pair."""
    return [(pair.old.line, pair.line, pair.how) for pair in pairing.pairs]


def test_a_mark_goes_before_an_id_and_an_id_before_order() -> None:
    rows = [old(2, external_id="a"), old(3, external_id="b"), old(4)]
    lines = [new(2), new(3, external_id="b"), new(4, old_mark=rows[0].mark)]
    assert told(paired(rows, lines)) == [(4, 2, How.ORDER), (3, 3, How.ID), (2, 4, How.MARK)]


@pytest.mark.parametrize(
    "said", ["9C41E07B55AA", "9c41·e07b", " 9c41e07b ", "'9c41e07b55aa", "9c41-e07b-55aa"]
)
def test_a_mark_is_known_however_people_write_it(said: str) -> None:
    pairing = paired([old(2), old(3, mark="9c41e07b55aa")], [new(7, old_mark=said)])
    assert told(pairing) == [(3, 7, How.MARK)]


@pytest.mark.parametrize("said", ["1.23E+11", "9c41", "not a mark", ""])
def test_what_is_no_mark_leaves_the_line_to_order(said: str) -> None:
    assert told(paired([old(2)], [new(5, old_mark=said)])) == [(2, 5, How.ORDER)]


def test_a_mark_that_names_nobody_is_not_given_to_somebody_by_order() -> None:
    pairing = paired([old(2)], [new(5, old_mark="ffffffffffff")])
    assert (pairing.pairs, pairing.surplus) == ((), (5,))
    assert [row.line for row in pairing.left] == [2]


def test_two_different_ids_are_not_brought_together_by_order() -> None:
    pairing = paired([old(2, external_id="a")], [new(5, external_id="z"), new(6)])
    assert (told(pairing), pairing.surplus) == ([(2, 6, How.ORDER)], (5,))


@pytest.mark.parametrize("named", [{"old_mark": f"{2:012x}"}, {"external_id": "a"}])
def test_a_row_that_needs_none_gets_none_and_no_other_row_does(named: dict[str, str]) -> None:
    imported = old(2, external_id="a", waits=False, may_follow=False)
    pairing = paired([imported, old(3)], [new(5, **named)])
    assert (pairing.pairs, pairing.settled, pairing.surplus) == ((), (5,), ())


def test_a_second_share_token_for_the_same_row_is_left_out() -> None:
    mark = old(2).mark
    pairing = paired([old(2), old(3)], [new(5, old_mark=mark), new(6, old_mark=mark)])
    assert (told(pairing), pairing.settled) == ([(2, 5, How.MARK)], (6,))


def test_rows_with_one_id_get_their_share_tokens_one_after_the_other() -> None:
    rows = [old(2, external_id="a"), old(3, external_id="a")]
    lines = [new(5, external_id="a"), new(6, external_id="a")]
    assert told(paired(rows, lines)) == [(2, 5, How.ID), (3, 6, How.ID)]


def test_order_is_for_rows_that_wait_but_a_mark_may_name_any_that_is_over() -> None:
    cancelled = old(2, waits=False)
    assert paired([cancelled], [new(5)]).surplus == (5,)
    assert told(paired([cancelled], [new(5, old_mark=cancelled.mark)])) == [(2, 5, How.MARK)]


def test_order_is_whole_only_when_nobody_is_left_over() -> None:
    assert paired([old(2)], [new(5)]).order_is_whole
    assert not paired([old(2), old(3)], [new(5)]).order_is_whole
    assert not paired([old(2)], [new(5), new(6)]).order_is_whole


def test_faulty_lines_are_paired_with_nobody() -> None:
    pairing = paired([old(2)], [TokenLine(5, fault=Reason.FORMULA), new(6)])
    assert (told(pairing), pairing.faulty) == ([(2, 6, How.ORDER)], (5,))


def test_a_line_of_our_list_without_a_share_token_is_not_filled_in_and_no_fault() -> None:
    rows = [old(2), old(3, external_id="a"), old(4)]
    lines = [
        TokenLine(2, old_mark=rows[0].mark, fault=Reason.EMPTY),
        TokenLine(3, external_id="a", fault=Reason.EMPTY),
        TokenLine(4, old_mark="ffffffffffff", fault=Reason.EMPTY),
        TokenLine(5, old_mark=rows[0].mark, fault=Reason.FORMULA),
        new(6, old_mark=rows[2].mark),
    ]
    pairing = paired(rows, lines)
    assert (pairing.unfilled, pairing.faulty) == ((2, 3), (4, 5))
    assert told(pairing) == [(4, 6, How.MARK)]
    assert [row.line for row in pairing.left] == [2, 3]


def test_the_digest_tells_one_pairing_from_another() -> None:
    rows = [old(2), old(3)]
    first = paired(rows, [new(5), new(6)])
    assert first.digest == paired(rows, [new(5), new(6)]).digest
    others = [
        paired(rows[1:], [new(5), new(6)]),
        paired(rows, [new(5)]),
        paired(rows, [new(5), new(6, old_mark=rows[1].mark)]),
        paired(rows, [new(5), new(6), new(7)]),
    ]
    assert len({first.digest, *(other.digest for other in others)}) == 5


def test_no_share_token_is_told_by_a_pairing() -> None:
    assert "_act-" not in repr(paired([old(2)], [new(5), new(6)]))
