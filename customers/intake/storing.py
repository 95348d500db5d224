"""Storing an import: one transaction, all of it or nothing, in flat memory."""

import logging
import re
import unicodedata
from contextlib import closing
from functools import partial

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest

from accounts import audit
from accounts.interpreter import collecting_seldom
from accounts.lock_waits import broke_a_ring
from customers.bulk import note_many_rows, tuned_for_storing
from customers.intake.chunks import ChunkStore
from customers.intake.options import Options, check_partner
from customers.intake.preparing import Preparer, one_ahead
from customers.intake.shaping import Shaper
from customers.intake.starting import begin, source_of
from customers.models import Import
from customers.reasons import Reason
from customers.token_csv import FileRefused, Refusal, TokenFile, TokenLine
from sharing.database_clock import database_now

logger = logging.getLogger(__name__)

# Storing begins anew when PostgreSQL ended it to break a ring of waiting transactions.
_TRIES = 5
# Any number will do; it stands for "an import is being stored".
_ADVISORY_LOCK = 7_201_546_113
_FAULTY_LINES_NAMED = 5
_LONGEST_FILE_NAME = 200
# Names of columns without a meaning here that are kept; static/js/token_report.js shows as many.
MOST_UNUSED_COLUMNS = 20


def store(
    token_file: TokenFile,
    options: Options,
    *,
    start: bool = False,
    request: HttpRequest | None = None,
) -> Import:
    """Store an import and all its rows; with `start` they are sent from the commit on.

    Every line becomes a row: ready to be sent, a duplicate linked to the row that owns the share
    token, or invalid with its reason. Share tokens are sealed, each bound to its row. Audited.
    Storing and starting in one costs less than one after the other, for no row is written twice.
    Raises FileRefused when the file cannot be read to its end or holds no usable line, NotAllowed
    when the partner may not share; then nothing is stored.

    A file may bring again the share tokens of several imports, which are locked as they are met:
    where the row engine holds some of them and waits for others, one of the two begins anew.
    """
    for _ in range(_TRIES - 1):
        try:
            return _stored(token_file, options, start, request)
        except OperationalError as error:
            if not broke_a_ring(error):
                raise
            logger.warning("storing an import met a deadlock and begins anew")
            token_file = token_file.again()
    return _stored(token_file, options, start, request)


@transaction.atomic
def _stored(
    token_file: TokenFile, options: Options, start: bool, request: HttpRequest | None
) -> Import:
    check_partner(options.partner)
    if options.renews is not None and options.renews.partner is not None:
        # New share tokens of a donor that may not share do not come in by leaving it unstated.
        check_partner(options.renews.partner)
    _one_store_at_a_time()
    imported = _new_import(options)
    shaper = Shaper(imported.pk, database_now(), started=start)
    own_ids = options.sends_external_ids
    rows = ChunkStore(imported, shaper, sends_external_ids=own_ids)
    prepared = Preparer(imported.pk, shaper, sends_external_ids=own_ids)
    faulty: list[TokenLine] = []
    ahead = one_ahead(prepared.chunks(token_file.lines))
    with tuned_for_storing(), collecting_seldom(), closing(ahead) as chunks:
        for chunk in chunks:
            rows.add(chunk)
            faulty += chunk.faulty[: _FAULTY_LINES_NAMED - len(faulty)]
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
        ready=rows.ready,
        duplicates=rows.duplicate,
        faulty=rows.invalid,
        mode=imported.mode,
        level=imported.level_name,
        partner=options.partner.pk if options.partner else None,
        donor=None if options.partner else "not stated",
        renews=options.renews.pk if options.renews else None,
        unused_columns=len(token_file.unknown_columns),
    )
    if start:
        begin(imported, rows.ready, by=options.created_by, request=request)
    transaction.on_commit(partial(note_many_rows, rows.total), robust=True)
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
        copy_reset_steps=",".join(options.reset_steps),
        copy_trust_review=options.trust_review,
        renews=options.renews,
        change=1,
    )


def _complete(imported: Import, token_file: TokenFile, rows: ChunkStore) -> None:
    imported.file_sha256, imported.file_size = token_file.sha256, token_file.size
    imported.unused_columns = list(token_file.unknown_columns[:MOST_UNUSED_COLUMNS])
    imported.total_count, imported.staged_count = rows.total, rows.ready
    imported.duplicate_count, imported.invalid_count = rows.duplicate, rows.invalid
    imported.save()


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
