"""The audit trail in a few lines, for the start page of those who read it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.compiled import Compiled
from accounts.counting import Bounded, Count
from accounts.models import AuditEvent, ChainCheck
from accounts.trail.deeds import taking_deeds, words_of

SHOWN = 5
DAYS = 7


@dataclass(frozen=True)
class Taking:
    """Something that somebody took out of the house."""

    event: AuditEvent
    words: str


@dataclass(frozen=True)
class TrailSummary:
    """What an auditor looks at first: the chain, refused sign-ins, what left the house."""

    sealed: int
    last_check: ChainCheck | None
    refused_sign_ins: Count
    takings: list[Taking]
    days: int = DAYS


def trail_summary() -> TrailSummary:
    """The trail of the last days, in a handful of queries."""
    since = timezone.now() - timedelta(days=DAYS)
    return TrailSummary(
        sealed=_LAST_SEQ.first() or 0,
        last_check=LAST_CHECK.first(),
        refused_sign_ins=_REFUSED(since=since),
        takings=[Taking(event, words_of(event.deed)) for event in _TAKEN(since=since)],
    )


LAST_CHECK = Compiled(lambda: ChainCheck.objects.finished().select_related("started_by")[:1])
_LAST_SEQ = Compiled(
    lambda: AuditEvent.objects.sealed().order_by("-seq").values_list("seq", flat=True)[:1]
)
_REFUSED = Bounded(
    lambda since: AuditEvent.objects.of_deeds("person.sign_in_failed").since(since), since=datetime
)
_TAKEN = Compiled(
    lambda since: AuditEvent.objects.of_deeds(*taking_deeds()).since(since).order_by("-pk")[:SHOWN],
    since=datetime,
)
