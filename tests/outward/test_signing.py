"""Signatures: the scheme's own vector, secrets, rotation."""

import pytest

from outward.signing import fresh_secret, headers, key_of, signature

# The vector of the scheme's reference libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIMESTAMP = 1614265330
BODY = b'{"test": 2432232314}'
EXPECTED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_signature_is_that_of_the_schemes_own_vector() -> None:
    assert signature(SECRET, MESSAGE, TIMESTAMP, BODY) == EXPECTED
    assert signature(SECRET.removeprefix("whsec_"), MESSAGE, TIMESTAMP, BODY) == EXPECTED


@pytest.mark.parametrize(
    ("message", "timestamp", "body"),
    [
        (MESSAGE + "x", TIMESTAMP, BODY),
        (MESSAGE, TIMESTAMP + 1, BODY),
        (MESSAGE, TIMESTAMP, BODY + b" "),
    ],
)
def test_whatever_is_changed_changes_the_signature(
    message: str, timestamp: int, body: bytes
) -> None:
    assert signature(SECRET, message, timestamp, body) != EXPECTED


def test_while_secrets_rotate_both_sign_the_newest_first() -> None:
    fresh = fresh_secret()
    made = headers([fresh, SECRET], MESSAGE, TIMESTAMP, BODY)
    assert made["webhook-id"] == MESSAGE
    assert made["webhook-timestamp"] == str(TIMESTAMP)
    first, second = made["webhook-signature"].split(" ")
    assert first == signature(fresh, MESSAGE, TIMESTAMP, BODY)
    assert second == EXPECTED


def test_a_fresh_secret_has_the_schemes_form_and_is_never_the_same() -> None:
    made = {fresh_secret() for _ in range(50)}
    assert len(made) == 50
    assert all(one.startswith("whsec_") and len(key_of(one)) == 32 for one in made)


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_abc", "whsec_!!!!", "whsec_" + "A" * 200])
def test_what_is_no_secret_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(ValueError, match="not a secret of the scheme") as refusal:
        key_of(text)
    assert refusal.value.__cause__ is None
