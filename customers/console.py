"""What `import_tokens` prints: notices, progress, a table of outcomes."""

import time
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from accounts.look.figures import thousands
from customers.models import Gate, Import, RowState
from customers.reason_groups import ReasonGroup
from customers.tally import Tally
from customers.watching import Standing
from customers.wording import gate_sentence, story

# How often a line of progress is printed where there is no terminal.
PLAIN_SECONDS = 5.0
# A terminal's width where there is none: sentences are not to be broken for a log.
PLAIN_WIDTH = 160


class Screen:
    """Prints for people; draws a bar in a terminal and plain lines elsewhere."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, markup=False, soft_wrap=True)
        self._errors = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

    def say(self, sentence: str) -> None:
        """A sentence on standard output."""
        self.console.print(sentence)

    def complain(self, sentence: str) -> None:
        """A sentence on standard error."""
        self._errors.print(sentence)

    def stored(self, imported: Import, unknown_columns: Iterable[str]) -> None:
        """What was stored."""
        skipped = imported.skipped_count
        self.say(
            f"Import {imported.pk}: {thousands(imported.total_count)} rows stored, "
            f"{thousands(imported.total_count - skipped)} to send, {thousands(skipped)} skipped."
        )
        if ignored := ", ".join(unknown_columns):
            self.say(f"Columns that are not known and were left out: {ignored}.")

    def outcomes(self, groups: Iterable[ReasonGroup]) -> None:
        """The table: rows by label and reason, with the next step of each."""
        width = None if self.console.is_terminal else PLAIN_WIDTH
        table = Table(width=width, title_justify="left", pad_edge=False, show_edge=False)
        table.add_column("Rows", justify="right")
        table.add_column("State", no_wrap=True)
        table.add_column("Reason")
        table.add_column("Next step")
        for group in groups:
            told = story(group.sample)
            code = f" ({group.error_code})" if group.error_code else ""
            table.add_row(
                thousands(group.rows), told.label, told.reason_title + code, told.next_step
            )
        self.console.print(table)

    def forecast(self, found: Mapping[str, int]) -> None:
        """The table of a preview."""
        table = Table(pad_edge=False, show_edge=False)
        table.add_column("Rows", justify="right")
        table.add_column("Sumsub's preview says")
        for result, rows in sorted(found.items(), key=lambda entry: -entry[1]):
            table.add_row(thousands(rows), result)
        self.console.print(table)


class ProgressReport:
    """Shows how an import comes along. A context manager; `see` is called several times a second.

    Each closed gate is told once.
    """

    def __init__(self, screen: Screen, total: int) -> None:
        self._screen = screen
        self._told: set[tuple[int, int]] = set()
        self._printed_at = time.monotonic()
        self._printed = ""
        self._bar = Progress(
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=screen.console,
            disable=not screen.console.is_terminal,
        )
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._bar.stop()

    def see(self, now: Standing) -> None:
        """Take in how the import stands now."""
        for gate in now.gates:
            self._tell(gate)
        decided = now.tally.total - now.tally.undecided
        words = in_words(now.tally)
        self._bar.update(self._task, completed=decided, description=words)
        if self._bar.disable:
            self._print(
                f"{thousands(decided)} of {thousands(now.tally.total)} rows have their outcome: "
                f"{words}"
            )

    def _tell(self, gate: Gate) -> None:
        if (gate.pk, gate.times_closed) not in self._told:
            self._told.add((gate.pk, gate.times_closed))
            self._screen.say(gate_sentence(gate))

    def _print(self, line: str) -> None:
        since = time.monotonic() - self._printed_at
        if line != self._printed and since >= PLAIN_SECONDS:
            self._printed, self._printed_at = line, time.monotonic()
            self._screen.say(line)


def in_words(tally: Tally) -> str:
    """ "1 148 imported, 78 refused, 10 sending"."""
    counted = [(state, tally.counts.get(state, 0)) for state in RowState]
    return ", ".join(
        f"{thousands(rows)} {str(state.label).lower()}" for state, rows in counted if rows
    )
