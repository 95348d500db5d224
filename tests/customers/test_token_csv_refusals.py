"""Files of share tokens that are refused as a whole, and that any file is read or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.token_csv import FileRefused, Refusal, TokenLine
from tests.customers.reading import SECRET, lines, opened, refusal, tokens


@pytest.mark.parametrize(
    ("contents", "code", "words"),
    [
        (b"", Refusal.EMPTY, "empty"),
        (b" \r\n\r\n", Refusal.EMPTY, "empty"),
        (b"\xef\xbb\xbf", Refusal.EMPTY, "empty"),
        (b"token\n\n", Refusal.NO_ROWS, "no share token below"),
        (b"name,date\nx,y\n", Refusal.NO_TOKEN_COLUMN, "name, date"),
        (b'{"token": "x"}', Refusal.NO_TOKEN_COLUMN, "“token”"),
        (b"token|label\na|b\n", Refusal.WRONG_DELIMITER, "“|”"),
        (b"token,share_token\na,b\n", Refusal.TWO_TOKEN_COLUMNS, "two columns for “token”"),
        (b"token,user_id,external_id\na,b,c\n", Refusal.COLUMN_TWICE, "external_id"),
        (b"PK\x03\x04rest", Refusal.NOT_CSV, "Excel workbook or a zip archive"),
        (b"\x1f\x8brest", Refusal.NOT_CSV, "gzip"),
        (b"\xd0\xcf\x11\xe0rest", Refusal.NOT_CSV, "old Excel"),
        (b"%PDF-1.7", Refusal.NOT_CSV, "PDF"),
        (b"token\n_act-1\n\x00\x01\x02\n", Refusal.BINARY, "Line 3"),
        ("token\n_act-1\n".encode("utf-16-le"), Refusal.BINARY, "Line 1"),
        (b"token,label\n_act-1,a\n_act-2,Zo\xeb\n", Refusal.NOT_UNICODE, "Line 3"),
        (b'token,label\n_act-1,a\n_act-2,"b\n_act-3,c\n', Refusal.QUOTES, "line 3 is never"),
        (b'token,a,b\n_act-1,"x\ny","z\n_act-2\n', Refusal.QUOTES, "line 3 is never"),
        (b'token,label\n_act-1,"a"b\n', Refusal.QUOTES, "Line 2 has text after a closing quote"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    contents: bytes, code: Refusal, words: str
) -> None:
    refused = refusal(contents)
    assert refused.code is code
    assert words in refused.sentence
    assert str(refused) == refused.sentence


def test_a_quote_that_swallows_a_large_file_is_found_where_it_opened() -> None:
    contents = 'token\n_act-1\n"_act-2\n' + "_act-3\n" * 50_000
    assert "line 3" in refusal(contents).sentence


def test_a_wrong_byte_far_into_the_file_is_found_on_its_line() -> None:
    contents = b"token\r\n" + b"_act-1\r\n" * 40_000 + b"_act-\xff\r\n"
    assert "Line 40\u00a0002 " in refusal(contents).sentence


def test_a_file_without_header_is_refused_without_saying_its_first_token() -> None:
    for contents in (SECRET, f"{SECRET}\n{SECRET}\n", f"{SECRET},name\n", "eyJhbGciOi.eyJ.sig\n"):
        refused = refusal(contents)
        assert refused.code is Refusal.NO_TOKEN_COLUMN
        assert "canary" not in refused.sentence
        assert "eyJ" not in refused.sentence


def test_more_rows_than_allowed_are_refused_with_the_number() -> None:
    contents = "token\n" + "".join(f"_act-{n}\n" for n in range(1001))
    assert "1\u00a0000 rows" in refusal(contents, max_rows=1000).sentence
    assert len(list(opened(contents, max_rows=1001).lines)) == 1001


def test_no_refusal_carries_bytes_of_the_file_along() -> None:
    refused = refusal(f"token\n{SECRET}\n".encode() + b"\xff")
    assert refused.__context__ is None
    assert "canary" not in repr(refused)


# ---- anything at all ------------------------------------------------------------------------

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
TOKEN = st.from_regex(r"_act-[A-Za-z0-9.-]{1,60}", fullmatch=True)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(contents: bytes) -> None:
    for data in (contents, b"token\n" + contents, b"token,label\n" + contents):
        found, sentence = outcome(data)
        assert all(bool(line.share_token) != bool(line.fault) for line in found)
        assert bool(found) != sentence.endswith(".")


def outcome(data: bytes) -> tuple[list[TokenLine], str]:
    try:
        return lines(data), ""
    except FileRefused as refused:
        return [], refused.sentence


@given(st.lists(st.tuples(TOKEN, CELL), min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_what_a_proper_writer_wrote_is_read_back(
    rows: list[tuple[str, str]], delimiter: str
) -> None:
    quoted = ['"' + text.replace('"', '""') + '"' for _, text in rows]
    body = "".join(
        f"{token}{delimiter}{text}\r\n" for (token, _), text in zip(rows, quoted, strict=True)
    )
    found = lines(f"token{delimiter}note\r\n{body}")
    assert [line.share_token for line in found] == [token for token, _ in rows]
    numbers = [line.line for line in found]
    assert numbers == sorted(set(numbers))


@given(st.lists(TOKEN, min_size=1, max_size=30, unique=True))
def test_a_good_line_is_numbered_as_an_editor_shows_it(found_tokens: list[str]) -> None:
    text = "token\n" + "\n\n".join(found_tokens)
    shown = {line: number for number, line in enumerate(text.split("\n"), start=1)}
    assert tokens(text) == [(shown[token], token) for token in found_tokens]
