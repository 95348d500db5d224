"""Shaping: lines become rows, with what our own tables know about each. Asks nobody else.

A file may have a hundred thousand lines and somebody waits for it. So rows are drafts
(`accounts.sheets`), of applicants only those columns are read that the check looks at, and what is
known of many in the same words is checked once.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import F, TextField
from django.db.models.functions import Cast

from accounts import sheets
from sharing.mint_csv import MintLine
from sharing.minting_many import words
from sharing.minting_many.checking import concern_of, live_until
from sharing.models import Applicant, Concern, IssuedToken, MintBatch, MintRow, MintState
from sharing.precheck import LOOKED_AT

# Of an applicant that nobody looked up; each of the others has its own.
_NO_PROFILE = "{}"
_PROFILE = LOOKED_AT.index("profile")
_COLUMNS = (
    *("pk", "applicant_id", "external_user_id"),
    *(Cast(F(name), TextField()) if name == "profile" else name for name in LOOKED_AT),
)


class _Known(NamedTuple):
    """An applicant of our list; `looked_at` are its columns LOOKED_AT, the profile as text."""

    pk: int
    applicant_id: str
    external_id: str
    looked_at: tuple[Any, ...]


class Shaper:
    """Makes rows of a batch's lines, and remembers which applicants came before."""

    def __init__(self, batch: MintBatch) -> None:
        self._batch = batch
        self._draft = sheets.draft_of(MintRow)
        self._seen: dict[tuple[str, str], int] = {}
        self._concerns: dict[tuple[Any, ...], tuple[Concern, str]] = {}
        # Mostly the recipient has none when a file for it comes: one question instead of hundreds.
        self._some_live = IssuedToken.objects.live().for_recipient(batch.partner).exists()

    def rows(self, lines: Sequence[MintLine]) -> list[Any]:
        """Drafts of the rows of some lines, in their order."""
        known, ours = _known(lines), _known_by_external_id(lines)
        rows = [
            self._row(line, known.get(line.applicant_id) or ours.get(line.external_id))
            for line in lines
        ]
        if self._some_live:
            self._note_live(rows)
        return rows

    def _row(self, line: MintLine, applicant: _Known | None) -> Any:
        row = self._draft(
            batch_id=self._batch.pk,
            line=line.line,
            sumsub_id=applicant.applicant_id if applicant else line.applicant_id,
            external_id=line.external_id or (applicant.external_id if applicant else ""),
            level_name=line.level_name,
            applicant_id=applicant.pk if applicant else None,
        )
        if line.fault:
            row.state, row.reason = MintState.SKIPPED, words.bad_line(line.fault)
        elif first := self._first_line(row):
            row.state, row.same_as_line = MintState.SKIPPED, first
        else:
            row.state = MintState.WAITING if row.sumsub_id else MintState.FINDING
            row.concern, row.concern_sentence = self._concern_of(applicant)
        return row

    def _concern_of(self, applicant: _Known | None) -> tuple[Concern, str]:
        if applicant is None:
            return concern_of(None)
        looked_at = applicant.looked_at
        found = self._concerns.get(looked_at) or concern_of(_as_model(looked_at))
        if looked_at[_PROFILE] == _NO_PROFILE:
            self._concerns[looked_at] = found
        return found

    def _first_line(self, row: Any) -> int | None:
        """The line that named the same applicant before, if one did."""
        who = ("id", row.sumsub_id) if row.sumsub_id else ("external id", row.external_id)
        first = self._seen.setdefault(who, row.line)
        return first if first != row.line else None

    def _note_live(self, rows: Sequence[Any]) -> None:
        theirs = [row.applicant_id for row in rows if row.applicant_id]
        alive = live_until(theirs, self._batch.partner)
        for row in rows:
            row.live_until = alive.get(row.applicant_id)


def _known(lines: Sequence[MintLine]) -> dict[str, _Known]:
    ids = [line.applicant_id for line in lines if line.applicant_id]
    return {one.applicant_id: one for one in _found(applicant_id__in=ids)} if ids else {}


def _known_by_external_id(lines: Sequence[MintLine]) -> dict[str, _Known]:
    """Applicants of lines that have no id of Sumsub's; where several share one, none is taken."""
    ids = [line.external_id for line in lines if line.external_id and not line.applicant_id]
    found: dict[str, _Known] = {}
    several = set()
    for one in _found(external_user_id__in=ids) if ids else ():
        if one.external_id in found:
            several.add(one.external_id)
        found[one.external_id] = one
    return {name: one for name, one in found.items() if name not in several}


def _found(**named: list[str]) -> list[_Known]:
    found = Applicant.objects.filter(**named).values_list(*_COLUMNS)
    return [_Known(one[0], one[1], one[2], one[3:]) for one in found]


def _as_model(looked_at: tuple[Any, ...]) -> Applicant:
    columns = dict(zip(LOOKED_AT, looked_at, strict=True))
    return Applicant(**columns | {"profile": json.loads(columns["profile"])})
