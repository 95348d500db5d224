"""A chunk of lines becomes rows: who owns which share token is decided here.

Most share tokens are new, so a chunk is first stored as if all of them were. The database refuses
what has an owner; then who owns what is asked, line by line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.models import F, OuterRef, Subquery

from accounts.lock_waits import WaitedTooLong, short_wait
from customers.books import Books
from customers.bulk import insert, packed
from customers.giving_up import give_up_these
from customers.intake.owners import OUR_IDS, dead_rows, id_owners, token_owners
from customers.intake.preparing import Candidate, Chunk
from customers.intake.shaping import Shaper, Values
from customers.models import Import, Row
from customers.reasons import Reason

# How long a try waits for the row of a worker: less than after which PostgreSQL looks for rings of
# waiting transactions, so that a try never costs somebody else's.
_TRY_MS = 300


@dataclass(frozen=True, slots=True)
class _Duplicate:
    """A candidate whose share token, or id, belongs to another row.

    `owner` is that row's id; None when it stands in the same chunk, under `owner_fingerprint`.
    """

    candidate: Candidate
    reason: Reason
    owner: int | None
    owner_fingerprint: str = ""


class _NotNew(Exception):
    """A share token of the chunk had a row before."""


class ChunkStore:
    """Stores the chunks of one import in file order, and counts."""

    def __init__(self, imported: Import, shaper: Shaper, *, sends_external_ids: bool) -> None:
        self.total = self.ready = self.duplicate = self.invalid = 0
        self._import = imported
        self._shaper = shaper
        self._sends_external_ids = sends_external_ids
        self._last_was_new = True

    def add(self, chunk: Chunk) -> None:
        """Store a chunk. Call inside the transaction that stores the import."""
        if self._may_be_new(chunk) and self._stored_as_new(chunk):
            ready, duplicates = len(chunk.candidates), 0
        else:
            ready, duplicates = self._stored_with_owners(chunk)
        self.total += len(chunk.candidates) + len(chunk.faulty)
        self.ready += ready
        self.duplicate += duplicates
        self.invalid += len(chunk.faulty)

    # ---- as if all were new ----------------------------------------------------------------

    def _may_be_new(self, chunk: Chunk) -> bool:
        """Whether trying pays, and the database would refuse all that is not new."""
        if not self._last_was_new or len(set(chunk.fingerprints)) < len(chunk.candidates):
            return False
        # Of ids in the form of ours the database knows too little.
        return not self._sends_external_ids or not any(
            one.user_id.startswith(OUR_IDS) for one in chunk.candidates
        )

    def _stored_as_new(self, chunk: Chunk) -> bool:
        """Store all lines; False, and nothing is stored, when a share token or id had a row before.

        Dead rows are asked for last: beside ours no live row with its share token is left to die.
        """
        try:
            with short_wait(_TRY_MS):
                insert(chunk.if_new)
                if dead_rows(chunk.fingerprints):
                    raise _NotNew
        except (IntegrityError, WaitedTooLong, _NotNew):
            return False
        return True

    # ---- line by line ----------------------------------------------------------------------

    def _stored_with_owners(self, chunk: Chunk) -> tuple[int, int]:
        """Store all lines; how many are ready, and how many belong to other rows."""
        candidates = chunk.candidates
        self._give_up_owners(chunk)
        fresh, duplicates, dead = self._told_apart(candidates)
        books = Books(dead)
        while dead:
            # Evidence may have come until those imports were locked; from here on it waits. It may
            # also have put an end to rows of imports that are not locked yet.
            fresh, duplicates, dead = self._told_apart(candidates)
            if dead.keys() <= books.imports.keys():
                break
            books = Books({*books.imports, *dead})
        again = {key for rows in dead.values() for key in rows.values()}
        ready = (self._look_first(one) if one.fingerprint in again else one.row for one in fresh)
        insert(packed([*ready, *map(self._shaper.invalid, chunk.faulty)]))
        self._store_duplicates(duplicates)
        self._replace(dead, books)
        self._last_was_new = not duplicates and not dead
        return len(fresh), len(duplicates)

    def _give_up_owners(self, chunk: Chunk) -> None:
        """End rows with these share tokens that a cancelled import was still to give up."""
        if Import.objects.giving_up().exists():
            owners = token_owners(chunk.fingerprints)
            give_up_these(row_id for row_id, _ in owners.values())

    def _told_apart(
        self, candidates: Sequence[Candidate]
    ) -> tuple[list[Candidate], list[_Duplicate], dict[int, dict[int, str]]]:
        """Candidates to be stored, those that are duplicates, and the dead rows of the former."""
        fresh, duplicates = self._divided(candidates)
        return fresh, duplicates, dead_rows([one.fingerprint for one in fresh])

    # ---- who owns what ---------------------------------------------------------------------

    def _divided(self, candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[_Duplicate]]:
        owners = token_owners([one.fingerprint for one in candidates])
        by_id = self._id_owners(candidates)
        fresh: dict[str, Candidate] = {}
        ids: dict[str, str] = {}
        duplicates = []
        for one in candidates:
            if owner := owners.get(one.fingerprint):
                duplicates.append(_Duplicate(one, self._token_reason(owner[1]), owner[0]))
            elif one.fingerprint in fresh:
                reason = Reason.DUPLICATE_IN_FILE
                duplicates.append(_Duplicate(one, reason, None, one.fingerprint))
            elif owner := by_id.get(one.user_id):
                duplicates.append(_Duplicate(one, Reason.DUPLICATE_ID, owner[0]))
            elif one.user_id in ids:
                reason = Reason.DUPLICATE_ID
                duplicates.append(_Duplicate(one, reason, None, ids[one.user_id]))
            else:
                fresh[one.fingerprint] = one
                ids[one.user_id] = one.fingerprint
        return list(fresh.values()), duplicates

    def _id_owners(self, candidates: Sequence[Candidate]) -> dict[str, tuple[int, int]]:
        if not self._sends_external_ids:
            return {}
        return id_owners([one.user_id for one in candidates])

    def _token_reason(self, import_id: int) -> Reason:
        same = import_id == self._import.pk
        return Reason.DUPLICATE_IN_FILE if same else Reason.DUPLICATE_ELSEWHERE

    # ---- a share token that comes again ----------------------------------------------------

    def _replace(self, dead: Mapping[int, Mapping[int, str]], books: Books) -> None:
        """Link dead rows to the new ones, which own the share token from now on."""
        heir = Row.objects.live().filter(fingerprint=OuterRef("fingerprint")).order_by()
        for import_id, rows in dead.items():
            Row.objects.filter(pk__in=list(rows)).update(
                replaced_by=Subquery(heir.values("pk")[:1]),
                token_sealed=None,
                token_until=None,
                version=F("version") + 1,
                change=books.change_number(import_id),
            )
        books.close()

    # ---- rows ------------------------------------------------------------------------------

    def _store_duplicates(self, duplicates: Sequence[_Duplicate]) -> None:
        """After their owners, so that the owners' ids are known."""
        if not duplicates:
            return
        pending = [one.owner_fingerprint for one in duplicates if one.owner is None]
        owners = token_owners(pending)
        rows = [
            self._shaper.duplicate(
                one.candidate.line,
                one.candidate.fingerprint,
                one.candidate.token_mark,
                owner=one.owner or owners[one.owner_fingerprint][0],
                reason=one.reason,
            )
            for one in duplicates
        ]
        insert(packed(rows))

    def _look_first(self, one: Candidate) -> Values:
        return self._shaper.ready(one.line, one.keys, look_first=True)
