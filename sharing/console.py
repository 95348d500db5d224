"""What commands that take a while print: sentences, and how far they have come."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

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

    @property
    def table_width(self) -> int | None:
        """How wide a table may be; None leaves it to the terminal."""
        return None if self.console.is_terminal else PLAIN_WIDTH


class ProgressBar:
    """How far something has come. A context manager; `show` is called several times a second."""

    def __init__(self, screen: Screen, total: int) -> None:
        self._screen = screen
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

    def show(self, done: int, words: str, *, line: str) -> None:
        """Draw `done` with `words` beside the bar; without a terminal print `line` now and then."""
        self._bar.update(self._task, completed=done, description=words)
        since = time.monotonic() - self._printed_at
        if self._bar.disable and line != self._printed and since >= PLAIN_SECONDS:
            self._printed, self._printed_at = line, time.monotonic()
            self._screen.say(line)
