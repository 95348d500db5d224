"""A file of fresh share tokens, ready to be imported by the recipient."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Mapping

from sumsub.sandbox.clock import iso
from sumsub.sandbox.engine import Engine
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.records import Applicant
from sumsub.sandbox.share_tokens import ShareToken, read_ttl
from sumsub.sandbox.sharing import forecast, minted

COLUMNS = ("token", "external_id", "label", "issued_at", "expires_at", "outcome")
AT_ONCE = 100
MOST = 1_000_000


def token_file(engine: Engine, params: Mapping[str, str], wanted: int) -> Iterator[bytes]:
    """``wanted`` tokens as CSV; the columns and the time to live come from ``params``.

    Raises Problem 400 before anything is minted.
    """
    columns = _columns(params.get("columns", ""))
    ttl = read_ttl(params.get("ttl"))
    outcome = params.get("outcome", "")
    if wanted > MOST:
        raise Problem(400, f"n must not be above {MOST}")
    if outcome and not any(_fits(engine, person, outcome) for person in _round(engine)):
        raise Problem(400, "No applicant has this outcome")
    return _pieces(engine, columns, ttl, outcome, wanted)


def _pieces(
    engine: Engine, columns: tuple[str, ...], ttl: int, outcome: str, wanted: int
) -> Iterator[bytes]:
    yield (",".join(columns) + "\n").encode()
    people = itertools.islice(_endless(engine, outcome), wanted)
    while some := list(itertools.islice(people, AT_ONCE)):
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        with engine.store.transaction():
            for person in some:
                rows.writerow(_row(engine, person, columns, ttl))
        yield text.getvalue().encode()


def _row(engine: Engine, person: Applicant, columns: tuple[str, ...], ttl: int) -> list[str]:
    text, kept = engine.tokens.mint(
        donor_client_id=person.client_id,
        applicant_id=person.id,
        for_client_id=engine.directory.recipient.client_id,
        ttl_seconds=ttl,
    )
    engine.ledger.write(kept.issued_ms, minted(person, kept))
    return [_cell(engine, person, kept, text, column) for column in columns]


def _cell(engine: Engine, person: Applicant, kept: ShareToken, text: str, column: str) -> str:
    if column == "token":
        return text
    if column == "outcome":
        return _outcome(engine, person)
    return {
        "external_id": person.external_user_id,
        "label": person.profile.name,
        "issued_at": iso(kept.issued_ms),
        "expires_at": iso(kept.issued_ms + kept.ttl_seconds * 1000),
    }[column]


def _columns(text: str) -> tuple[str, ...]:
    columns = tuple(part.strip() for part in text.split(",") if part.strip()) or ("token",)
    unknown = [column for column in columns if column not in COLUMNS]
    if unknown:
        raise Problem(400, f"columns must be among {', '.join(COLUMNS)}")
    return columns


def _endless(engine: Engine, outcome: str) -> Iterator[Applicant]:
    while True:
        for person in _round(engine):
            if not outcome or _fits(engine, person, outcome):
                yield person


def _fits(engine: Engine, person: Applicant, outcome: str) -> bool:
    return _outcome(engine, person).startswith(outcome)


def _outcome(engine: Engine, person: Applicant) -> str:
    recipient = engine.directory.recipient
    return forecast(engine, person, recipient, recipient.levels[0]).outcome


def _round(engine: Engine) -> Iterator[Applicant]:
    """Every donor applicant once: a lead with the named ones mixed in, then the ordinary rest.

    The first twenty show all three outcomes. The neighbours are left out: a single token of theirs
    would rightly stop a whole import.
    """
    donors = engine.donors
    first_ordinary = len(donors.named_numbers())
    ordinary = _people(engine, range(first_ordinary, donors.count))
    yield from _lead(engine, list(_people(engine, donors.named_numbers())), ordinary)
    yield from ordinary


def _lead(
    engine: Engine, named: list[Applicant], ordinary: Iterator[Applicant]
) -> Iterator[Applicant]:
    groups: dict[str, list[Applicant]] = {"approved": [], "documents_requested": [], "refused": []}
    for person in named:
        groups[_outcome(engine, person).partition(":")[0]].append(person)
    approved, partial, refused = groups.values()
    for several in itertools.zip_longest(approved, partial, refused[::2], refused[1::2]):
        yield from (person for person in several if person is not None)
        yield from itertools.islice(ordinary, 1)


def _people(engine: Engine, numbers: range) -> Iterator[Applicant]:
    for number in numbers:
        person = engine.world.find(engine.donors.id_of(number))
        if person is not None:
            yield person
