"""Which request each call is, and what the client's methods read from the answers."""

from typing import Any

import pytest

from sumsub import calls
from sumsub.calls import Call
from sumsub.client import Client
from sumsub.signing import Credentials
from tests.sumsub.far_end import FarEnd, answers

REUSE = "/resources/api/reusableIdentity/reuse"
LEGACY = "/resources/accessTokens/-/shareToken"
IMPORT = "/resources/applicants/-/import"


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (calls.share_token("a1", "c 1"), "POST /resources/accessTokens/shareToken"),
        (
            calls.share_token_legacy("a1", "c 1", 600),
            f"POST {LEGACY}?applicantId=a1&forClientId=c%201&ttlInSecs=600",
        ),
        (
            calls.share_token_legacy("a1", "c1"),
            f"POST {LEGACY}?applicantId=a1&forClientId=c1",
        ),
        (calls.reuse("t.", "l", "u"), f"POST {REUSE}?shareToken=t.&levelName=l&userId=u"),
        (calls.reuse_preview("t", "l"), f"GET {REUSE}/preview?shareToken=t&levelName=l"),
        (
            calls.reuse_preview("t", "l", "u", method="POST"),
            f"POST {REUSE}/preview?shareToken=t&levelName=l&userId=u",
        ),
        (calls.copy("t"), f"POST {IMPORT}?shareToken=t"),
        (
            calls.copy("t", "l", "u", ["SELFIE", "IDENTITY"]),
            f"POST {IMPORT}?shareToken=t&resetIdDocSetTypes=SELFIE%2CIDENTITY&userId=u&levelName=l",
        ),
        (calls.copy_preview("t"), f"GET {IMPORT}/preview?shareToken=t"),
        (calls.copy_preview("t", method="POST"), f"POST {IMPORT}/preview?shareToken=t"),
        (calls.applicant("a1"), "GET /resources/applicants/a1/one"),
        (
            calls.applicant_by_external_id("a/b"),
            "GET /resources/applicants/-;externalUserId=a%2Fb/one",
        ),
        (calls.lookup("a b"), "GET /resources/applicants/-/byExternalUserId/a%20b"),
        (calls.review("a1"), "GET /resources/applicants/a1/status"),
        (calls.steps("a1"), "GET /resources/applicants/a1/requiredIdDocsStatus"),
        (calls.levels(), "GET /resources/applicants/-/levels"),
        (calls.api_status(), "GET /resources/status/api"),
        (calls.applicant_count(), "GET /resources/applicants/-/count"),
    ],
    ids=lambda value: value.name if isinstance(value, Call) else "",
)
def test_call_is_the_documented_request(call: Call[Any], line: str) -> None:
    assert f"{call.method} {call.target.decode()}" == line


def test_share_token_is_asked_for_in_json() -> None:
    assert calls.share_token("a1", "c1").body == b'{"applicantId":"a1","forClientId":"c1"}'
    with_ttl = calls.share_token("a1", "c1", 600).body
    assert with_ttl == b'{"applicantId":"a1","forClientId":"c1","ttlInSecs":600}'


@pytest.mark.parametrize("applicant_id", ["", ".", ".."])
def test_id_that_would_name_another_path_is_not_sent(applicant_id: str) -> None:
    for build in (calls.applicant, calls.lookup, calls.review, calls.steps):
        with pytest.raises(ValueError, match="id"):
            build(applicant_id)


def test_client_has_a_method_for_every_call(far_end: FarEnd, credentials: Credentials) -> None:
    applicant = {"id": "66f1", "review": {"reviewStatus": "init"}}
    stories: list[tuple[str, tuple[Any, ...], Any]] = [
        ("share_token", ("a1", "c1"), {"token": "t-1", "forClientId": "c1"}),
        ("share_token_legacy", ("a1", "c1"), {"token": "t-1", "forClientId": "c1"}),
        ("reuse", ("t", "l", "u"), applicant),
        ("reuse_preview", ("t", "l"), {"externalUserId": "u"}),
        ("copy", ("t",), applicant),
        ("copy_preview", ("t",), applicant),
        ("applicant", ("66f1",), applicant),
        ("applicant_by_external_id", ("u",), applicant),
        ("lookup", ("u",), {"exists": True, "applicant": applicant}),
        ("review", ("66f1",), {"reviewStatus": "pending"}),
        ("steps", ("66f1",), {"SELFIE": None}),
        ("levels", (), {"items": []}),
        ("api_status", (), "up"),
        ("applicant_count", (), {"count": 7}),
    ]
    with Client(far_end.url, credentials) as client:
        for name, arguments, answer in stories:
            far_end.will(answers(200, answer))
            expected = getattr(calls, name)(*arguments)
            assert getattr(client, name)(*arguments) == expected.parse(answer)
            assert far_end.received[-1].target == expected.target
            assert far_end.received[-1].method == expected.method


@pytest.mark.parametrize(
    ("answer", "expected"), [({"count": 7}, 7), ({"totalItems": 7}, 7), (7, 7), ({}, None)]
)
def test_applicant_count_is_read_in_whatever_form_it_comes(
    answer: object, expected: int | None
) -> None:
    assert calls.applicant_count().parse(answer) == expected


def test_review_without_a_status_is_foreign() -> None:
    with pytest.raises(ValueError, match="status"):
        calls.review("66f1").parse({"ok": 1})
