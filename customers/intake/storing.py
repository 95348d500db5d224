"""Storing an import: one transaction, all of it or nothing, in flat memory."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from django.db import connection, transaction
from django.http import HttpRequest

from accounts import audit
from customers.bulk import roomy_cache
from customers.intake.chunks import ChunkStore
from customers.intake.options import Options, check_partner
from customers.intake.starting import source_of
from customers.models import Import
from customers.reasons import Reason
from customers.token_csv import FileRefused, Refusal, TokenFile, TokenLine

CHUNK = 2000
# Any number will do; it stands for "an import is being stored".
_ADVISORY_LOCK = 7_201_546_113
_FAULTY_LINES_NAMED = 5
_LONGEST_FILE_NAME = 200


@transaction.atomic
def store(token_file: TokenFile, options: Options, *, request: HttpRequest | None = None) -> Import:
    """Store an import and all its rows, not started yet.

    Every line becomes a row: ready to be sent, a duplicate linked to the row that owns the share
    token, or invalid with its reason. Share tokens are sealed, each bound to its row. Audited.
    Raises FileRefused when the file cannot be read to its end or holds no usable line, NotAllowed
    when the partner may not share; then nothing is stored.
    """
    check_partner(options.partner)
    _one_store_at_a_time()
    imported = _new_import(options)
    rows = ChunkStore(imported, sends_external_ids=options.sends_external_ids)
    faulty: list[TokenLine] = []
    with roomy_cache():
        for lines in _chunks(token_file.lines):
            rows.add(lines)
            faulty += [line for line in lines if line.fault][: _FAULTY_LINES_NAMED - len(faulty)]
    if rows.invalid == rows.total:
        raise _all_faulty(faulty, rows.total)
    _complete(imported, token_file, rows)
    audit.record(
        "import.created",
        actor=options.created_by,
        subject=f"import:{imported.pk}",
        request=request,
        source=source_of(imported),
        rows=rows.total,
        ready=rows.staged,
        duplicates=rows.duplicate,
        faulty=rows.invalid,
        mode=imported.mode,
        level=imported.level_name,
        partner=options.partner.pk if options.partner else None,
    )
    return imported


def _one_store_at_a_time() -> None:
    """On PostgreSQL stores queue here, so that no two race for a share token or wait in a ring.

    SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])


def _new_import(options: Options) -> Import:
    return Import.objects.create(
        mode=options.mode,
        source=options.source,
        level_name=options.level_name,
        partner=options.partner,
        created_by=options.created_by,
        file_name=clean_file_name(options.file_name),
        sends_external_ids=options.sends_external_ids,
        change=1,
    )


def _complete(imported: Import, token_file: TokenFile, rows: ChunkStore) -> None:
    imported.file_sha256, imported.file_size = token_file.sha256, token_file.size
    imported.total_count, imported.staged_count = rows.total, rows.staged
    imported.duplicate_count, imported.invalid_count = rows.duplicate, rows.invalid
    imported.save()


def _chunks(lines: Iterator[TokenLine]) -> Iterator[list[TokenLine]]:
    while chunk := list(islice(lines, CHUNK)):
        yield chunk


def clean_file_name(name: str) -> str:
    """The name without folders and control characters, at most 200 characters long."""
    base = re.split(r"[\\/]", name)[-1]
    kept = "".join(sign for sign in base if unicodedata.category(sign)[0] != "C")
    return kept.strip()[:_LONGEST_FILE_NAME]


def _all_faulty(faulty: list[TokenLine], total: int) -> FileRefused:
    named = "; ".join(f"line {line.line}: {_fault(line)}" for line in faulty)
    more = f"; and {total - len(faulty)} more" if total > len(faulty) else ""
    return FileRefused(
        Refusal.ALL_FAULTY,
        f"No line of the file can be used, so nothing was stored. Faulty are {named}{more}. "
        "Correct the file and choose it again.",
    )


def _fault(line: TokenLine) -> str:
    label = str(Reason(line.fault or Reason.NOT_A_TOKEN).label)
    return label[0].lower() + label[1:]
