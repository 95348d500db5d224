"""`manage.py import_tokens FILE`: the main job without a browser."""

import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from customers import intake, redemption, results, token_csv
from customers.console import ProgressReport, Screen
from customers.forecast.lines import PASSING, CannotAsk, forecast
from customers.models import Import, ImportMode, ImportSource, RowState
from customers.tally import Tally, outcomes, tally
from customers.watching import Ending, Watch, standing
from customers.wording import INHERITS
from sharing.command_line import BadInput, Exit, partner_with, require_table, require_writable
from sharing.csv_text.opening import STANDARD_INPUT, CannotRead, opened
from sharing.interruptions import stop_on_signals
from sharing.levels import levels
from sharing.models import Partner
from sharing.plain_words import plain_words

WAIT_SECONDS = 600.0
_COPIED = f"{INHERITS} --recheck has Sumsub check it."


@dataclass(frozen=True)
class Order:
    """The command line, checked."""

    file: str
    level_name: str
    partner: Partner | None
    mode: str
    reset_steps: tuple[str, ...]
    trust_review: bool | None
    results: Path | None
    wait_seconds: float


class Command(BaseCommand):
    """Stores a file of share tokens and drains it in this process; other workers may help."""

    help = (
        "Import a CSV file of share tokens (- reads standard input) and wait for its outcomes. "
        "Exit status: 0 every row imported; 3 some refused, too late, not imported or faulty; "
        "4 some undecided when the wait ended; 5 the connection's gate is closed; 2 bad input, "
        "nothing stored; 130 interrupted."
    )

    _import_id: int | None = None

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare FILE and the options."""
        parser.add_argument("file", metavar="FILE", help="CSV with a column token, or -")
        parser.add_argument("--level", metavar="NAME", help="verification level to redeem at")
        parser.add_argument("--partner", metavar="CLIENT_ID", help="the donor's Sumsub client id")
        parser.add_argument("--copy", action="store_true", help="Copy Applicant, without checks")
        parser.add_argument(
            "--reset-steps",
            metavar="STEP,…",
            default="",
            help="steps that a copy is to ask for again, such as SELFIE,IDENTITY",
        )
        trust = parser.add_mutually_exclusive_group()
        trust.add_argument(
            "--trust-review",
            dest="trust_review",
            action="store_true",
            default=None,
            help="a copy inherits the donor's review (Sumsub's rule when nothing is said)",
        )
        trust.add_argument(
            "--recheck",
            dest="trust_review",
            action="store_false",
            help="a copy is checked again by Sumsub",
        )
        parser.add_argument(
            "--preview", action="store_true", help="only ask Sumsub what would happen"
        )
        parser.add_argument("--results", metavar="OUT.csv", type=Path, help="write outcomes here")
        parser.add_argument(
            "--wait",
            metavar="SECONDS",
            type=float,
            default=WAIT_SECONDS,
            help="how long to wait for undecided rows once nothing is left to send",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and leave with the exit status that tells how it went."""
        screen = Screen()
        try:
            status = self._carried_out(screen, options)
        except (BadInput, CannotRead, token_csv.FileRefused, intake.NotAllowed) as refusal:
            screen.complain(refusal.sentence)
            status = Exit.BAD_INPUT
        except KeyboardInterrupt:
            screen.complain(_interrupted(self._import_id))
            status = Exit.INTERRUPTED
        sys.exit(status)

    def _carried_out(self, screen: Screen, options: dict[str, Any]) -> Exit:
        order = _checked(screen, options)
        with opened(order.file) as stream:
            token_file = token_csv.read(stream, max_rows=None)
            if options["preview"]:
                return _preview(screen, token_file, order)
            imported = _stored(token_file, order)
        self._import_id = imported.pk
        screen.stored(imported, token_file.unknown_columns)
        if imported.inherits_review:
            screen.say(_COPIED)
        _warn_of_same_file(screen, imported)
        return _drained(screen, imported, order)


# ---- before ---------------------------------------------------------------------------------


def _checked(screen: Screen, options: dict[str, Any]) -> Order:
    require_table(Import)
    partner = _partner(options["partner"])
    level_name = options["level"] or (partner and partner.default_level)
    order = Order(
        file=options["file"],
        level_name=level_name or settings.SUMSUB_LEVEL_NAME,
        partner=partner,
        mode=ImportMode.COPY if options["copy"] else ImportMode.REUSE,
        reset_steps=_reset_steps(options),
        trust_review=options["trust_review"],
        results=options["results"],
        wait_seconds=options["wait"],
    )
    if order.results is not None:
        require_writable(order.results)
    _check_level(screen, order.level_name)
    return order


def _partner(client_id: str | None) -> Partner | None:
    if client_id is None:
        intake.check_partner(None)
        return None
    partner = partner_with(client_id)
    intake.check_partner(partner)
    return partner


def _reset_steps(options: dict[str, Any]) -> tuple[str, ...]:
    steps = tuple(filter(None, (step.strip() for step in options["reset_steps"].split(","))))
    if not options["copy"] and (steps or options["trust_review"] is not None):
        raise BadInput("--reset-steps, --trust-review and --recheck belong to --copy.")
    return steps


def _check_level(screen: Screen, name: str) -> None:
    known = levels()
    if known.note:
        screen.complain(f"Level “{name}” was not checked. {known.note}")
    elif name not in known.names:
        raise BadInput(
            f"Sumsub has no level “{name}” for individuals. It has: {', '.join(known.names)}."
        )


def _stored(token_file: token_csv.TokenFile, order: Order) -> Import:
    """Stored and started in one transaction: an interruption leaves both or neither."""
    options = intake.Options(
        level_name=order.level_name,
        source=ImportSource.COMMAND,
        mode=order.mode,
        partner=order.partner,
        reset_steps=order.reset_steps,
        trust_review=order.trust_review,
        file_name="standard input" if order.file == STANDARD_INPUT else order.file,
    )
    return intake.store(token_file, options, start=True)


def _warn_of_same_file(screen: Screen, imported: Import) -> None:
    earlier = Import.objects.with_same_file(imported.file_sha256).filter(pk__lt=imported.pk)
    if (first := earlier.order_by("-pk").first()) is not None:
        screen.say(
            f"The same file was stored before, as import {first.pk}. "
            "Its rows own the share tokens; this import waits for them and reports their end."
        )


# ---- the job --------------------------------------------------------------------------------


def _preview(screen: Screen, token_file: token_csv.TokenFile, order: Order) -> Exit:
    try:
        found = forecast(token_file.lines, level_name=order.level_name, mode=order.mode)
    except CannotAsk as refused:
        screen.complain(f"Sumsub does not let us ask. {plain_words(refused.error)}")
        return Exit.STOPPED
    screen.forecast(found)
    screen.say("Nothing was stored, and no share token was used.")
    return Exit.ALL_GOOD if found.keys() <= PASSING else Exit.SOME_FAILED


def _drained(screen: Screen, imported: Import, order: Order) -> Exit:
    with (
        stop_on_signals() as stop,
        ProgressReport(screen, imported.total_count) as report,
    ):
        watch = Watch(imported, order.wait_seconds, report.see)
        if not watch.is_over():
            redemption.drain(until=watch.is_over, stop=stop)
        report.see(standing(imported))
    screen.outcomes(outcomes(imported))
    _write_results(screen, imported, order.results)
    ended = tally(imported)
    if stop.is_set():
        screen.say(f"{ended.undecided} of {ended.total} rows have no outcome yet.")
        screen.complain(_interrupted(imported.pk))
        return Exit.INTERRUPTED
    return _status(ended, watch.ending)


def _status(ended: Tally, ending: Ending) -> Exit:
    if ended.undecided and ending is Ending.GATE_CLOSED:
        return Exit.STOPPED
    if ended.undecided or ended.counts.get(RowState.NEEDS_PERSON, 0):
        return Exit.SOME_UNDECIDED
    return Exit.ALL_GOOD if ended.imported == ended.total else Exit.SOME_FAILED


def _write_results(screen: Screen, imported: Import, path: Path | None) -> None:
    if path is None:
        return
    with path.open("w", encoding="utf-8", newline="") as out:
        out.writelines(results.rows_csv(imported))
    screen.say(f"Results are in {path}.")


def _interrupted(import_id: int | None) -> str:
    if import_id is None:
        return "Interrupted. Nothing was stored."
    return (
        f"Interrupted. Nothing is lost: import {import_id} is stored and started, and workers go "
        "on with it. Without workers, run the same command again; it reports these rows' end."
    )
