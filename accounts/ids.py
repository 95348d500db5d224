"""Ids that grow with time."""

import os
import time
from uuid import UUID

_VERSION = 7 << 76
_VARIANT = 2 << 62
_RANDOM_A = (1 << 12) - 1
_RANDOM_B = (1 << 62) - 1


def uuid7() -> UUID:
    """A UUID of version 7 (RFC 9562): its milliseconds first, then 74 random bits.

    New ones are neighbours in an index. Ids without an order lie all over it, and each one that is
    stored costs more the larger the table is.
    """
    noise = int.from_bytes(os.urandom(10), "big")
    moment = (time.time_ns() // 1_000_000) << 80
    random_a = (noise >> 62 & _RANDOM_A) << 64
    return UUID(int=moment | _VERSION | random_a | _VARIANT | noise & _RANDOM_B)
