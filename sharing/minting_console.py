"""What `mint_tokens` prints: sentences, progress, and why rows failed. Never a share token."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from accounts.look.figures import thousands
from sharing.models import MintBatch

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

    def reasons(self, counts: Mapping[str, int]) -> None:
        """A table of why rows have no share token."""
        width = None if self.console.is_terminal else PLAIN_WIDTH
        table = Table(width=width, pad_edge=False, show_edge=False)
        table.add_column("Lines", justify="right")
        table.add_column("Why there is no share token")
        for reason, rows in sorted(counts.items(), key=lambda entry: -entry[1]):
            table.add_row(thousands(rows), reason)
        self.console.print(table)


class ProgressReport:
    """Shows how a batch comes along. A context manager; `see` is called several times a second."""

    def __init__(self, screen: Screen, total: int) -> None:
        self._screen = screen
        self._printed_at = time.monotonic()
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

    def see(self, batch: MintBatch) -> None:
        """Take in how the batch stands now."""
        done = batch.total_count - batch.open_count
        words = f"{thousands(batch.minted_count)} minted, {thousands(batch.failed_count)} failed"
        self._bar.update(self._task, completed=done, description=words)
        if self._bar.disable and time.monotonic() - self._printed_at >= PLAIN_SECONDS:
            self._printed_at = time.monotonic()
            self._screen.say(f"{thousands(done)} of {thousands(batch.total_count)} lines: {words}")
