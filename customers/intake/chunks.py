"""A chunk of lines becomes rows: who owns which share token is decided here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Subquery

from customers.books import Books
from customers.bulk import insert_rows, moment
from customers.fingerprints import external_user_id, fingerprint
from customers.models import Import, Row, RowState
from customers.models.row_states import NO_DEADLINE
from customers.reasons import Reason
from customers.redemption.claims import seal_context
from customers.token_csv import TokenLine
from sharing.sealing import seal, token_mark

# A share token whose row is in one of these may come again, in a new row that is looked up first.
DEAD_STATES = (
    RowState.CANCELLED,
    RowState.EXPIRED,
    RowState.REFUSED,
    RowState.NOT_IMPORTED,
)
FIRST_CHANGE = 1


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A usable line with its keys."""

    line: TokenLine
    fingerprint: str
    user_id: str


@dataclass(frozen=True, slots=True)
class _Duplicate:
    """A candidate whose share token, or id, belongs to another row.

    `owner` is that row's id; None when it stands in the same chunk, under `owner_fingerprint`.
    """

    candidate: _Candidate
    reason: Reason
    owner: int | None
    owner_fingerprint: str = ""


class ChunkStore:
    """Stores the chunks of one import in file order, and counts."""

    def __init__(self, imported: Import, *, sends_external_ids: bool) -> None:
        self.total = self.staged = self.duplicate = self.invalid = 0
        self._import = imported
        self._no_deadline = moment(NO_DEADLINE)
        self._sends_external_ids = sends_external_ids

    def add(self, lines: Sequence[TokenLine]) -> None:
        """Store a chunk. Call inside the transaction that stores the import."""
        candidates = [self._candidate(line) for line in lines if line.fault is None]
        fresh, duplicates = self._divided(candidates)
        books = Books(self._dead(fresh))
        if books.imports:
            # Evidence may have come until those imports were locked; from here on it waits.
            fresh, duplicates = self._divided(candidates)
        dead = self._dead(fresh) if books.imports else {}
        again = {key for rows in dead.values() for key in rows.values()}
        insert_rows(
            [
                *(self._staged_row(one, look_first=one.fingerprint in again) for one in fresh),
                *(self._invalid_row(line) for line in lines if line.fault is not None),
            ]
        )
        self._store_duplicates(duplicates)
        self._replace(dead, books)
        self.total += len(lines)
        self.staged += len(fresh)
        self.duplicate += len(duplicates)
        self.invalid += len(lines) - len(candidates)

    # ---- who owns what ---------------------------------------------------------------------

    def _candidate(self, line: TokenLine) -> _Candidate:
        token = line.share_token
        sends_own = self._sends_external_ids and line.external_id
        user_id = line.external_id if sends_own else external_user_id(token)
        return _Candidate(line, fingerprint(token), user_id)

    def _divided(
        self, candidates: Sequence[_Candidate]
    ) -> tuple[list[_Candidate], list[_Duplicate]]:
        token_owners = self._owners("fingerprint", [one.fingerprint for one in candidates])
        id_owners = self._id_owners(candidates)
        fresh: dict[str, _Candidate] = {}
        ids: dict[str, str] = {}
        duplicates = []
        for one in candidates:
            if owner := token_owners.get(one.fingerprint):
                duplicates.append(_Duplicate(one, self._token_reason(owner[1]), owner[0]))
            elif one.fingerprint in fresh:
                reason = Reason.DUPLICATE_IN_FILE
                duplicates.append(_Duplicate(one, reason, None, one.fingerprint))
            elif owner := id_owners.get(one.user_id):
                duplicates.append(_Duplicate(one, Reason.DUPLICATE_ID, owner[0]))
            elif one.user_id in ids:
                reason = Reason.DUPLICATE_ID
                duplicates.append(_Duplicate(one, reason, None, ids[one.user_id]))
            else:
                fresh[one.fingerprint] = one
                ids[one.user_id] = one.fingerprint
        return list(fresh.values()), duplicates

    def _id_owners(self, candidates: Sequence[_Candidate]) -> dict[str, tuple[int, int]]:
        if not self._sends_external_ids:
            return {}
        return self._owners("external_user_id", [one.user_id for one in candidates])

    @staticmethod
    def _owners(column: str, keys: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Key to (row, import) of the live rows that own one of the keys, this import's too."""
        rows = Row.objects.live().filter(**{f"{column}__in": keys})
        found = rows.order_by().values_list(column, "pk", "import_ref_id")
        return {key: (row_id, import_id) for key, row_id, import_id in found}

    def _token_reason(self, import_id: int) -> Reason:
        same = import_id == self._import.pk
        return Reason.DUPLICATE_IN_FILE if same else Reason.DUPLICATE_ELSEWHERE

    # ---- a share token that comes again ----------------------------------------------------

    @staticmethod
    def _dead(fresh: Sequence[_Candidate]) -> dict[int, dict[int, str]]:
        """Import to its dead rows that had one of these share tokens, each with its fingerprint."""
        keys = [one.fingerprint for one in fresh]
        rows = Row.objects.in_state(*DEAD_STATES).filter(fingerprint__in=keys).order_by()
        found: dict[int, dict[int, str]] = {}
        for import_id, row_id, key in rows.values_list("import_ref_id", "pk", "fingerprint"):
            found.setdefault(import_id, {})[row_id] = key
        return found

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
        owners = self._owners("fingerprint", pending) if pending else {}
        insert_rows(
            self._duplicate_row(one, one.owner or owners[one.owner_fingerprint][0])
            for one in duplicates
        )

    def _staged_row(self, one: _Candidate, *, look_first: bool) -> tuple[Any, ...]:
        line = one.line
        look = look_first or self._sends_external_ids
        return self._row(
            line,
            RowState.STAGED,
            keys=(
                seal(line.share_token, context=seal_context(self._import.pk, line.line)),
                one.fingerprint,
                token_mark(line.share_token),
                one.user_id,
            ),
            ends=(look, None, Reason.LOOK_FIRST.value if look else ""),
        )

    def _duplicate_row(self, one: _Duplicate, owner: int) -> tuple[Any, ...]:
        mark = token_mark(one.candidate.line.share_token)
        return self._row(
            one.candidate.line,
            RowState.DUPLICATE,
            keys=(None, one.candidate.fingerprint, mark, ""),
            ends=(False, owner, one.reason.value),
        )

    def _invalid_row(self, line: TokenLine) -> tuple[Any, ...]:
        reason = line.fault or Reason.NOT_A_TOKEN
        return self._row(
            line, RowState.INVALID, keys=(None, "", "", ""), ends=(False, None, reason.value)
        )

    def _row(
        self, line: TokenLine, state: RowState, *, keys: Iterable[Any], ends: Iterable[Any]
    ) -> tuple[Any, ...]:
        """The values of a row in the order of `customers.bulk.COLUMNS`."""
        return (
            self._import.pk,
            line.line,
            state.value,
            FIRST_CHANGE,
            *keys,
            line.external_id,
            line.label,
            line.level,
            *self._times(line),
            *ends,
        )

    def _times(self, line: TokenLine) -> tuple[Any, Any, Any]:
        """Issued, deadline, place in the queue."""
        deadline = moment(line.deadline)
        return moment(line.issued_at), deadline, deadline or self._no_deadline
