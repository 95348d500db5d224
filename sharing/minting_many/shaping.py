"""Shaping: lines become rows, with what our own tables know about each. Asks nobody else.

A file may have a hundred thousand lines and somebody waits for it, so rows are drafts
(`accounts.sheets`), and of applicants only the columns are read that the check looks at.
"""

from collections.abc import Sequence
from typing import Any

from accounts import sheets
from sharing.mint_csv import MintLine
from sharing.minting_many import words
from sharing.minting_many.checking import concern_of, live_until
from sharing.models import Applicant, ApplicantQuerySet, IssuedToken, MintBatch, MintRow, MintState
from sharing.precheck import LOOKED_AT

_IDS = ("applicant_id", "external_user_id")


class Shaper:
    """Makes rows of a batch's lines, and remembers which applicants came before."""

    def __init__(self, batch: MintBatch) -> None:
        self._batch = batch
        self._draft = sheets.draft_of(MintRow)
        self._seen: dict[tuple[str, str], int] = {}
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

    def _row(self, line: MintLine, applicant: Applicant | None) -> Any:
        row = self._draft(
            batch_id=self._batch.pk,
            line=line.line,
            sumsub_id=applicant.applicant_id if applicant else line.applicant_id,
            external_id=line.external_id or (applicant.external_user_id if applicant else ""),
            level_name=line.level_name,
            applicant_id=applicant.pk if applicant else None,
        )
        if line.fault:
            row.state, row.reason = MintState.SKIPPED, words.bad_line(line.fault)
        elif first := self._first_line(row):
            row.state, row.same_as_line = MintState.SKIPPED, first
        else:
            row.state = MintState.WAITING if row.sumsub_id else MintState.FINDING
            row.concern, row.concern_sentence = concern_of(applicant)
        return row

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


def _known(lines: Sequence[MintLine]) -> dict[str, Applicant]:
    ids = [line.applicant_id for line in lines if line.applicant_id]
    found = _looked_at().filter(applicant_id__in=ids) if ids else ()
    return {applicant.applicant_id: applicant for applicant in found}


def _known_by_external_id(lines: Sequence[MintLine]) -> dict[str, Applicant]:
    """Applicants of lines that have no id of Sumsub's; where several share one, none is taken."""
    ids = [line.external_id for line in lines if line.external_id and not line.applicant_id]
    found: dict[str, Applicant] = {}
    several = set()
    for applicant in _looked_at().filter(external_user_id__in=ids) if ids else ():
        if applicant.external_user_id in found:
            several.add(applicant.external_user_id)
        found[applicant.external_user_id] = applicant
    return {name: one for name, one in found.items() if name not in several}


def _looked_at() -> ApplicantQuerySet:
    return Applicant.objects.only(*_IDS, *LOOKED_AT)
