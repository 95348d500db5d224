"""Reading what Sumsub's dashboard exports."""

from datetime import UTC, datetime

import pytest

from sharing.dashboard_csv import ExportLine, ExportRefused, read_export

HEADER = (
    "applicantId,externalId,creationDate,lastReviewDate,applicantName,applicantEmail,"
    "applicantPhoneNumber,applicantCountry,rejectType,rejectLabels,customTags,sourceKey,result,"
    "applicantLevel,platform,status,userComment,clientComment"
)
ADA = (
    "66f000000000000000000001,004417,2026-10-02 11:42:07,2026-10-02 11:43:53,Ada Moreau,"
    "ada@mail.example,+33100000000,FRA,,,,,GREEN,id-only,Web,completed,,"
)


def _lines(text: str, encoding: str = "utf-8") -> list[ExportLine]:
    return list(read_export(text.encode(encoding)).lines)


def _refusal(data: bytes) -> str:
    with pytest.raises(ExportRefused) as refused:
        read_export(data)
    return refused.value.sentence


def test_the_eighteen_columns_of_the_dashboard_are_read() -> None:
    [line] = _lines(f"{HEADER}\n{ADA}\n")
    assert line.fault == ""
    assert line.values == {
        "applicant_id": "66f000000000000000000001",
        "external_user_id": "004417",
        "name": "Ada Moreau",
        "email": "ada@mail.example",
        "country": "FRA",
        "level_name": "id-only",
        "created_at_sumsub": datetime(2026, 10, 2, 11, 42, 7, tzinfo=UTC),
        "review_status": "completed",
        "review_answer": "GREEN",
        "review_reject_type": "",
        "review_labels": "",
        "reviewed_at": datetime(2026, 10, 2, 11, 43, 53, tzinfo=UTC),
        "phone": "+33100000000",
        "tags": "",
    }


@pytest.mark.parametrize("cell", ['"a, b"', "a;b", "\"['a', 'b']\"", "[a|b]"])
def test_labels_and_tags_are_read_however_the_export_parts_them(cell: str) -> None:
    [line] = _lines(f"applicantId,rejectLabels,customTags\nabc,{cell},{cell}\n")
    assert (line.values["review_labels"], line.values["tags"]) == ("a,b", "a,b")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (f"{HEADER}\r\n{ADA}\r\n", "utf-8-sig"),
        (f"{HEADER}\n{ADA}".replace(",", ";"), "utf-8"),
        (f"{HEADER}\n{ADA}\n".replace(",", "\t"), "utf-16"),
        (f"{HEADER}\r{ADA}\r", "utf-8"),
        (f"{HEADER.upper()}\n\n{ADA}\n\n", "utf-8"),
        ('"applicant id","External_Id"\n"66f000000000000000000001","004417"\n', "utf-8"),
    ],
    ids=["mark and CRLF", "semicolons", "tabs in UTF-16", "CR", "capitals and blanks", "quoted"],
)
def test_marks_delimiters_line_ends_and_case_do_not_matter(text: str, encoding: str) -> None:
    [line] = _lines(text, encoding)
    assert line.applicant_id == "66f000000000000000000001"
    assert line.values["external_user_id"] == "004417"


def test_columns_that_are_missing_are_not_spoken_of() -> None:
    export = read_export(b"applicantId,whatever\n66f000000000000000000001,x\n")
    assert export.columns == ("applicant_id",)
    assert next(export.lines).values == {"applicant_id": "66f000000000000000000001"}


@pytest.mark.parametrize(
    ("status", "stored"),
    [
        ("init", ("init", "", "")),
        ("Documents requested", ("init", "", "")),
        ("onHold", ("onHold", "", "")),
        ("Approved", ("completed", "GREEN", "")),
        ("Rejected", ("completed", "RED", "FINAL")),
        ("Resubmission requested", ("completed", "RED", "RETRY")),
        ("something new", ("something new", "", "")),
    ],
)
def test_a_status_is_read_by_its_api_name_and_by_the_dashboards_word(
    status: str, stored: tuple[str, str, str]
) -> None:
    [line] = _lines(f"applicantId,status\nabc,{status}\n")
    found = line.values
    assert (found["review_status"], found["review_answer"], found["review_reject_type"]) == stored


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",004417", "has no applicant id"),
        ("=1+1,004417", "holds no applicant id of Sumsub's form"),
        ("abc,004417,more", "has more cells than the header"),
        (f"abc,{'x' * 257}", "has too long a value for external user id"),
    ],
)
def test_a_faulty_line_is_named_and_the_others_are_read(row: str, fault: str) -> None:
    first, second = _lines(f"applicantId,externalId\n{row}\ndef,1\n")
    assert (first.line, first.fault) == (2, fault)
    assert (second.line, second.applicant_id, second.fault) == (3, "def", "")


def test_line_numbers_count_blank_lines_and_lines_inside_quotes() -> None:
    lines = _lines('applicantId,applicantName\n\nabc,"Ada\nMoreau"\n,nobody\n')
    assert [(line.line, line.fault) for line in lines] == [(3, ""), (5, "has no applicant id")]


def test_an_unclosed_quote_ends_the_reading_with_its_line() -> None:
    lines = _lines('applicantId,applicantName\nabc,Ada\ndef,"Moreau\nghi,x\n')
    assert [line.line for line in lines] == [2, 3]
    assert "unclosed quote" in lines[1].fault


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This file is empty."),
        (b"\xef\xbb\xbf\r\n", "This file is empty."),
        (b"PK\x03\x04rest", "This is a zip or Excel file."),
        (b"\x1f\x8b\x08rest", "This is a gzip file."),
        (b"applicantId\n\xff\xfe\xfa", "This file is not UTF-8 text."),
        (b"a\x00p\x00", "This file is not text."),
        (b"token\nabc", "This file has no column applicantId"),
        (b'"applicantId\nabc', "The header of this file has a quote that never closes."),
    ],
)
def test_a_file_that_is_no_export_is_refused_with_what_to_do(data: bytes, sentence: str) -> None:
    assert _refusal(data).startswith(sentence)


def test_a_country_that_is_no_code_is_left_empty() -> None:
    lines = _lines("applicantId,applicantCountry\na,fra\nb,France\n")
    assert [line.values["country"] for line in lines] == ["FRA", ""]


def test_the_repr_of_a_line_shows_nobody() -> None:
    [line] = _lines(f"{HEADER}\n{ADA}\n")
    assert "Ada" not in repr(line)
