"""The signature, against vectors computed apart from this code."""

import pytest

from sumsub.clock import SumsubClock
from sumsub.signing import Credentials, Environment, auth_headers, environment, sign

SECRET = "0123456789abcdefghijklmnopqrstuv"
TS = 1795132800

VECTORS = {
    "no query": (
        "GET",
        b"/resources/applicants/-/levels",
        b"",
        "1f32f3530092c264bd795c610c218c9464c65954a502f13cc6693047715dd899",
    ),
    "matrix parameter": (
        "GET",
        b"/resources/applicants/-;externalUserId=cust-42/one",
        b"",
        "106d523c15bbf087a26574190d209da55d69954fcd47c616547c3f21101557e7",
    ),
    "json body": (
        "POST",
        b"/resources/accessTokens/shareToken",
        b'{"applicantId":"66f000000000000000000001","forClientId":"northbank.example_200002",'
        b'"ttlInSecs":1200}',
        "f90151e7b35e9701b5f22f1bd3152ccce9c8658553c1997cd817fc24a6afc59e",
    ),
    "escaped query": (
        "POST",
        b"/resources/api/reusableIdentity/reuse"
        b"?shareToken=_act-sbx-00000000-0000-4000-8000-000000000001"
        b"&levelName=id%20and%20poa&userId=cust-42",
        b"",
        "64f0cc3bd383aba9c83ddaca7f477d2d56f9b61658bc5d5dd7eac3da5d48c915",
    ),
}


@pytest.mark.parametrize(("method", "target", "body", "expected"), VECTORS.values(), ids=VECTORS)
def test_signature_matches_the_vector(
    method: str, target: bytes, body: bytes, expected: str
) -> None:
    assert sign(SECRET, TS, method, target, body) == expected
    assert sign(SECRET, TS, method.lower(), target, body) == expected


@pytest.mark.parametrize(
    "changed",
    [
        (SECRET, TS + 1, "GET", b"/a?b=1", b""),
        (SECRET, TS, "POST", b"/a?b=1", b""),
        (SECRET, TS, "GET", b"/a?b=1&c=", b""),
        (SECRET, TS, "GET", b"/a?b=1", b"{}"),
        (SECRET[::-1], TS, "GET", b"/a?b=1", b""),
    ],
    ids=["time", "method", "empty parameter", "body", "secret"],
)
def test_every_part_of_a_call_is_signed(changed: tuple[str, int, str, bytes, bytes]) -> None:
    assert sign(*changed) != sign(SECRET, TS, "GET", b"/a?b=1", b"")


def test_the_headers_carry_token_time_and_signature() -> None:
    method, target, body, expected = VECTORS["json body"]
    headers = auth_headers(Credentials("sbx:abc", SECRET), TS, method, target, body)
    assert headers == {
        "X-App-Token": "sbx:abc",
        "X-App-Access-Ts": "1795132800",
        "X-App-Access-Sig": expected,
    }


def test_credentials_show_only_the_last_four_characters_of_the_app_token() -> None:
    shown = repr(Credentials("sbx:abcdefgh.ijklwxyz", SECRET))
    assert "wxyz" in shown
    assert "ijklwxyz" not in shown
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("app_token", "expected"),
    [("sbx:a.b", "sandbox"), ("prd:a.b", "production"), ("tst:a", "unknown"), ("", "unknown")],
)
def test_environment_is_read_from_the_prefix(app_token: str, expected: Environment) -> None:
    assert environment(app_token) == expected


def test_clock_takes_over_the_servers_time_and_says_by_how_much() -> None:
    ours = 1000.0
    clock = SumsubClock(lambda: ours)
    assert clock.now() == 1000.0
    assert clock.correct(1090.0) == 90.0
    ours = 1005.0
    assert clock.now() == 1095.0


def test_correcting_the_clock_again_replaces_the_first_correction() -> None:
    clock = SumsubClock(lambda: 1000.0)
    clock.correct(1090.0)
    assert clock.correct(940.0) == -60.0
    assert clock.now() == 940.0
