"""Waits and counts that a setting overrides by name: each engine has its own, with its defaults."""

from collections.abc import Mapping
from typing import Any, TypeVar

Waits = TypeVar("Waits")


def with_settings(defaults: type[Waits], given: Mapping[str, Any]) -> Waits:
    """The waits as the setting `given` asks for them; a list of JSON's becomes a tuple.

    Raises TypeError for a name that is none.
    """
    return defaults(**{n: tuple(v) if isinstance(v, list) else v for n, v in given.items()})
