"""What each answer of Sumsub's means, asked for over real HTTP."""

from typing import Any

import pytest

from sumsub import calls, errors
from sumsub.errors import Answered, SumsubError, Unclear
from tests.sumsub.conftest import Send
from tests.sumsub.far_end import FarEnd, answers, raw, sends

REUSE = calls.reuse("_act-sbx-0000-canary", "id-only", "cust-42")
LOOKUP = calls.lookup("cust-42")
HTML = b"<html><body>Attention required</body></html>"


def refused(send: Send, far_end: FarEnd, status: int, body: object = None, **headers: str) -> Any:
    """The error that one answer to a reuse is."""
    far_end.will(answers(status, body if body is not None else {"code": status}, **headers))
    with pytest.raises(SumsubError) as caught:
        send(REUSE)
    assert len(far_end.received) == 1, "nothing is ever repeated"
    return caught.value


def coded(code: int, name: str) -> dict[str, object]:
    return {"code": 400, "errorCode": code, "errorName": name, "description": "text"}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (301, None, errors.Redirected),
        (304, None, errors.Redirected),
        (401, {"code": 401, "description": "Token is invalid"}, errors.TokenRefused),
        (401, coded(4000, "app-token-invalid-format"), errors.CredentialsRefused),
        (401, coded(4003, "app-token-signature -mismatch"), errors.CredentialsRefused),
        (401, coded(4004, ""), errors.ClockRefused),
        (401, coded(4007, ""), errors.CredentialsRefused),
        (401, {"errorName": "app-token-signature-mismatch"}, errors.CredentialsRefused),
        (401, coded(10503, "invalid-share-token"), errors.TokenRefused),
        (400, coded(4003, "app-token-signature-mismatch"), errors.CredentialsRefused),
        (400, coded(10503, "invalid-share-token"), errors.TokenRefused),
        (400, coded(10501, "not-in-partners-list"), errors.NotPartners),
        (400, coded(10505, "reusable-kyc-disabled"), errors.FeatureDisabled),
        (400, coded(10518, "copy-applicant-disabled"), errors.FeatureDisabled),
        (400, {"errorName": "copy-applicant-disabled"}, errors.FeatureDisabled),
        (400, coded(10518, "reusable-kyc-email-mismatch"), errors.RuleRefused),
        (400, coded(10518, "some-third-meaning"), errors.UnknownRule),
        (400, {"errorCode": "10513", "errorName": "a-renamed-rule"}, errors.RuleRefused),
        (400, coded(10520, "never-heard-of"), errors.UnknownRule),
        (400, coded(10599, "never-heard-of"), errors.UnknownRule),
        (400, {"code": 400, "description": "Body must be provided"}, errors.BadRequest),
        (400, coded(1004, "corrupted-file"), errors.BadRequest),
        (400, coded(10600, "another-family"), errors.BadRequest),
        (400, ["not", "an", "object"], errors.BadRequest),
        (403, None, errors.PermissionRefused),
        (404, None, errors.NotFound),
        (409, None, errors.Conflict),
        (413, None, errors.TooLarge),
        (414, None, errors.TooLarge),
        (422, None, errors.TooLarge),
        (429, None, errors.Throttled),
    ],
)
def test_definite_answer_is_told_by_status_code_and_name(
    send: Send, far_end: FarEnd, status: int, body: object, expected: type[Answered]
) -> None:
    error = refused(send, far_end, status, body)
    assert type(error) is expected
    assert error.status == status


@pytest.mark.parametrize("status", [402, 405, 406, 408, 410, 418, 451, 500, 502, 503, 504, 599])
def test_any_other_status_is_unclear(send: Send, far_end: FarEnd, status: int) -> None:
    error = refused(send, far_end, status)
    assert type(error) is Unclear
    assert (error.status, error.after_success) == (status, False)


def test_401_with_a_code_of_no_known_family_is_unclear(send: Send, far_end: FarEnd) -> None:
    assert type(refused(send, far_end, 401, coded(4444, "new"))) is Unclear


@pytest.mark.parametrize(
    "row", [r for r in errors.REFUSAL_CODES if r.code != 10503], ids=lambda row: row.name
)
def test_every_code_of_the_table_is_a_known_rule(
    send: Send, far_end: FarEnd, row: errors.RefusalCode
) -> None:
    error = refused(send, far_end, 400, coded(row.code, row.name))
    assert isinstance(error, errors.RuleRefused)
    assert error.refusal == row


def test_401_without_a_code_speaks_of_us_where_no_share_token_was_sent(
    send: Send, far_end: FarEnd
) -> None:
    far_end.will(answers(401, {"code": 401, "description": "Unauthorized"}))
    with pytest.raises(errors.CredentialsRefused):
        send(LOOKUP)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(403, errors.PermissionRefused), (401, errors.TokenRefused), (502, Unclear)],
)
def test_page_of_the_network_edge_counts_by_its_status(
    send: Send, far_end: FarEnd, status: int, expected: type[SumsubError]
) -> None:
    far_end.will(sends(raw(status, HTML, Content_Type="text/html")))
    with pytest.raises(SumsubError) as caught:
        send(REUSE)
    assert type(caught.value) is expected


def test_facts_of_an_answer_are_kept(send: Send, far_end: FarEnd) -> None:
    body = {
        "code": 400,
        "errorCode": 10513,
        "errorName": "reusable-kyc-not-compatible-doc-type",
        "description": "Not Reusable KYC for level: id-only",
        "correlationId": "2f6a0b9c1d3e4f5061728394a5b6c7d8",
    }
    error = refused(send, far_end, 400, body)
    assert error.error_code == 10513
    assert error.error_name == "reusable-kyc-not-compatible-doc-type"
    assert error.description == "Not Reusable KYC for level: id-only"
    assert error.correlation_id == "2f6a0b9c1d3e4f5061728394a5b6c7d8"
    assert error.server_time == 1795132830.0
    assert error.refusal is not None
    assert error.refusal.remedy is errors.Remedy.OTHER_LEVEL


def test_clock_refusal_tells_sumsubs_time(send: Send, far_end: FarEnd) -> None:
    error = refused(send, far_end, 401, coded(4004, ""))
    assert error.server_time == 1795132830.0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ("-4", 0.0),
        ("Fri, 20 Nov 2026 00:01:30 GMT", 60.0),
        ("Fri, 20 Nov 2020 00:00:00 GMT", 0.0),
        ("1e300", 86400.0),
        ("soon", None),
        ("nan", None),
    ],
)
def test_retry_after_is_read_in_both_forms(
    send: Send, far_end: FarEnd, value: str, expected: float | None
) -> None:
    assert refused(send, far_end, 429, Retry_After=value).retry_after == expected


def test_throttling_without_retry_after_names_no_wait(send: Send, far_end: FarEnd) -> None:
    assert refused(send, far_end, 429).retry_after is None


@pytest.mark.parametrize(
    "location", ["/elsewhere", "https://evil.example.test/", "http://[broken", "\xff\xfe"]
)
def test_redirects_are_not_followed_wherever_they_lead(
    send: Send, far_end: FarEnd, location: str
) -> None:
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    far_end.will(sends(head.encode("latin-1")))
    with pytest.raises(errors.Redirected):
        send(REUSE)
    assert len(far_end.received) == 1
