"""How long a share token lives: the choices, their words, and the bounds we keep.

Sumsub documents a default of 1200 s and neither a minimum nor a maximum; the longest seen in the
wild is three weeks.
"""

from typing import Final

DEFAULT_TTL_SECONDS: Final = 1200
MAX_TTL_SECONDS: Final = 365 * 86_400
TTL_SENTENCE: Final = "Enter seconds from 1 up, for example 1200 for 20 minutes."
TTL_TOO_LONG: Final = f"A share token lives {MAX_TTL_SECONDS} seconds (a year) at most."
OTHER: Final = "other"

USUAL: Final = (("600", "10 min"), ("1200", "20 min"), ("3600", "1 hour"), (OTHER, "Other"))


def choice_for(seconds: int) -> str:
    """The usual choice that means `seconds`, else OTHER."""
    return str(seconds) if any(value == str(seconds) for value, _ in USUAL) else OTHER
