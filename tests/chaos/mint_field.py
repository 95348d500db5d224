"""A field of a chaos run on which the donor's half works."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.chaos.field import Field, around
from tests.chaos.mint_ledgers import Judgement, judged
from tests.chaos.mix import LEASE

RECIPIENT = "recipient.example_200002"
# They must outlive the run: one that died of age is a row to mint again, and no fault.
TTL_SECONDS = 24 * 3600
TIMING: dict[str, Any] = {
    "lease": LEASE,
    "write_within": 0.8,
    "shutdown": 2.0,
    "again_after": [0.2, 0.5, 1.0],
    "tries": 12,
    "silence": 1000,
}
OPEN_STATES = ("finding", "waiting", "minting")
_STATES = "SELECT state, count(*) FROM sharing_mintrow GROUP BY state"
_BATCHES = "SELECT id FROM sharing_mintbatch ORDER BY id"
_OPEN = "SELECT count(*) FROM sharing_mintbatch WHERE state NOT IN ('finished', 'cancelled')"


class MintField(Field):
    """One far end with its donor's applicants, and one installation that mints for them."""

    def states(self) -> Counter[str]:
        """The rows of batches by state. Raises Away."""
        return Counter(dict(self.look(_STATES)))

    def on_the_wire(self) -> int:
        """Rows whose share token is being minted. Raises Away."""
        return self.states()["minting"]

    def undecided(self) -> int:
        """Rows and batches that have no end yet. Raises Away."""
        found = self.states()
        return sum(found[state] for state in OPEN_STATES) + int(self.look(_OPEN)[0][0])

    def batches(self) -> list[int]:
        """The numbers of all batches. Raises Away."""
        return [number for (number,) in self.look(_BATCHES)]

    def write_files(self, rows: int, of_each: int) -> list[Path]:
        """Files of the donor's applicants, no one of them in two, kept for the checker."""
        donor = self.far_end.donor.client_id
        known = self.far_end.applicants(10 * rows)
        mine = [one for one in known if one["client_id"] == donor][:rows]
        assert len(mine) == rows, f"the far end has {len(mine)} applicants"
        files = []
        for number, first in enumerate(range(0, rows, of_each)):
            lines = [
                f"{one['applicant_id']},{one['external_user_id']}"
                for one in mine[first : first + of_each]
            ]
            file = self.files / f"applicants-{number:03}.csv"
            file.write_text("\n".join(["applicantId,externalId", *lines, ""]), encoding="utf-8")
            files.append(file)
        return files

    def take_files(self) -> None:
        """Each batch's one file, kept for the checker."""
        for batch in self.batches():
            self.ask("take", batch=batch, out=str(self.files / f"taken-{batch}.csv"))

    def judge_minting(self) -> Judgement:
        """What the checker of minting says, and the audit trail's chain."""
        found = judged(self.database, self.far_end.ledger(), self.files)
        return Judgement(found.figures, found.violations + self.audit_chain())


@contextmanager
def mint_field(
    folder: Path,
    *,
    postgresql: bool,
    rows: int,
    scenario: Mapping[str, Any],
    limit: str = "none",
    variant: str = "",
) -> Iterator[MintField]:
    """A field with applicants for so many rows; everything has ended when it is left."""
    settings = {
        "SUMSUB_POST_LIMIT": limit,
        "SUMSUB_GET_LIMIT": "none",
        "MINTING_TIMING": json.dumps(TIMING),
    }
    # Half of what the sandbox makes belongs to other workspaces at most.
    applicants = 2 * rows + 400
    with around(folder, postgresql=postgresql, applicants=applicants, scenario=scenario) as found:
        made = MintField(folder, *found, settings, variant, workspace="donor")
        try:
            yield made
        finally:
            made.end()
