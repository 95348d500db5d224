"""A file of fresh share tokens, ready to be imported by the recipient."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping

from sumsub.sandbox.clock import iso
from sumsub.sandbox.engine import Engine
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.records import Applicant, Recheck
from sumsub.sandbox.share_tokens import ShareToken, read_ttl
from sumsub.sandbox.sharing import forecast, minted

COLUMNS = ("token", "external_id", "label", "issued_at", "expires_at", "outcome")
# `outcome=review`, or `review:watch-list` and the like: people whose reuse goes through, but whose
# review does not end in an approval.
REVIEW = "review"
AT_ONCE = 100
MOST = 1_000_000
# However many applicants there are: how many are looked at before the first line, how many in a
# row that do not fit before a round counts as ended, and how few are worth remembering.
LOOKED_AT_FIRST = 2000
IN_VAIN_AT_MOST = 20_000
FEW = 1000


def token_file(engine: Engine, params: Mapping[str, str], wanted: int) -> Iterator[bytes]:
    """``wanted`` tokens as CSV; the columns and the time to live come from ``params``.

    Raises Problem 400 before anything is minted.
    """
    columns = _columns(params.get("columns", ""))
    ttl = read_ttl(params.get("ttl"))
    outcome = params.get("outcome", "")
    if wanted > MOST:
        raise Problem(400, f"n must not be above {MOST}")
    first = itertools.islice(_source(engine, outcome), LOOKED_AT_FIRST)
    if not any(_fits(engine, person, outcome) for person in first):
        raise Problem(400, "No applicant has this outcome")
    return _pieces(engine, columns, ttl, outcome, wanted)


def _pieces(
    engine: Engine, columns: tuple[str, ...], ttl: int, outcome: str, wanted: int
) -> Iterator[bytes]:
    """A piece for so many people looked at, an empty one if need be: others call meanwhile."""
    yield (",".join(columns) + "\n").encode()
    people = _endless(engine, outcome)
    while wanted and (some := list(itertools.islice(people, min(AT_ONCE, wanted)))):
        fitting = [person for person in some if person is not None]
        wanted -= len(fitting)
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        with engine.store.transaction():
            for person in fitting:
                rows.writerow(_row(engine, person, columns, ttl))
        yield text.getvalue().encode()


def one_token(engine: Engine, wanted: Mapping[str, object]) -> dict[str, object]:
    """Mint one share token without a signature, for the page; raises Problem 400 or 404.

    ``for_client_id`` is the recipient's unless given, ``ttl`` is in seconds. The token is in the
    answer and nowhere else.
    """
    person = engine.world.find(_text(wanted, "applicant_id", ""))
    if person is None:
        raise Problem(404, "There is no applicant of this applicant_id")
    for_client_id = _text(wanted, "for_client_id", engine.directory.recipient.client_id)
    ttl = read_ttl(wanted.get("ttl"))
    with engine.store.transaction():
        text, kept = _minted(engine, person, for_client_id, ttl)
    return {
        "token": text,
        "applicant_id": person.id,
        "external_user_id": person.external_user_id,
        "for_client_id": for_client_id,
        "token_sha256": kept.sha256,
        "expires_at": iso(kept.issued_ms + ttl * 1000),
    }


def _text(wanted: Mapping[str, object], name: str, otherwise: str) -> str:
    value = wanted.get(name, otherwise)
    if not isinstance(value, str) or not value:
        raise Problem(400, f"{name} must be a text")
    return value


def _minted(
    engine: Engine, person: Applicant, for_client_id: str, ttl: int
) -> tuple[str, ShareToken]:
    text, kept = engine.tokens.mint(
        donor_client_id=person.client_id,
        applicant_id=person.id,
        for_client_id=for_client_id,
        ttl_seconds=ttl,
        sandbox=engine.directory.by_client_id[person.client_id].sandbox,
    )
    engine.ledger.write(kept.issued_ms, minted(person, kept))
    return text, kept


def _row(engine: Engine, person: Applicant, columns: tuple[str, ...], ttl: int) -> list[str]:
    text, kept = _minted(engine, person, engine.directory.recipient.client_id, ttl)
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


def _endless(engine: Engine, outcome: str) -> Iterator[Applicant | None]:
    """Those who fit, over and over; None in the place of somebody who does not."""
    source = _source(engine, outcome)
    while True:
        found: list[str] = []
        in_vain = 0
        for person in source:
            fits = _fits(engine, person, outcome)
            in_vain = 0 if fits else in_vain + 1
            if fits and len(found) <= FEW:
                found.append(person.id)
            yield person if fits else None
            if in_vain >= IN_VAIN_AT_MOST:
                break
        if not found:
            # Settings may change while the file is written: nobody may be left who fits.
            return
        few = len(found) <= FEW
        source = _of_ids(engine, found) if few else _source(engine, outcome)


def _source(engine: Engine, outcome: str) -> Iterator[Applicant]:
    """Whom to choose from: those whose review will not end well only when asked for by `review`."""
    return _review_people(engine) if outcome.startswith(REVIEW) else _round(engine)


def _fits(engine: Engine, person: Applicant, outcome: str) -> bool:
    if not outcome:
        return True
    if outcome.startswith(REVIEW):
        return f"{REVIEW}:{person.profile.recheck}".startswith(outcome)
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
    named = [one for one in _people(engine, donors.named_numbers()) if not _is_review(one)]
    put_off: list[Applicant] = []
    yield from _lead(engine, named, _approved(engine, ordinary, put_off))
    yield from put_off
    yield from ordinary


def _review_people(engine: Engine) -> Iterator[Applicant]:
    everyone = _people(engine, engine.donors.named_numbers())
    return (person for person in everyone if _is_review(person))


def _is_review(person: Applicant) -> bool:
    return person.profile.recheck is not Recheck.CLEAN


def _approved(
    engine: Engine, ordinary: Iterator[Applicant], put_off: list[Applicant]
) -> Iterator[Applicant]:
    for person in itertools.islice(ordinary, AT_ONCE):
        if _outcome(engine, person) == "approved":
            yield person
        else:
            put_off.append(person)


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
    return _of_ids(engine, (engine.donors.id_of(number) for number in numbers))


def _of_ids(engine: Engine, ids: Iterable[str]) -> Iterator[Applicant]:
    found = (engine.world.find(applicant_id) for applicant_id in ids)
    return (person for person in found if person is not None)
