"""What `mint_tokens` prints: sentences, progress, and why rows failed. Never a share token."""

from collections.abc import Mapping

from rich.table import Table

from accounts.look.figures import thousands
from sharing import console
from sharing.models import MintBatch


class Screen(console.Screen):
    """Prints for donor operators."""

    def reasons(self, counts: Mapping[str, int]) -> None:
        """A table of why rows have no share token."""
        table = Table(width=self.table_width, pad_edge=False, show_edge=False)
        table.add_column("Lines", justify="right")
        table.add_column("Why there is no share token")
        for reason, rows in sorted(counts.items(), key=lambda entry: -entry[1]):
            table.add_row(thousands(rows), reason)
        self.console.print(table)


class ProgressReport(console.ProgressBar):
    """Shows how a batch comes along."""

    def see(self, batch: MintBatch) -> None:
        """Take in how the batch stands now."""
        done = batch.total_count - batch.open_count
        words = f"{thousands(batch.minted_count)} minted, {thousands(batch.failed_count)} failed"
        line = f"{thousands(done)} of {thousands(batch.total_count)} lines: {words}"
        self.show(done, words, line=line)
