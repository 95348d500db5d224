"""What a check of the connection found."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a finding came out; the values are tones of the look."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One line of the check: what was looked at, and what to do if it is not in order."""

    kind: Kind
    title: str
    sentence: str


def worst(findings: list[Finding]) -> Kind:
    """The kind that sums up a check."""
    kinds = {finding.kind for finding in findings}
    return next((kind for kind in (Kind.BAD, Kind.WARN) if kind in kinds), Kind.OK)
