"""Share tokens at rest."""

import base64
import os

import pytest
from pytest_django.fixtures import Settings

from accounts.keyring import generate_keys
from sharing.sealing import CannotOpen, open_sealed, seal, token_mark

SHARE_TOKEN = "_act-sbx-jwt-eyJhbGciOiJub25lIn0.e30."
PLACE = "customers.row:7:2"


def test_what_is_sealed_opens_again_at_its_place() -> None:
    assert open_sealed(seal(SHARE_TOKEN, context=PLACE), context=PLACE) == SHARE_TOKEN


def test_a_sealed_token_shows_nothing_of_itself_and_never_looks_the_same_twice() -> None:
    first, second = seal(SHARE_TOKEN, context=PLACE), seal(SHARE_TOKEN, context=PLACE)
    assert first != second
    assert SHARE_TOKEN.encode() not in first
    assert first[0] == 1
    assert int.from_bytes(first[1:3], "big") == 1
    assert len(first) == 1 + 2 + 12 + len(SHARE_TOKEN) + 16


def test_a_sealed_token_moved_to_another_row_does_not_open() -> None:
    sealed = seal(SHARE_TOKEN, context=PLACE)
    with pytest.raises(CannotOpen):
        open_sealed(sealed, context="customers.row:7:3")


@pytest.mark.parametrize("position", [0, 5, 20, -1])
def test_a_changed_byte_does_not_open(position: int) -> None:
    sealed = bytearray(seal(SHARE_TOKEN, context=PLACE))
    sealed[position] ^= 1
    with pytest.raises(CannotOpen):
        open_sealed(bytes(sealed), context=PLACE)


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x01\x00\x01" + b"n" * 4, b"\x02" + b"n" * 40])
def test_what_is_no_sealed_token_is_named_so(blob: bytes) -> None:
    with pytest.raises(CannotOpen):
        open_sealed(blob, context=PLACE)


def test_a_new_key_seals_and_the_old_one_still_opens(settings: Settings) -> None:
    old = seal(SHARE_TOKEN, context=PLACE)
    fresh_key = base64.urlsafe_b64encode(os.urandom(32)).decode()
    settings.RELAY_KEYS = f"{settings.RELAY_KEYS},encryption-2:{fresh_key}"
    new = seal(SHARE_TOKEN, context=PLACE)
    assert int.from_bytes(new[1:3], "big") == 2
    assert open_sealed(old, context=PLACE) == open_sealed(new, context=PLACE) == SHARE_TOKEN


def test_a_missing_key_is_named_by_its_number_only(settings: Settings) -> None:
    fresh_key = base64.urlsafe_b64encode(os.urandom(32)).decode()
    with_two = f"{settings.RELAY_KEYS},encryption-2:{fresh_key}"
    without, settings.RELAY_KEYS = settings.RELAY_KEYS, with_two
    sealed = seal(SHARE_TOKEN, context=PLACE)
    settings.RELAY_KEYS = without
    with pytest.raises(CannotOpen) as missing:
        open_sealed(sealed, context=PLACE)
    assert str(missing.value) == "no encryption key number 2"
    assert fresh_key not in str(missing.value)


def test_the_wrong_key_of_the_right_number_does_not_open(settings: Settings) -> None:
    sealed = seal(SHARE_TOKEN, context=PLACE)
    settings.RELAY_KEYS = generate_keys()
    with pytest.raises(CannotOpen):
        open_sealed(sealed, context=PLACE)


def test_a_token_mark_is_twelve_hex_digits_and_the_same_for_both_sides() -> None:
    assert token_mark(SHARE_TOKEN) == token_mark(SHARE_TOKEN)
    assert len(token_mark(SHARE_TOKEN)) == 12
    assert set(token_mark(SHARE_TOKEN)) <= set("0123456789abcdef")
    assert token_mark(SHARE_TOKEN) != token_mark(SHARE_TOKEN + "x")
