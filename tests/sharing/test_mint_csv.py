"""Files of applicants: whose columns are known, what stays as it is, what is wrong with a line."""

import io

import pytest

from sharing.csv_text.refusals import FileRefused, Refusal
from sharing.mint_csv import MintLine, read, read_pasted
from sharing.mint_csv.lines import (
    A_TOKEN,
    NO_ID,
    NOT_AN_EXTERNAL_ID,
    NOT_AN_ID,
    TOO_MANY_CELLS,
    bare_line,
)

ID = "66f0c2a4e19b7d3500000001"
OTHER = "66f0c2a4e19b7d3500000002"


def lines(contents: bytes) -> list[MintLine]:
    return list(read(io.BytesIO(contents), max_rows=None).lines)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("applicantId,externalId,applicantLevel", f"{ID},00123,id-only"),
        ("externalId,applicantId,applicantLevel", f"00123,{ID},id-only"),
        ("APPLICANT_ID;External ID;Level", f"{ID};00123;id-only"),
        ("Applicant Id\tuser-id\tlevel name", f"{ID}\t00123\tid-only"),
        ("provider_applicant_id,customer_id,level", f"{ID},00123,id-only"),
        ("applicantId,applicantName,externalUserId,applicantLevel", f"{ID},Ada,00123,id-only"),
        ('"applicantId","externalId","applicantLevel"', f'"{ID}","00123","id-only"'),
    ],
)
def test_the_columns_of_those_who_share_are_known_in_any_order_and_case(
    header: str, row: str
) -> None:
    assert lines(f"{header}\n{row}\n".encode()) == [MintLine(2, ID, "00123", "id-only")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_do_not_matter(encoding: str, end: str) -> None:
    contents = f"applicantId,externalId{end}{ID},Łódź-01{end}{end}{OTHER},{end}"
    assert lines(contents.encode(encoding)) == [
        MintLine(2, ID, "Łódź-01"),
        MintLine(4, OTHER),
    ]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",,id-only", NO_ID),
        ("not-an-id!", NOT_AN_ID),
        (f"{ID},a,b,c", TOO_MANY_CELLS),
        ("_act-sbx-jwt-eyJhbGciOi.x.", A_TOKEN),
        (",_act-0a1b", A_TOKEN),
        (",..", NOT_AN_EXTERNAL_ID),
        (",a\x07b", NOT_AN_EXTERNAL_ID),
        (f",{'x' * 257}", NOT_AN_EXTERNAL_ID),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_fault(row: str, fault: str) -> None:
    found = lines(f"applicantId,externalId,level\n{ID},1\n{row}\n".encode())
    assert (found[1].line, found[1].fault) == (3, fault)
    assert "_act-" not in repr(found)


def test_a_line_without_any_id_but_with_other_cells_is_faulty() -> None:
    found = lines(b"applicantId,applicantName\n,Ada\n")
    assert found == [MintLine(2, fault=NO_ID)]


@pytest.mark.parametrize(
    ("contents", "code", "words"),
    [
        (b"", Refusal.EMPTY, "The file is empty"),
        (b"applicantId\n", Refusal.NO_ROWS, "no line below it"),
        (b"token\n_act-1\n", Refusal.NO_ID_COLUMN, "a file of share tokens"),
        (b"name,country\nAda,NLD\n", Refusal.NO_ID_COLUMN, "The columns found are: name, country."),
        (b"66f0c2a4e19b7d3500000001\n", Refusal.NO_ID_COLUMN, "Put a header line"),
        (b"applicantId|externalId\n1|2\n", Refusal.WRONG_DELIMITER, "separated by"),
        (b"applicantId,applicant_id\n1,2\n", Refusal.COLUMN_TWICE, "two columns"),
        (b'applicantId\n"66f\n', Refusal.QUOTES, "never closed"),
        (b"PK\x03\x04rest", Refusal.NOT_CSV, "an Excel workbook"),
        (b"applicantId\n\xff\xff\n", Refusal.NOT_UNICODE, "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    contents: bytes, code: Refusal, words: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        lines(contents)
    assert refused.value.code == code
    assert words in refused.value.sentence


def test_more_lines_than_the_door_lets_in_are_refused() -> None:
    contents = f"applicantId\n{ID}\n{OTHER}\n".encode()
    with pytest.raises(FileRefused) as refused:
        list(read(io.BytesIO(contents), max_rows=1).lines)
    assert refused.value.code == Refusal.TOO_MANY_ROWS


def test_pasted_ids_are_sumsubs_or_ones_own_by_their_form() -> None:
    pasted = f"\n{ID}\n  00123  \n\n{OTHER},\n"
    assert list(read_pasted(pasted, max_rows=None).lines) == [
        MintLine(2, applicant_id=ID),
        MintLine(3, external_id="00123"),
        MintLine(5, applicant_id=OTHER),
    ]


def test_a_pasted_table_is_read_with_its_header() -> None:
    pasted = f"applicantId\texternalId\n{ID}\t7\n"
    assert list(read_pasted(pasted, max_rows=None).lines) == [MintLine(2, ID, "7")]


def test_a_pasted_share_token_is_no_id() -> None:
    assert bare_line(1, "_act-9c41").fault == A_TOKEN


def test_unknown_columns_are_told() -> None:
    file = read(io.BytesIO(f"applicantId,colour\n{ID},red\n".encode()), max_rows=None)
    assert file.unknown_columns == ("colour",)
