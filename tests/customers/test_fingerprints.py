"""The keyed hashes of a share token."""

from pytest_django.fixtures import Settings

from accounts.keyring import generate_keys
from customers.fingerprints import external_user_id, fingerprint


def test_the_same_token_has_the_same_values_and_another_has_others() -> None:
    assert fingerprint("_act-1") == fingerprint("_act-1") != fingerprint("_act-2")
    assert external_user_id("_act-1") == external_user_id("_act-1") != external_user_id("_act-2")


def test_an_id_at_sumsub_says_nothing_about_the_fingerprint() -> None:
    assert external_user_id("_act-1").removeprefix("kr-") != fingerprint("_act-1")


def test_both_have_32_hex_digits() -> None:
    prefix, digits = external_user_id("_act-1")[:3], external_user_id("_act-1")[3:]
    assert prefix == "kr-"
    assert len(digits) == len(fingerprint("_act-1")) == 32
    int(digits, 16)


def test_without_the_key_nobody_can_compute_them(settings: Settings) -> None:
    before = fingerprint("_act-1"), external_user_id("_act-1")
    settings.RELAY_KEYS = generate_keys()
    assert fingerprint("_act-1") != before[0]
    assert external_user_id("_act-1") != before[1]
