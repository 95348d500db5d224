"""Plain words for deeds, by family. `tests/structure/test_deeds.py` finds a deed without any."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from accounts.look.figures import plain_name


@dataclass(frozen=True)
class Family:
    """Deeds that a reader looks for together. `words` are by deed; `name` stands in addresses.

    By the deeds of `takes` something leaves the house: a file, or a token that somebody sees.
    """

    name: str
    label: str
    words: Mapping[str, str]
    takes: tuple[str, ...] = ()
    known: ClassVar[dict[str, "Family"]] = {}

    def __post_init__(self) -> None:
        self.known[self.name] = self


def families() -> list[Family]:
    """Every family, by label."""
    return sorted(Family.known.values(), key=lambda family: family.label.lower())


def taking_deeds() -> list[str]:
    """Deeds by which something leaves the house."""
    return [deed for family in families() for deed in family.takes]


def words_of(deed: str) -> str:
    """A deed in plain words; one that nobody described, under its own name."""
    for family in Family.known.values():
        if deed in family.words:
            return family.words[deed]
    return plain_name(deed)


def deeds_named(name: str) -> tuple[str, ...]:
    """The deeds that `name` stands for: a family's, or the one deed; none for neither."""
    if name in Family.known:
        return tuple(Family.known[name].words)
    is_known = any(name in family.words for family in Family.known.values())
    return (name,) if is_known else ()
