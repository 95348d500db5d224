"""The generated applicants page by page, filtered by what a reuse would make of them.

Nobody is kept in memory: people are made one by one, and a search stops after so many of them and
says where to go on, so that a million applicants hold nobody up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sumsub.sandbox.engine import Engine
from sumsub.sandbox.levels import Level
from sumsub.sandbox.population import Population
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.records import Applicant
from sumsub.sandbox.rules import Verdict
from sumsub.sandbox.sharing import forecast

_Segment = tuple[Population, range]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for.

    ``level`` is one of the recipient's, ``outcome`` the beginning of an outcome (``refused``,
    ``refused:10513``), ``text`` a part of name, external id or id, ``after`` an applicant id.
    """

    level: Level
    outcome: str = ""
    text: str = ""
    after: str = ""
    named_first: bool = False

    @property
    def filtered(self) -> bool:
        """Whether anybody may be left out."""
        return bool(self.outcome or self.text)


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody the list came past; ``fits`` says whether to show this one."""

    applicant: Applicant
    verdict: Verdict
    fits: bool


def wanted(engine: Engine, params: dict[str, str], *, named_first: bool = False) -> Wanted:
    """Read ``level``, ``outcome``, ``q`` and ``after`` of a query; raises Problem 400."""
    recipient = engine.directory.recipient
    name = params.get("level", "")
    level = recipient.level(name) if name else recipient.levels[0]
    if level is None:
        raise Problem(400, f"The recipient has no level '{name}'")
    return Wanted(
        level,
        outcome=params.get("outcome", "").strip(),
        text=params.get("q", "").strip(),
        after=params.get("after", "").strip(),
        named_first=named_first,
    )


def passing(engine: Engine, wish: Wanted) -> Iterator[Seen]:
    """Everybody after ``wish.after`` in turn; raises Problem 400 when there is no such applicant.

    A text that is somebody's whole id or external id leads straight to that one.
    """
    exact = _exactly(engine, wish.text) if wish.text and not wish.after else None
    people = iter((exact,)) if exact is not None else _people(engine, wish)
    return (_seen(engine, applicant, wish) for applicant in people)


def _seen(engine: Engine, applicant: Applicant, wish: Wanted) -> Seen:
    verdict = forecast(engine, applicant, engine.directory.recipient, wish.level)
    fits = verdict.outcome.startswith(wish.outcome) and _mentions(applicant, wish.text)
    return Seen(applicant, verdict, fits)


def _mentions(applicant: Applicant, text: str) -> bool:
    if not text:
        return True
    text = text.casefold()
    words = (applicant.external_user_id, applicant.id, applicant.profile.name)
    return any(text in word.casefold() for word in words)


def _exactly(engine: Engine, text: str) -> Applicant | None:
    found = engine.world.find(text)
    for workspace in engine.directory.all:
        if found is None:
            found = engine.world.find_external(workspace.client_id, text)
    if found is not None and not engine.directory.by_client_id[found.client_id].sandbox:
        return None
    return found


def _people(engine: Engine, wish: Wanted) -> Iterator[Applicant]:
    """Checks the start at once and yields later."""
    segments = list(_segments(engine, named_first=wish.named_first))
    return _walk(engine, _from(segments, wish.after) if wish.after else segments)


def _walk(engine: Engine, segments: list[_Segment]) -> Iterator[Applicant]:
    for population, numbers in segments:
        for number in numbers:
            applicant = engine.world.find(population.id_of(number))
            if applicant is not None:
                yield applicant


def _segments(engine: Engine, *, named_first: bool) -> Iterator[_Segment]:
    """Who comes when: ordinary people before the named ones, or the other way round.

    Production's people are left out: their share tokens mean nothing to the sandbox's recipient.
    """
    populations = [
        population
        for client_id, population in engine.world.populations.items()
        if engine.directory.by_client_id[client_id].sandbox
    ]
    named = [(one, one.named_numbers()) for one in populations]
    ordinary = [(one, range(len(one.named_numbers()), one.count)) for one in populations]
    if named_first:
        yield from (*named, *ordinary)
        return
    for first, then in zip(ordinary, named, strict=True):
        yield from (first, then)


def _from(segments: list[_Segment], after: str) -> list[_Segment]:
    for place, (population, numbers) in enumerate(segments):
        number = population.number_of(after)
        if number is not None and number in numbers:
            return [(population, range(number + 1, numbers.stop)), *segments[place + 1 :]]
    raise Problem(400, "after must be the id of a listed applicant")
