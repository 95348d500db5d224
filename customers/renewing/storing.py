"""Storing the donor's new share tokens as an import of their own, linked to the rows they renew.

A new share token has another id at Sumsub than the old one. What is found under the old id later
still belongs to the old row, so the link is `renewed_by` and not `replaced_by`, which hands the
evidence over to the later row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from customers import intake
from customers.books import Books
from customers.models import Import, Row, RowState
from customers.renewing.asking import COLUMNS, Scope
from customers.renewing.pairing import How, OldRow, Pair, Pairing, paired
from customers.token_csv import TokenFile, TokenLine

T = TypeVar("T")
# What a row must be known by to be moved.
_MOVED_BY = ("import_ref", "line", "state", "version", "change", "replaced_by")
# Ids in one question to the database.
AT_ONCE = 5000


class Changed(Exception):
    """The old rows are no longer as they were when somebody confirmed the pairing."""


def pairing_for(imported: Import, scope: Scope, lines: Sequence[TokenLine]) -> Pairing:
    """The lines of a new file beside the rows of an import as they are now.

    Marks and ids may name any row; order is for the rows of `scope` alone.
    """
    rows = Row.objects.of(imported)
    waits = set(scope.rows(imported).values_list("pk", flat=True))
    may_follow = set(rows.renewable().values_list("pk", flat=True))
    columns = ("pk", "line", "token_mark", "external_id", "label", "level_name")
    old = [
        OldRow(row_id, line, mark, own_id, label, level, row_id in waits, row_id in may_follow)
        for row_id, line, mark, own_id, label, level in rows.order_by("line").values_list(*columns)
    ]
    return paired(old, lines)


@transaction.atomic
def store(
    token_file: TokenFile,
    lines: Sequence[TokenLine],
    pairing: Pairing,
    options: intake.Options,
    *,
    with_surplus: bool = False,
    request: HttpRequest | None = None,
) -> Import:
    """Store the paired share tokens as a new import, not started, and link the old rows to it.

    `options.renews` is the old import; `lines` are those of `token_file`, which is read already.
    What a line does not say of label, id and level it takes over from its old row; the level only
    where the import's is the old one's too. The surplus is stored only on
    demand; lines that name a row which needs none never are. Old rows that are linked are not
    retried any more. Audited. Raises Changed when an old row is not as `pairing` says, and what
    `intake.store` raises; then nothing is stored.
    """
    assert options.renews is not None
    same_level = options.level_name == options.renews.level_name
    kept = _kept(lines, pairing, with_surplus=with_surplus, same_level=same_level)

    def opened() -> TokenFile:
        return TokenFile(
            token_file,
            iter(kept),
            token_file.columns,
            tuple(one for one in token_file.unknown_columns if one not in COLUMNS),
            again=opened,
        )

    imported = intake.store(opened(), options, request=request)
    # After the storing, which takes its place in the queue of all that store before it locks rows.
    linked = _linked(options.renews, imported, pairing)
    audit.record(
        "import.renewed",
        actor=options.created_by,
        subject=f"import:{options.renews.pk}",
        request=request,
        by_import=imported.pk,
        rows=linked,
        by_mark=pairing.count(How.MARK),
        by_id=pairing.count(How.ID),
        by_order=pairing.count(How.ORDER),
        surplus=len(pairing.surplus) if with_surplus else 0,
        left_out=len(pairing.settled) + (0 if with_surplus else len(pairing.surplus)),
    )
    return imported


def _kept(
    lines: Sequence[TokenLine], pairing: Pairing, *, with_surplus: bool, same_level: bool
) -> list[TokenLine]:
    """The lines to store: each pair's, the faulty ones, and the surplus where it is wanted."""
    pairs = {pair.line: pair for pair in pairing.pairs}
    others = {*pairing.faulty, *(pairing.surplus if with_surplus else ())}
    inherits = {How.MARK, How.ID} | ({How.ORDER} if pairing.order_is_whole else set())
    return [
        _with_what_was_known(line, pairs.get(line.line), inherits, same_level=same_level)
        for line in lines
        if line.line in pairs or line.line in others
    ]


def _with_what_was_known(
    line: TokenLine, pair: Pair | None, inherits: set[How], *, same_level: bool
) -> TokenLine:
    if pair is None or pair.how not in inherits:
        return line
    return replace(
        line,
        external_id=line.external_id or pair.old.external_id,
        label=line.label or pair.old.label,
        level=line.level or (pair.old.level if same_level else ""),
    )


def _linked(old: Import, new: Import, pairing: Pairing) -> int:
    """Link each old row to the new row of its share token; returns how many were linked.

    A new line that is no row to be sent (its share token is in another import) leaves its old
    row as it is.
    """
    books = Books([old.pk])
    heirs = _staged(new, [pair.line for pair in pairing.pairs])
    rows = _as_they_are(pair.old.row_id for pair in pairing.pairs)
    linked = 0
    for pair in pairing.pairs:
        row, heir = rows.get(pair.old.row_id), heirs.get(pair.line)
        if row is None or row.replaced_by_id not in (None, heir):
            raise Changed
        # Where the old share token itself came again, storing has linked its row already.
        if heir is None or row.replaced_by_id is not None:
            continue
        books.move(
            row, row.state, {"renewed_by_id": heir, "token_sealed": None, "token_until": None}
        )
        linked += 1
    books.close()
    return linked


def _staged(new: Import, lines: Sequence[int]) -> dict[int, int]:
    """Line to row of the new import's rows that are to be sent."""
    found: dict[int, int] = {}
    for some in _in_pieces(lines):
        # The state is looked at here: SQLite would look for it, and read every row each time.
        rows = Row.objects.of(new).on_lines(some).values_list("line", "pk", "state")
        found |= {line: pk for line, pk, state in rows if state == RowState.STAGED}
    return found


def _as_they_are(row_ids: Iterable[int]) -> Mapping[int, Row]:
    """The old rows that may still be followed, or were replaced just now."""
    found: dict[int, Row] = {}
    for some in _in_pieces(list(row_ids)):
        rows = Row.objects.followable(some).only(*_MOVED_BY)
        found |= {row.pk: row for row in rows}
    return found


def _in_pieces(things: Sequence[T]) -> Iterable[Sequence[T]]:
    for start in range(0, len(things), AT_ONCE):
        yield things[start : start + AT_ONCE]
