"""A moment of a story: what happened, when, by whom. Rows, imports and customers tell in these."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices


class Strand(TextChoices):
    """What a moment belongs to; stories of customers are narrowed by it."""

    IMPORT = "import", "Share token and import"
    REVIEW = "review", "Review at Sumsub"
    WEBHOOK = "webhook", "Webhooks"
    ENTRY = "entry", "Entries"
    DOCUMENT = "document", "Documents"
    ATTESTATION = "attestation", "Attestations"
    DECISION = "decision", "Decisions"
    DUPLICATE = "duplicate", "Duplicates"
    PLAN = "plan", "Who has it"
    NOTE = "note", "Notes"


@dataclass(frozen=True)
class Moment:
    """Something that happened. `icon`: a symbol of the sprite; `tone`: ok, bad, now, or nothing.

    `words` are a person's own (a reason, a note): personal data, perhaps. `person` is the number
    of whoever did it, None for machines; `by` how the page calls them. `fields`: what was changed.
    """

    at: datetime
    what: str
    icon: str = "info"
    tone: str = ""
    by: str = ""
    words: str = ""
    strand: Strand = Strand.IMPORT
    person: int | None = None
    fields: frozenset[str] = frozenset()
