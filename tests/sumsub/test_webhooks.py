"""Webhooks: only genuine ones pass, and they are read as they were sent."""

import json
from datetime import UTC, datetime

import pytest

from sumsub.review import ReviewWord, review_word
from sumsub.webhooks import DigestAlgorithm, InvalidWebhook, digest, parse, verify

SECRET = "webhook-secret-1"
BODY = b'{\n  "applicantId" : "66f000000000000000000001",\n  "type" : "applicantReviewed"\n}'
SHA1 = "7d2bc8e5831a0714ab359a61e01725cec7c045c5"
SHA256 = "31d585cc04c7370a098f6c3946e5083528ca1ea5d26cedd2bd4492a91a585c7c"
SHA512 = (
    "54ed17132c6d4671cb0213221747ac3cdbd6ed8ae85a96d85856a89862effe75"
    "afa34d85a5a89872028b6acd1dbe66e7e287ecfbf8065841edbc2d0fa4480260"
)


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        (DigestAlgorithm.SHA1, SHA1),
        (DigestAlgorithm.SHA256, SHA256),
        (DigestAlgorithm.SHA512, SHA512),
    ],
)
def test_digest_matches_the_vector(algorithm: DigestAlgorithm, expected: str) -> None:
    assert len(BODY) == 80
    assert digest(SECRET, BODY, algorithm) == expected


@pytest.mark.parametrize(
    ("given", "algorithm"),
    [
        (SHA256, "HMAC_SHA256_HEX"),
        (SHA512, "HMAC_SHA512_HEX"),
        (SHA256, None),
        (SHA256, ""),
        (f" {SHA256} ", " HMAC_SHA256_HEX "),
    ],
)
def test_genuine_digest_passes(given: str, algorithm: str | None) -> None:
    assert verify([SECRET], BODY, given, algorithm)


@pytest.mark.parametrize(
    ("given", "algorithm"),
    [
        (None, None),
        ("", "HMAC_SHA256_HEX"),
        (SHA256[:-1], "HMAC_SHA256_HEX"),
        (SHA256.upper(), "HMAC_SHA256_HEX"),
        (SHA256, "hmac_sha256_hex"),
        (SHA512, "HMAC_SHA256_HEX"),
        (SHA512, None),
        (SHA256, "HMAC_MD5_HEX"),
        (SHA256, "none"),
        ("é" * 64, "HMAC_SHA256_HEX"),
        ("\udcff", None),
    ],
)
def test_any_other_digest_does_not_pass(given: str | None, algorithm: str | None) -> None:
    assert not verify([SECRET], BODY, given, algorithm)


def test_digest_holds_for_the_raw_bytes_only() -> None:
    assert not verify([SECRET], json.dumps(json.loads(BODY)).encode(), SHA256, None)


def test_sha1_passes_only_when_it_is_allowed() -> None:
    assert not verify([SECRET], BODY, SHA1, "HMAC_SHA1_HEX")
    assert verify([SECRET], BODY, SHA1, "HMAC_SHA1_HEX", allow_sha1=True)


def test_every_active_secret_passes_and_no_other() -> None:
    assert verify(["new-secret", SECRET], BODY, SHA256, None)
    assert verify([SECRET, "new-secret"], BODY, SHA256, None)
    assert not verify(["new-secret"], BODY, SHA256, None)
    assert not verify([], BODY, SHA256, None)


def test_empty_secret_opens_nothing() -> None:
    assert not verify([""], BODY, digest("", BODY), None)


PAYLOAD: dict[str, object] = {
    "applicantId": "66f1a0b2c3d4e5f607182930",
    "inspectionId": "66f1a0b2c3d4e5f607182931",
    "applicantType": "individual",
    "correlationId": "9c1d7f20aa5b4e2fb0d3c6a8e4715f22",
    "levelName": "id-only",
    "sourceKey": None,
    "externalUserId": "cust-42",
    "type": "applicantReviewed",
    "sandboxMode": True,
    "reviewResult": {
        "clientComment": "Mismatch",
        "reviewAnswer": "RED",
        "rejectLabels": ["PROBLEMATIC_APPLICANT_DATA"],
        "reviewRejectType": "RETRY",
    },
    "reviewStatus": "completed",
    "reuseScope": "importApiShareToken",
    "createdAt": "2026-11-20 09:14:05+0000",
    "createdAtMs": "2026-11-20 09:14:05.417",
    "clientId": "northbank.example_200002",
}


def test_event_is_read_with_its_review() -> None:
    event = parse(json.dumps(PAYLOAD, indent=2, separators=(",", " : ")).encode())
    assert event.applicant_id == "66f1a0b2c3d4e5f607182930"
    assert event.external_user_id == "cust-42"
    assert event.type == "applicantReviewed"
    assert event.review_status == "completed"
    assert review_word(event.review) is ReviewWord.RESUBMISSION_REQUESTED
    assert event.review.reject_labels == ("PROBLEMATIC_APPLICANT_DATA",)
    assert event.reuse_scope == "importApiShareToken"
    assert event.created_at == datetime(2026, 11, 20, 9, 14, 5, 417000, tzinfo=UTC)
    assert event.client_id == "northbank.example_200002"
    assert event.level_name == "id-only"
    assert event.correlation_id == "9c1d7f20aa5b4e2fb0d3c6a8e4715f22"
    assert event.sandbox_mode
    assert not event.test_mode


def test_event_of_an_old_form_has_seconds_only() -> None:
    old = {key: value for key, value in PAYLOAD.items() if key != "createdAtMs"}
    event = parse(json.dumps(old).encode())
    assert event.created_at == datetime(2026, 11, 20, 9, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), ("true", True), (False, False), ("false", False), (None, None), (1, False)],
)
def test_sandbox_mode_may_come_as_text(value: object, expected: bool | None) -> None:
    event = parse(json.dumps({**PAYLOAD, "sandboxMode": value}).encode())
    assert event.sandbox_mode is expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'{"type": "applicantReviewed"}',
        b'{"applicantId": "66f1"}',
        b'{"applicantId": 7, "type": "applicantReviewed"}',
        b"[" * 100_000,
    ],
)
def test_body_that_names_no_applicant_or_type_is_invalid(body: bytes) -> None:
    with pytest.raises(InvalidWebhook):
        parse(body)
