"""Colleagues named in a note: "@Olga Officer", in any case, or "@Olga" where no other is one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from accounts.models import User

# An address such as ada@mail.example names nobody.
_SIGN = re.compile(r"(?<![\w.])@(?=\w)")
_WORD = re.compile(r"[\w'’-]+")


@dataclass(frozen=True)
class Piece:
    """A stretch of a note: plain words, or the name of somebody (`person`)."""

    text: str
    person: User | None = None


def pieces(words: str, people: Iterable[User]) -> list[Piece]:
    """The note cut where people are named."""
    names = _names(list(people))
    found, done = [], 0
    for sign in _SIGN.finditer(words):
        if sign.start() >= done and (hit := _named_at(words, sign.end(), names)):
            end, person = hit
            found += [Piece(words[done : sign.start()]), Piece(words[sign.start() : end], person)]
            done = end
    return [piece for piece in (*found, Piece(words[done:])) if piece.text]


def named(words: str, people: Iterable[User]) -> list[User]:
    """Whom of these people the note names, each once."""
    return list({one.person.pk: one.person for one in pieces(words, people) if one.person}.values())


def unknown(words: str, people: Iterable[User]) -> list[str]:
    """Words behind an @ that are nobody's name."""
    return list(_unknown(pieces(words, people)))


def _unknown(cut: Iterable[Piece]) -> Iterator[str]:
    for piece in cut:
        if piece.person is None:
            for sign in _SIGN.finditer(piece.text):
                if word := _WORD.match(piece.text, sign.end()):
                    yield word[0]


def _names(people: list[User]) -> list[tuple[str, User]]:
    """Names in lower case, the longest first: "Ana Maria Lund" before "Ana"."""
    first: dict[str, list[User]] = {}
    for one in people:
        first.setdefault(one.display_name.split()[0].casefold(), []).append(one)
    alone = [(name, those[0]) for name, those in first.items() if len(those) == 1]
    whole = [(one.display_name.casefold(), one) for one in people]
    return sorted(whole + alone, key=lambda named: -len(named[0]))


def _named_at(words: str, start: int, names: list[tuple[str, User]]) -> tuple[int, User] | None:
    for name, person in names:
        end = start + len(name)
        if words[start:end].casefold() == name and not words[end : end + 1].isalnum():
            return end, person
    return None
