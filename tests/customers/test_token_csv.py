"""Reading files of share tokens, line by line: what is taken and what is faulty."""

import time
import tracemalloc
from datetime import UTC, datetime

import pytest

from customers.reasons import Reason
from customers.token_csv import FileRefused, read_listed
from customers.token_csv import read_pasted as pasted
from tests.customers.reading import SECRET, lines, opened, tokens

# ---- what is taken --------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_line_end_and_encoding_gives_the_same_lines(end: str, encoding: str) -> None:
    text = end.join(["token,label", "_act-1,Zoë", "", "_act-2,李"]) + end
    found = lines(text.encode(encoding))
    assert [(line.line, line.share_token, line.label) for line in found] == [
        (2, "_act-1", "Zoë"),
        (4, "_act-2", "李"),
    ]


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_is_read_in_the_order_its_mark_says(mark: bytes) -> None:
    order = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert tokens(mark + "token\r\n_act-1\r\n".encode(order)) == [(2, "_act-1")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_in_the_header(delimiter: str) -> None:
    text = f"external_id{delimiter}token\nLM-1{delimiter}_act-1\n"
    assert [(line.external_id, line.share_token) for line in lines(text)] == [("LM-1", "_act-1")]


@pytest.mark.parametrize(
    "name", ["token", "TOKEN", " Token ", "share_token", "Share Token", "sharetoken", '"token"']
)
def test_the_token_column_has_tolerant_names(name: str) -> None:
    assert tokens(f"{name}\n_act-1\n") == [(2, "_act-1")]


@pytest.mark.parametrize("name", ["user_id", "external_id", "External ID", "your id"])
def test_the_id_column_has_synonyms(name: str) -> None:
    assert lines(f"token,{name}\n_act-1,LM-1\n")[0].external_id == "LM-1"


def test_unknown_columns_are_named_and_left_out() -> None:
    token_file = opened("token,batch_note,9x\n_act-1,hello,there\n")
    assert token_file.unknown_columns == ("batch_note", "column 3")
    assert [line.share_token for line in token_file.lines] == ["_act-1"]


def test_blank_lines_and_a_sheets_empty_tail_are_skipped_but_counted() -> None:
    assert tokens("token,label\n\n  \n_act-1,a\n,\n , \n_act-2,b\n\n") == [
        (4, "_act-1"),
        (7, "_act-2"),
    ]


def test_a_record_is_numbered_by_the_line_it_starts_on() -> None:
    text = 'token,note\n_act-1,"two\nlines\n\nmore"\n_act-2,x\n'
    assert tokens(text) == [(2, "_act-1"), (6, "_act-2")]


def test_quotes_around_a_token_are_no_part_of_it() -> None:
    assert tokens('token\n"_act-1"\n" _act-2 "\n') == [(2, "_act-1"), (3, "_act-2")]


def test_missing_cells_count_as_blank_and_blank_surplus_cells_do_not_matter() -> None:
    found = lines("token,label\n_act-1\n_act-2,b,,\n")
    assert [(line.label, line.fault) for line in found] == [("", None), ("b", None)]


def test_a_file_without_a_last_line_end_loses_nothing() -> None:
    assert tokens("token\n_act-1") == [(2, "_act-1")]


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-20T14:05:00Z",
        "2026-11-20T14:05:00+00:00",
        "2026-11-20T15:05:00+01:00",
        "2026-11-20T14:05:00",
        "2026-11-20 14:05:00",
        "2026-11-20 14:05",
        "1795183500",
    ],
)
def test_a_declared_deadline_is_read_in_every_usual_form(written: str) -> None:
    (line,) = lines(f"token,expires_at\n_act-1,{written}\n")
    assert line.deadline == datetime(2026, 11, 20, 14, 5, tzinfo=UTC)


def test_an_issue_time_alone_declares_twenty_minutes() -> None:
    (line,) = lines("token,issued_at\n_act-1,2026-11-20T14:05:00Z\n")
    assert line.deadline == datetime(2026, 11, 20, 14, 25, tzinfo=UTC)


def test_a_file_without_times_declares_no_deadline() -> None:
    assert lines("token\n_act-1\n")[0].deadline is None


# ---- faulty lines ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ('""', Reason.EMPTY),
        ("x" * 1025, Reason.TOO_LONG),
        ("=1+1", Reason.FORMULA),
        ("+1", Reason.FORMULA),
        ("-1", Reason.FORMULA),
        ("@SUM(A1)", Reason.FORMULA),
        ("＝1", Reason.FORMULA),
        ("_act 1", Reason.WHITE_SPACE),
        ('"_act\n1"', Reason.WHITE_SPACE),
        ("_act\u00a01", Reason.WHITE_SPACE),
        ("_act\x071", Reason.CONTROL_CHARACTER),
        ("naïve", Reason.NOT_A_TOKEN),
        ("a|b;c", Reason.NOT_A_TOKEN),
        ("_act-1,surplus", Reason.TOO_MANY_CELLS),
    ],
)
def test_a_faulty_line_is_named_and_its_text_is_gone(cell: str, reason: Reason) -> None:
    first, faulty, last = lines(f"token\n_act-1\n{cell}\n_act-2\n")
    assert (first.share_token, last.share_token) == ("_act-1", "_act-2")
    assert (faulty.line, faulty.fault, faulty.share_token) == (3, reason, "")


def test_a_token_may_have_1024_bytes() -> None:
    assert lines("token\n" + "x" * 1024 + "\n")[0].fault is None


@pytest.mark.parametrize(
    "written",
    ["yesterday", "2026-11-20", "20/11/2026 14:05", "2026-13-01T00:00:00", "12", "9" * 99],
)
def test_a_time_that_cannot_be_read_makes_the_line_faulty(written: str) -> None:
    assert lines(f"token,expires_at\n_act-1,{written}\n")[0].fault is Reason.BAD_TIME


def test_a_token_that_dies_before_it_is_issued_is_faulty() -> None:
    text = "token,issued_at,expires_at\n_act-1,2026-11-20T14:05:00Z,2026-11-20T14:05:00Z\n"
    assert lines(text)[0].fault is Reason.BAD_TIME


def test_other_cells_are_capped_too() -> None:
    assert lines(f"token,label\n_act-1,{'x' * 257}\n")[0].fault is Reason.TOO_LONG


def test_a_share_token_in_a_wrong_column_is_not_kept() -> None:
    (good, empty) = lines(f"token,label,external_id\n_act-1,{SECRET},{SECRET}\n,{SECRET},a\n")
    assert (good.label, good.external_id) == ("", "")
    assert (empty.fault, empty.label, empty.external_id) == (Reason.EMPTY, "", "a")


def test_a_line_of_a_megabyte_costs_neither_time_nor_memory() -> None:
    contents = b"token\n_act-1\n" + b"x" * 1_000_000 + b"\n_act-2\n" + b'"' + b"y" * 5_000_000
    tracemalloc.start()
    began = time.monotonic()
    found = lines(contents[: contents.rindex(b'"')])
    assert time.monotonic() - began < 2
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(line.line, line.fault) for line in found] == [
        (2, None),
        (3, Reason.TOO_LONG),
        (4, None),
    ]
    assert peak < 12_000_000


def test_a_line_never_shows_its_token() -> None:
    assert SECRET not in repr(lines(f"token\n{SECRET}\n")[0])


# ---- pasted and listed ----------------------------------------------------------------------


def test_pasted_tokens_stand_one_a_line_and_count_from_one() -> None:
    found = list(pasted(f" {SECRET} \r\n\r\n=1\r\n_act-2").lines)
    assert [(line.line, line.share_token, line.fault) for line in found] == [
        (1, SECRET, None),
        (3, "", Reason.FORMULA),
        (4, "_act-2", None),
    ]


def test_a_pasted_csv_is_read_as_one() -> None:
    found = list(pasted("external_id\ttoken\nLM-1\t_act-1\n").lines)
    assert [(line.line, line.external_id, line.share_token) for line in found] == [
        (2, "LM-1", "_act-1")
    ]


def test_an_empty_paste_is_refused() -> None:
    with pytest.raises(FileRefused, match="Nothing was pasted"):
        pasted(" \n ")


def test_a_paste_is_capped_too() -> None:
    with pytest.raises(FileRefused, match="more than 2 rows"):
        list(pasted("a\nb\nc", max_rows=2).lines)


def test_a_list_keeps_its_places_and_names_empty_ones() -> None:
    found = list(read_listed(["_act-1", "", " _act-3 ", "a\ud800"]).lines)
    assert [(line.line, line.share_token, line.fault) for line in found] == [
        (1, "_act-1", None),
        (2, "", Reason.EMPTY),
        (3, "_act-3", None),
        (4, "", Reason.NOT_A_TOKEN),
    ]


def test_the_same_bytes_have_the_same_sum_and_others_have_not() -> None:
    def summed(contents: str) -> tuple[str, int]:
        token_file = opened(contents)
        list(token_file.lines)
        return token_file.sha256, token_file.size

    assert summed("token\na\n") == summed("token\na\n")
    assert summed("token\na\n") != summed("token\nb\n")
    assert summed("token\na\n")[1] == 8
