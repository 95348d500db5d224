"""What a client sends: read as it is, or refused in words that never repeat it."""

import json
from typing import Any

import pytest

from accounts.api.codes import Code
from tests.accounts.test_api_doors import refused
from tests.parts.api_callers import Program

pytestmark = pytest.mark.django_db

CUSTOMERS = "/api/v1/customers"
SECRET = "_act-sbx-jwt-eyJhbGciOiJub25lIn0.very.secret"


def sent(program: Program, body: bytes, kind: str = "application/json", **headers: str) -> Any:
    return program.raw("POST", CUSTOMERS, body, kind, **headers)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "line 1"),
        (b"[]", "must be an object"),
        (b'"text"', "must be an object"),
        (b"\xff\xfe{}", "Byte 0"),
        (b'{"name": "\xc3"}', "not UTF-8"),
        (b'{"name": "a", "name": "b"}', "named twice"),
        (b'{"name": NaN}', "NaN"),
        (b'{"name": ' + b"9" * 5000 + b"}", "too long"),
        (b'{"name": ' + b"[" * 100_0 + b"]" * 100_0 + b"}", "nested too deeply"),
        (b'{"name": ' + b"[" * 30_000 + b"]" * 30_000 + b"}", "nested too deeply"),
        (b'{"name": ' + b'{"a":' * 30 + b"1" + b"}" * 30 + b"}", "nested too deeply"),
    ],
    ids=range(11),
)
def test_what_is_no_json_object_is_refused_with_the_place(
    program: Program, body: bytes, words: str
) -> None:
    found = refused(sent(program, body), Code.INVALID_JSON)
    assert words in found["detail"]


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"country": "NLD"}, "name", "required"),
        ({"name": 5, "country": "NLD"}, "name", "invalid"),
        ({"name": None, "country": "NLD"}, "name", "null"),
        ({"name": "", "country": "NLD"}, "name", "invalid"),
        ({"name": "a\x00b", "country": "NLD"}, "name", "invalid"),
        ({"name": "\ud800", "country": "NLD"}, "name", "invalid"),
        ({"name": "A", "country": "NLD", "date_of_birth": "12.4.1990"}, "date_of_birth", "invalid"),
        (
            {"name": "A", "country": "NLD", "date_of_birth": "2999-01-01"},
            "date_of_birth",
            "invalid",
        ),
        ({"name": "A", "country": "N1"}, "country", "invalid"),
        ({"name": "A", "country": "NLD", "email": "nobody"}, "email", "invalid"),
        ({"name": "A", "country": "NLD", "nickname": "x"}, "nickname", "unknown"),
        ({"name": "A" * 257, "country": "NLD"}, "name", "invalid"),
    ],
)
def test_each_field_at_fault_is_named(
    program: Program, fields: dict[str, Any], field: str, code: str
) -> None:
    answer = sent(program, json.dumps(fields).encode())
    errors = refused(answer, Code.INVALID_REQUEST)["errors"]
    assert [(one["field"], one["code"]) for one in errors] == [(field, code)]


def test_white_space_within_a_name_is_one_blank(program: Program) -> None:
    answer = sent(program, json.dumps({"name": " Ada\n Mercer ", "country": "NLD"}).encode())
    assert (answer.status_code, answer.json()["name"]) == (201, "Ada Mercer")


def test_a_share_token_in_a_wrong_place_is_never_said_back(program: Program) -> None:
    bodies: list[Any] = [
        {SECRET: 1},
        {"name": "A", "country": SECRET},
        {"name": [SECRET], "country": "NLD"},
        [SECRET],
    ]
    for body in bodies:
        answer = sent(program, json.dumps(body).encode())
        assert answer.status_code == 400
        assert "secret" not in answer.content.decode()
    for text in (f'{{"name": "{SECRET}', f'{{"{SECRET}" 1}}'):
        assert "secret" not in sent(program, text.encode()).content.decode()
    assert "secret" not in program.get(f"{CUSTOMERS}?{SECRET}=1").content.decode()
    assert "secret" not in program.get(f"{CUSTOMERS}?limit={SECRET}").content.decode()


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "multipart/form-data"])
def test_another_content_type_is_refused(program: Program, kind: str) -> None:
    refused(sent(program, b'{"name": "A"}', kind), Code.UNSUPPORTED_MEDIA_TYPE)


def test_a_compressed_body_is_refused(program: Program) -> None:
    answer = sent(program, b"\x1f\x8b", Content_Encoding="gzip")
    refused(answer, Code.UNSUPPORTED_MEDIA_TYPE)


def test_a_body_that_is_too_large_is_refused_before_it_is_read(program: Program) -> None:
    body = json.dumps({"name": "A" * 70_000, "country": "NLD"}).encode()
    refused(sent(program, body), Code.TOO_LARGE)


def test_a_mark_of_utf8_before_the_object_does_no_harm(program: Program) -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"name": "A", "country": "NLD"}).encode()
    assert sent(program, body).status_code == 201


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=5&limit=6", "limit"),
        ("size=5", "size"),
        ("kyc_status=happy", "kyc_status"),
        ("q=%00", "q"),
        ("created_after=yesterday", "created_after"),
        ("starting_after=imp_1", "starting_after"),
        ("starting_after=cus_" + "0" * 32, "starting_after"),
        ("starting_after=a&ending_before=b", "ending_before"),
    ],
)
def test_each_parameter_at_fault_is_named(program: Program, query: str, field: str) -> None:
    errors = refused(program.get(f"{CUSTOMERS}?{query}"), Code.INVALID_REQUEST)["errors"]
    assert [one["field"] for one in errors] == [field]
