"""The door for Sumsub's webhooks: who passes, what is kept, what is turned away."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as drawing
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from customers import inbox
from customers.models import EventState, Reaction, Refusal, SumsubEvent, WebhookDoor
from sumsub.webhooks import DigestAlgorithm, digest
from tests.customers.hooks import ADDRESS, SECRET, body_of, deliver, headers, post

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def connection(settings: Settings) -> Settings:
    """A sandbox connection with a webhook secret."""
    settings.SUMSUB_WEBHOOK_SECRET = SECRET
    settings.SUMSUB_APP_TOKEN = "sbx:not-a-real-app-token"
    settings.SUMSUB_CLIENT_ID = "southbank.example_300003"
    return settings


def kept() -> list[SumsubEvent]:
    return list(SumsubEvent.objects.order_by("pk"))


# ---- who passes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", [DigestAlgorithm.SHA256, DigestAlgorithm.SHA512])
def test_a_genuine_webhook_is_stored_and_answered(algorithm: DigestAlgorithm) -> None:
    assert deliver(body_of("66f1", externalUserId="kr-1"), algorithm=algorithm) == 200
    (event,) = kept()
    assert (event.applicant_id, event.external_user_id) == ("66f1", "kr-1")
    assert (event.type, event.review_status) == ("applicantPending", "pending")
    assert (event.state, event.reaction) == (EventState.RECEIVED, "")
    assert event.said_at is not None


def test_sha1_passes_only_where_it_is_switched_on(settings: Settings) -> None:
    body = body_of()
    assert deliver(body, algorithm=DigestAlgorithm.SHA1) == 401
    settings.SUMSUB_WEBHOOK_WEAK_DIGEST = True
    assert deliver(body, algorithm=DigestAlgorithm.SHA1) == 200


def test_while_the_secret_is_replaced_both_pass_and_then_the_new_one_alone(
    settings: Settings,
) -> None:
    settings.SUMSUB_WEBHOOK_SECRET, settings.SUMSUB_WEBHOOK_SECRET_OLD = "the-new-one", SECRET
    assert deliver(body_of(), secret=SECRET) == 200
    assert deliver(body_of(), secret="the-new-one") == 200
    assert [event.by_old_secret for event in kept()] == [True, False]
    settings.SUMSUB_WEBHOOK_SECRET_OLD = ""
    assert deliver(body_of(), secret=SECRET) == 401
    assert deliver(body_of(), secret="") == 200


def test_without_a_secret_nothing_passes_and_sumsub_is_to_try_again(settings: Settings) -> None:
    settings.SUMSUB_WEBHOOK_SECRET = ""
    body = body_of()
    forged = {"X-Payload-Digest": digest("", body), "X-Payload-Digest-Alg": "HMAC_SHA256_HEX"}
    assert post(body, forged) == 503
    assert not kept()
    assert WebhookDoor.now().refused_for == Refusal.NO_SECRET


@drawing(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_refused(data: st.DataObject) -> None:
    body = body_of("66f1a0b2c3d4e5f607182930", "applicantReviewed", "completed", at=NOW)
    parts = [body, headers(body)["X-Payload-Digest"].encode(), b"HMAC_SHA256_HEX"]
    at = data.draw(st.integers(0, sum(map(len, parts)) * 8 - 1))
    flipped = [bytearray(part) for part in parts]
    for part in flipped:
        if 0 <= at < len(part) * 8:
            part[at // 8] ^= 1 << at % 8
        at -= len(part) * 8
    before = SumsubEvent.objects.count()
    with pytest.raises(inbox.Refused) as refused:
        inbox.receive(bytes(flipped[0]), flipped[1].decode("latin-1"), flipped[2].decode("latin-1"))
    assert refused.value.refusal is Refusal.FORGED
    assert SumsubEvent.objects.count() == before


@pytest.mark.parametrize(
    "signature",
    [
        {},
        {"X-Payload-Digest": ""},
        {"X-Payload-Digest": "0" * 64},
        {"X-Payload-Digest": "é"},
        {"X-Payload-Digest-Alg": "HMAC_SHA256_HEX"},
    ],
)
def test_a_forged_webhook_is_refused_and_counted_and_leaves_nothing(
    signature: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    body = body_of("66f1-somebody", externalUserId="somebody@example.com")
    assert post(body, signature) == 401
    assert not kept()
    door = WebhookDoor.now()
    assert (door.refused, door.refused_for) == (1, Refusal.FORGED)
    assert "a webhook was refused: forged" in caplog.text
    assert "somebody" not in caplog.text


# ---- not for us ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"clientId": "northbank.example_200002"}, Refusal.OTHER_CLIENT),
        ({"sandboxMode": False}, Refusal.OTHER_ENVIRONMENT),
        ({"sandboxMode": "false"}, Refusal.OTHER_ENVIRONMENT),
        ({"at": NOW + timedelta(minutes=10)}, Refusal.AHEAD),
    ],
)
def test_a_webhook_for_somebody_else_is_refused(fields: dict[str, Any], refusal: Refusal) -> None:
    assert deliver(body_of(**fields)) == 403
    assert not kept()
    assert WebhookDoor.now().refused_for == refusal


@pytest.mark.parametrize(
    "fields",
    [
        {"clientId": "southbank.example_300003", "sandboxMode": True},
        {"sandboxMode": "true"},
        {"at": NOW + timedelta(minutes=4)},
        {"at": NOW - timedelta(days=2)},
        {"createdAtMs": None},
    ],
)
def test_a_webhook_that_names_us_or_nobody_passes(fields: dict[str, Any]) -> None:
    assert deliver(body_of(**fields)) == 200


# ---- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"\x00" * 20, b"{}", b"[" * 50_000, b'{"type": 1}'],
)
def test_a_genuine_body_that_is_no_event_is_kept_as_unreadable(body: bytes) -> None:
    assert deliver(body) == 200
    (event,) = kept()
    assert (event.state, event.reaction) == (EventState.DONE, Reaction.UNREADABLE)


@pytest.mark.parametrize(
    "fields",
    [
        {"levelName": "nul\x00nul", "externalUserId": "a\x00b"},
        {"levelName": "\ud800"},
        {"levelName": "x" * 5000, "externalUserId": "y" * 5000, "reviewStatus": "z" * 5000},
        {"reviewResult": {"reviewAnswer": 10**4000, "rejectLabels": ["L" * 500] * 60}},
        {"reviewResult": {"rejectLabels": [1, None, {"a": []}, "FORGERY"]}},
        {"createdAtMs": "9999999-01-01 00:00:00"},
        {"createdAtMs": 10**300},
        {"createdAtMs": "0001-01-01 00:00:00.000+23:59"},
    ],
)
def test_strange_values_are_cut_to_what_is_stored(fields: dict[str, Any]) -> None:
    told = {"applicantId": "66f1", "type": "applicantReviewed"} | fields
    assert deliver(json.dumps(told).encode()) == 200
    (event,) = kept()
    assert event.state == EventState.RECEIVED
    event.full_clean(exclude=["application", "row", "said_at"])


def test_comments_and_unknown_fields_are_not_kept() -> None:
    told = {"moderationComment": "Ilse Varnholt, born 1970", "clientComment": "Ilse's passport"}
    deliver(body_of(reviewResult=told | {"reviewAnswer": "RED"}, info={"firstName": "Ilse"}))
    values = json.dumps(list(SumsubEvent.objects.values()), default=str)
    assert "Ilse" not in values


def test_an_oversized_body_is_refused(settings: Settings) -> None:
    at_the_limit = b" " * (inbox.LARGEST - 2) + b"{}"
    assert deliver(at_the_limit) == 200
    assert deliver(at_the_limit + b" ") == 413
    assert [event.reaction for event in kept()] == [Reaction.UNREADABLE]


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", ""])
def test_the_body_counts_whatever_it_calls_itself(content_type: str) -> None:
    body = body_of()
    assert post(body, headers(body), content_type) == 200


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_nothing_but_a_post_is_answered(method: str) -> None:
    assert getattr(Client(), method)(ADDRESS).status_code == 405


# ---- again --------------------------------------------------------------------------------------


def test_a_repeated_delivery_is_counted_and_stored_once() -> None:
    body = body_of()
    assert [deliver(body) for _ in range(3)] == [200, 200, 200]
    (event,) = kept()
    assert event.repeats == 2


def test_the_same_body_signed_otherwise_is_the_same_event() -> None:
    body = body_of()
    deliver(body)
    deliver(body, algorithm=DigestAlgorithm.SHA512)
    assert len(kept()) == 1
