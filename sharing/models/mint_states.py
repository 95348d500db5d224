"""Where a batch and its rows may stand, and where they come from."""

from typing import Final

from django.db import models


class MintSource(models.TextChoices):
    """Where the applicants of a batch were named."""

    FILE = "file", "File"
    PASTE = "paste", "Pasted ids"
    SELECTION = "selection", "Selected applicants"
    FILTER = "filter", "Filtered applicants"
    AGAIN = "again", "Minted again"
    COMMAND = "command", "Command line"
    API = "api", "List by the API"


class BatchState(models.TextChoices):
    """How far a batch has come. A stop by itself is PAUSED with `stop_sentence`.

    HELD is a running batch whose recipient our register bars: it goes on by itself, as imports do,
    when nothing stands against the recipient any more. PAUSED waits for a person.
    """

    DRAFT = "draft", "Checked, not started"
    RUNNING = "running", "Running"
    HELD = "held", "Waits for the partner"
    PAUSED = "paused", "Paused"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Cancelled"


class MintState(models.TextChoices):
    """Where one row of a batch stands."""

    FINDING = "finding", "To look up"
    WAITING = "waiting", "Waiting"
    MINTING = "minting", "Minting"
    MINTED = "minted", "Minted"
    EXPIRED = "expired", "Died before it was taken"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Left out"
    CANCELLED = "cancelled", "Cancelled"


class Concern(models.TextChoices):
    """What the check before minting found about a row; the sentence stands beside it."""

    NONE = "", "None"
    REFUSABLE = "refusable", "The recipient would be refused"
    LOOK = "look", "Worth a look"
    UNKNOWN = "unknown", "Not in our list of applicants"


# A batch whose file may be taken: nothing of it moves any more.
OVER_STATES: Final = (BatchState.FINISHED, BatchState.CANCELLED)
# Rows that a started batch still has to bring to an end.
OPEN_STATES: Final = (MintState.FINDING, MintState.WAITING, MintState.MINTING)
# Ends at which a row has no share token that is of any use.
ENDS_WITHOUT_TOKEN: Final = (
    MintState.FAILED,
    MintState.EXPIRED,
    MintState.SKIPPED,
    MintState.CANCELLED,
)
