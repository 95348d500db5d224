"""Profiles to and from the text kept in the store, without loss.

Values that are as by default are left out. The shape follows the dataclasses themselves, so a new
field of :class:`.records.Profile` is kept without a word here.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, get_args, get_origin, get_type_hints

from sumsub.sandbox.records import Profile

_Read = Callable[[Any], Any]


def dump(profile: Profile) -> str:
    """The text to keep."""
    return json.dumps(_plain(profile), ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=1024)
def load(text: str) -> Profile:
    """The profile behind a kept text; what it holds is shared, so not to be changed."""
    profile: Profile = _reader(Profile)(json.loads(text))
    return profile


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        given = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _plain(one) for field, one in given if not _is_default(field, one)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def _is_default(field: Field[Any], value: Any) -> bool:
    return field.default is not MISSING and bool(value == field.default)


@lru_cache(maxsize=64)
def _reader(kind: Any) -> _Read:
    """What turns the JSON form of a value of this type back into it."""
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if isinstance(kind, types.UnionType):
        inner = _reader(next(one for one in get_args(kind) if one is not types.NoneType))
        return lambda value: None if value is None else inner(value)
    if get_origin(kind) is tuple:
        item = _reader(get_args(kind)[0])
        return lambda value: tuple(item(one) for one in value)
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    return lambda value: value


def _dataclass_reader(kind: Any) -> _Read:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
    return lambda value: kind(**{name: readers[name](one) for name, one in value.items()})
