"""What `import_tokens` prints: notices, progress, a table of outcomes."""

from collections.abc import Iterable, Mapping

from rich.table import Table

from accounts.look.figures import thousands
from customers.models import Gate, Import, RowState
from customers.reason_groups import ReasonGroup
from customers.tally import Tally
from customers.watching import Standing
from customers.wording import gate_sentence, story
from sharing import console


class Screen(console.Screen):
    """Prints for compliance staff."""

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
        table = Table(width=self.table_width, title_justify="left", pad_edge=False, show_edge=False)
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


class ProgressReport(console.ProgressBar):
    """Shows how an import comes along. Each closed gate is told once."""

    def __init__(self, screen: console.Screen, total: int) -> None:
        super().__init__(screen, total)
        self._told: set[tuple[int, int]] = set()

    def see(self, now: Standing) -> None:
        """Take in how the import stands now."""
        for gate in now.gates:
            self._tell(gate)
        decided = now.tally.total - now.tally.undecided
        words = in_words(now.tally)
        of_all = f"{thousands(decided)} of {thousands(now.tally.total)}"
        self.show(decided, words, line=f"{of_all} rows have their outcome: {words}")

    def _tell(self, gate: Gate) -> None:
        if (gate.pk, gate.times_closed) not in self._told:
            self._told.add((gate.pk, gate.times_closed))
            self._screen.say(gate_sentence(gate))


def in_words(tally: Tally) -> str:
    """ "1 148 imported, 78 refused, 10 sending"."""
    counted = [(state, tally.counts.get(state, 0)) for state in RowState]
    return ", ".join(
        f"{thousands(rows)} {str(state.label).lower()}" for state, rows in counted if rows
    )
