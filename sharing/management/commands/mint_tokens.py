"""`manage.py mint_tokens FILE --for CLIENT_ID --results OUT.csv`: minting without a browser."""

import hashlib
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.look.figures import duration, thousands
from sharing import mint_csv
from sharing.command_line import BadInput, Exit, partner_with, require_table, require_writable
from sharing.csv_text.opening import STANDARD_INPUT, CannotRead, opened
from sharing.csv_text.refusals import FileRefused
from sharing.interruptions import stop_on_signals
from sharing.minting import MintRefused, refuse_unless_sharing
from sharing.minting_console import ProgressReport, Screen
from sharing.minting_many import drafts, words
from sharing.minting_many.clock import clock_for
from sharing.minting_many.drain import drain
from sharing.minting_many.files import Line, pages
from sharing.minting_many.outfile import Tally, earlier_file, write_whole
from sharing.minting_many.resuming import choose_anew, go_on
from sharing.minting_many.standing import draft_of
from sharing.minting_many.storing import Order, store_file
from sharing.minting_many.taking import FileGone, take_lines
from sharing.models import BatchState, HandedOver, MintBatch, MintSource, Partner
from sharing.times_to_live import MAX_TTL_SECONDS, TTL_SENTENCE, TTL_TOO_LONG

SOURCE = "command line"
_LIVE_HINT = (
    "Where a living share token exists that is not in the results file, --again mints another."
)


@dataclass(frozen=True)
class Wish:
    """The command line, checked."""

    file: str
    partner: Partner
    ttl_seconds: int
    ttl_was_given: bool
    results: Path
    again: bool


class Command(BaseCommand):
    """Stores a file of applicants and mints in this process; workers may help."""

    help = (
        "Mint a share token for every applicant of a CSV file (- reads standard input). Run again "
        "with the same file it resumes: what is minted and lives is not minted again. Exit "
        "status: 0 all minted; 3 some failed; 4 some undecided; 5 Sumsub refuses every call; "
        "2 bad input, nothing stored; 130 interrupted."
    )

    _batch_id: int | None = None

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare FILE and the options."""
        parser.add_argument("file", metavar="FILE", help="CSV with applicantId or externalId, or -")
        parser.add_argument(
            "--for",
            dest="client_id",
            metavar="CLIENT_ID",
            required=True,
            help="the recipient's Sumsub client id",
        )
        parser.add_argument("--ttl", metavar="N", type=int, help="time to live in seconds")
        parser.add_argument(
            "--results", metavar="OUT.csv", type=Path, required=True, help="write share tokens here"
        )
        parser.add_argument(
            "--again",
            action="store_true",
            help="mint also where a living share token for this recipient exists",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and leave with the exit status that tells how it went."""
        screen = Screen()
        try:
            status = self._carried_out(screen, options)
        except (BadInput, CannotRead, FileRefused, MintRefused) as refusal:
            screen.complain(refusal.sentence)
            status = Exit.BAD_INPUT
        except KeyboardInterrupt:
            screen.complain(_interrupted(self._batch_id))
            status = Exit.INTERRUPTED
        sys.exit(status)

    def _carried_out(self, screen: Screen, options: dict[str, Any]) -> Exit:
        wish = _checked(options)
        with opened(wish.file) as stream:
            batch = _resumed(screen, wish, stream) or _stored(screen, wish, stream)
        self._batch_id = batch.pk
        if batch.state == BatchState.DRAFT:
            return _nothing_to_mint(screen, wish, batch)
        return _minted(screen, wish, batch)


# ---- before -------------------------------------------------------------------------------------


def _checked(options: dict[str, Any]) -> Wish:
    require_table(MintBatch)
    partner = partner_with(options["client_id"])
    refuse_unless_sharing(partner)
    ttl = options["ttl"]
    if ttl is not None and ttl < 1:
        raise BadInput(TTL_SENTENCE)
    if ttl is not None and ttl > MAX_TTL_SECONDS:
        raise BadInput(TTL_TOO_LONG)
    path: Path = options["results"]
    require_writable(path)
    given = ttl is not None
    seconds = ttl if given else partner.default_ttl_seconds
    return Wish(options["file"], partner, seconds, given, path, options["again"])


def _resumed(screen: Screen, wish: Wish, stream: BinaryIO) -> MintBatch | None:
    """The batch of an earlier run with this very file whose share tokens nobody has taken yet."""
    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    stream.seek(0)
    batch = MintBatch.objects.same_file(sha256, wish.partner).unfinished_business().first()
    if batch is None:
        return None
    screen.say(
        f"This file was begun before, as batch {batch.pk}: {thousands(batch.minted_count)} of "
        f"{thousands(batch.total_count)} share tokens are minted. It goes on there."
    )
    ttl = wish.ttl_seconds if wish.ttl_was_given else None
    choose_anew(batch, ttl_seconds=ttl, mints_live=wish.again, source=SOURCE)
    go_on(batch, source=SOURCE)
    batch.refresh_from_db()
    return batch


def _stored(screen: Screen, wish: Wish, stream: BinaryIO) -> MintBatch:
    """A new batch, started in the transaction that stores it: an interruption leaves both or none.

    It stays a draft when nothing of it is left to mint.
    """
    name = "standard input" if wish.file == STANDARD_INPUT else Path(wish.file).name
    order = Order(
        wish.partner,
        wish.ttl_seconds,
        MintSource.COMMAND,
        file_name=name,
        mints_live=wish.again,
        mints_refusable=True,
    )
    with transaction.atomic():
        file = mint_csv.read(stream, max_rows=None)
        batch = store_file(file, order)
        draft = draft_of(batch, 0)
        if draft.to_mint:
            batch = drafts.start(batch.pk, by=None, source=SOURCE)
        else:
            drafts.close_without_start(batch.pk)
    screen.say(
        f"Batch {batch.pk}: {thousands(batch.total_count)} lines stored, "
        f"{thousands(draft.to_mint)} to mint for {wish.partner.name}."
    )
    if unknown := ", ".join(file.unknown_columns):
        screen.say(f"Columns that were left out: {unknown}.")
    if draft.refusable:
        screen.say(
            f"{thousands(draft.refusable)} are minted although, as things stand, the recipient "
            "would be refused."
        )
    clock = clock_for(batch, draft.to_mint)
    screen.say(f"Minting takes about {duration(clock.minting_seconds)}. {clock.sentence}")
    return batch


# ---- the job ------------------------------------------------------------------------------------


def _minted(screen: Screen, wish: Wish, batch: MintBatch) -> Exit:
    with (
        stop_on_signals() as stop,
        ProgressReport(screen, batch.total_count) as report,
    ):
        _drained(batch, report, stop)
    batch.refresh_from_db()
    if batch.open_count and stop.is_set():
        screen.complain(_interrupted(batch.pk))
        return Exit.INTERRUPTED
    if batch.stop_sentence:
        screen.complain(batch.stop_sentence)
        if batch.state == BatchState.HELD:
            screen.complain(f"Batch {batch.pk} then goes on by itself.")
        return Exit.STOPPED
    if batch.open_count:
        screen.complain(
            f"Somebody paused batch {batch.pk}: {thousands(batch.open_count)} lines are undecided. "
            "Resume it on its page, or run the same command again."
        )
        return Exit.SOME_UNDECIDED
    return _written(screen, wish, batch)


def _drained(batch: MintBatch, report: ProgressReport, stop: threading.Event) -> None:
    def is_over() -> bool:
        now = MintBatch.objects.get(pk=batch.pk)
        report.see(now)
        return now.state != BatchState.RUNNING and not now.minting_count

    if not is_over():
        drain(until=is_over, stop=stop)


def _written(screen: Screen, wish: Wish, batch: MintBatch) -> Exit:
    """Write the file, then let the share tokens go: both in one commit, the file first.

    A process that is killed in between leaves the file and a batch that can still be taken.
    """
    tally = Tally()
    try:
        with transaction.atomic():
            _write(wish, batch, tally, _taken(batch) if batch.file_is_ready else _untaken(batch))
    except FileGone as gone:
        batch.refresh_from_db()
        if not batch.taken_at:
            screen.complain(gone.sentence)
            return Exit.SOME_FAILED
        # Another run of this command was quicker by a moment.
        _write(wish, batch, tally, _untaken(batch))
    return _told(screen, wish, tally)


def _nothing_to_mint(screen: Screen, wish: Wish, batch: MintBatch) -> Exit:
    """Every line has a living share token, or cannot be used: the file is written anew from what
    it holds, and the draft is forgotten."""
    tally = Tally()
    _write(wish, batch, tally, _untaken(batch))
    drafts.discard(batch.pk, by=None, source=SOURCE)
    screen.say("Nothing was left to mint.")
    return _told(screen, wish, tally)


def _write(wish: Wish, batch: MintBatch, tally: Tally, lines: Iterator[Line]) -> None:
    carried = earlier_file(wish.results).carried_over(batch, lines)
    write_whole(wish.results, tally.counted(carried))


def _taken(batch: MintBatch) -> Iterator[Line]:
    return take_lines(batch, source=SOURCE, way=HandedOver.COMMAND)


def _untaken(batch: MintBatch) -> Iterator[Line]:
    return (Line(row, "") for rows in pages(batch) for row in rows)


def _told(screen: Screen, wish: Wish, tally: Tally) -> Exit:
    screen.say(f"{thousands(tally.tokens)} share tokens are in {wish.results}.")
    if not tally.without:
        return Exit.ALL_GOOD
    screen.reasons(tally.without)
    if words.LIVE_TOKEN in tally.without:
        screen.say(_LIVE_HINT)
    return Exit.SOME_FAILED


def _interrupted(batch_id: int | None) -> str:
    if batch_id is None:
        return "Interrupted. Nothing was stored."
    return (
        f"Interrupted. Nothing is lost: batch {batch_id} keeps what is minted, sealed, and workers "
        "go on with it. Run the same command again for the results file."
    )
