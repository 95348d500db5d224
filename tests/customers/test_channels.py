"""What viewers of one import share: each piece of news is made once and reaches each of them."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Import, ImportState, Row, RowState
from customers.views.channels import LOOK_SECONDS, REFRESH_SECONDS, Channel, Piece, channel_of
from customers.views.readers import Reader
from customers.views.row_list import RowChoice
from tests.parts.import_maker import change_row, make_import

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ALL_RIGHTS = Reader(
    sees_names=True,
    sees_customers=True,
    manages=True,
    exports=True,
    opens_gates=True,
    decides=True,
)
S = RowState
Counting = Callable[[int], object]


def listening(imported: Import, reader: Reader = ALL_RIGHTS) -> Channel:
    return channel_of(imported.pk, RowChoice(), reader)


def after_a_rest(channel: Channel, cursor: int, made_at: float) -> Piece:
    time.sleep(LOOK_SECONDS)
    piece, _ = channel.news(cursor, made_at)
    assert piece is not None
    return piece


def told_lines(piece: Piece) -> list[int]:
    return sorted(row["line"] for row in piece.rows)


def test_viewers_with_the_same_rights_share_and_others_do_not() -> None:
    imported = make_import(S.PENDING)
    mine = listening(imported)
    assert listening(imported) is mine
    assert listening(imported, replace(ALL_RIGHTS, sees_names=False)) is not mine


def test_ten_viewers_ask_the_database_no_more_than_one(
    django_assert_num_queries: Counting,
) -> None:
    imported = make_import(S.IMPORTED, S.PENDING)
    channel = listening(imported)
    first, _ = channel.news(imported.change, float("-inf"))
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        others = [channel.news(imported.change, float("-inf"))[0] for _ in range(9)]
    assert all(piece is first for piece in others)


def test_each_viewer_gets_each_change_once() -> None:
    imported = make_import(S.PENDING, S.PENDING, S.PENDING)
    channel = listening(imported)
    start, _ = channel.news(imported.change, float("-inf"))
    assert start is not None
    assert start.rows == []
    change_row(Row.objects.get(line=2), S.IMPORTED)
    quick = after_a_rest(channel, start.cursor, start.made_at)
    change_row(Row.objects.get(line=4), S.REFUSED)
    second = after_a_rest(channel, quick.cursor, quick.made_at)
    assert (told_lines(quick), told_lines(second)) == ([2], [4])
    # Somebody slow takes the same two pieces, one after the other.
    assert channel.news(start.cursor, start.made_at)[0] is quick
    assert channel.news(quick.cursor, quick.made_at)[0] is second
    assert channel.news(second.cursor, second.made_at)[0] is None


def test_who_comes_back_after_long_gets_everything_since() -> None:
    imported = make_import(S.PENDING, S.PENDING)
    channel = listening(imported)
    start, _ = channel.news(imported.change, float("-inf"))
    assert start is not None
    for line in (2, 3):
        change_row(Row.objects.get(line=line), S.IMPORTED)
    latest = after_a_rest(channel, start.cursor, start.made_at)
    change_row(Row.objects.get(line=2), S.IMPORTED, name="Later")
    after_a_rest(channel, latest.cursor, latest.made_at)
    away, _ = channel.news(imported.change + 1, float("-inf"))
    assert away is not None
    assert told_lines(away) == [2, 3]
    assert away.cursor == imported.change + 3


def test_rates_and_risks_are_not_measured_anew_for_each_update() -> None:
    imported = make_import(*[S.PENDING] * 5)
    channel = listening(imported)
    with CaptureQueriesContext(connection) as measuring:
        start, _ = channel.news(imported.change, float("-inf"))
    assert start is not None
    change_row(Row.objects.get(line=2), S.IMPORTED)
    with CaptureQueriesContext(connection) as counting:
        next_one = after_a_rest(channel, start.cursor, start.made_at)
    assert len(counting) < len(measuring)
    assert not [one for one in counting if "sharing_budget" in one["sql"]]
    figures = next_one.view.figures
    assert (figures.decided, figures.rate) == (1, start.view.figures.rate)


def test_a_page_loaded_meanwhile_is_not_taken_back() -> None:
    imported = make_import(S.PENDING, S.PENDING)
    channel = listening(imported)
    channel.news(imported.change, float("-inf"))
    change_row(Row.objects.get(line=2), S.IMPORTED)
    fresh, _ = channel.news(imported.change + 1, float("-inf"))
    assert fresh is not None
    assert fresh.cursor == imported.change + 1
    assert fresh.view.imported.imported_count == 1


@pytest.mark.parametrize("state", [ImportState.PAUSED, ImportState.CANCELLED])
def test_what_was_counted_a_moment_ago_is_put_right_though_no_row_moves_any_more(
    state: ImportState,
) -> None:
    imported = make_import(S.REFUSED, S.REFUSED, S.CHECKING)
    Import.objects.update(state=state)
    # As if counting a large import had taken long, when other rows were refused.
    key = f"reason-groups:{imported.pk}:{imported.created_at.timestamp()}"
    cache.set(key, ([], time.time() + REFRESH_SECONDS / 2, []), 60)
    channel = listening(imported)
    first, _ = channel.news(imported.change, float("-inf"))
    assert first is not None
    assert not first.view.groups
    time.sleep(REFRESH_SECONDS)
    last = after_a_rest(channel, first.cursor, first.made_at)
    assert sum(group.rows for group in last.view.groups) == 3
    assert last.parts["import-next-steps"] != first.parts["import-next-steps"]
