"""JSON read together with the line of everything in it, so that a mistake can be pointed at."""

from __future__ import annotations

import json
import re
from typing import Any

Lines = dict[str, int]
_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_PLAIN = re.compile(r"[^ \t\r\n,\]}]+")
_NOT_JSON = frozenset({"NaN", "Infinity", "-Infinity"})
_TAIL = re.compile(r"(\.[^.\[\]]*|\[\d+\])$")


class NotReadable(ValueError):
    """Not JSON, or a key twice in one object; the text names the line."""


def read_with_lines(text: str | bytes) -> tuple[Any, Lines]:
    """The value, and the line of each place in it: ``rules[0].do``, ``""`` for the whole.

    Of a member the line is that of its key. Raises NotReadable.
    """
    try:
        # utf-8-sig: editors on Windows put a mark in front.
        told = text if isinstance(text, str) else text.decode("utf-8-sig")
        value = json.loads(told, parse_int=_whole)
        return value, _Walk(told).lines
    except json.JSONDecodeError as error:
        raise NotReadable(f"line {error.lineno}: this is not JSON: {error.msg}.") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise NotReadable(f"line {line}: this is not UTF-8 text.") from None
    except RecursionError:
        raise NotReadable("line 1: this is nested too deeply.") from None


def line_of(place: str, lines: Lines) -> int:
    """The line of a place; of a place that is missing, the line of what it is missing from."""
    while place and place not in lines:
        place = _TAIL.sub("", place) if _TAIL.search(place) else ""
    return lines[place]


def _whole(digits: str) -> float:
    """Python refuses to read thousands of digits; infinity is as little use to anyone."""
    return int(digits) if len(digits) < 300 else float("inf")


class _Walk:
    """Goes through text that is known to be JSON and notes where each place begins."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line = 1
        self._counted = 0
        self.lines: Lines = {}
        at = self._skip(0)
        self.lines[""] = self._line_at(at)
        self._value(at, "")

    def _value(self, at: int, place: str) -> int:
        """Walk one value; returns the position behind it."""
        first = self._text[at]
        if first == "{":
            return self._object(at, place)
        if first == "[":
            return self._array(at, place)
        if first == '"':
            return self._string(at)[1]
        found = _PLAIN.match(self._text, at)
        if found and found[0] in _NOT_JSON:
            raise NotReadable(f"line {self._line_at(at)}: {found[0]} is no number in JSON.")
        return found.end() if found else at + 1

    def _object(self, at: int, place: str) -> int:
        seen: set[str] = set()
        at = self._skip(at + 1)
        while self._text[at] != "}":
            line = self._line_at(at)
            key, at = self._string(at)
            if key in seen:
                raise NotReadable(f"line {line}: {key} is there twice.")
            seen.add(key)
            inner = f"{place}.{key}" if place else key
            self.lines[inner] = line
            at = self._skip(self._value(self._skip(self._skip(at) + 1), inner))
            at = self._behind_comma(at)
        return at + 1

    def _array(self, at: int, place: str) -> int:
        number = 0
        at = self._skip(at + 1)
        while self._text[at] != "]":
            inner = f"{place}[{number}]"
            self.lines[inner] = self._line_at(at)
            at = self._behind_comma(self._skip(self._value(at, inner)))
            number += 1
        return at + 1

    def _string(self, at: int) -> tuple[str, int]:
        """The string that begins here, and the position behind it."""
        text, behind = _DECODER.raw_decode(self._text, at)
        try:
            text.encode()
        except UnicodeEncodeError:
            line = self._line_at(at)
            raise NotReadable(f"line {line}: half a surrogate pair is no text.") from None
        return text, behind

    def _behind_comma(self, at: int) -> int:
        return self._skip(at + 1) if self._text[at] == "," else at

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _line_at(self, at: int) -> int:
        """Positions only grow, so each newline is counted once."""
        self._line += self._text.count("\n", self._counted, at)
        self._counted = at
        return self._line
