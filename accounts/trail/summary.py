"""The audit trail in a few lines, for the start page of those who read it."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.counting import Count, counted
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
    refused = AuditEvent.objects.of_deeds("person.sign_in_failed").since(since)
    taken = AuditEvent.objects.of_deeds(*taking_deeds()).since(since).order_by("-pk")
    return TrailSummary(
        sealed=AuditEvent.objects.last_seq(),
        last_check=ChainCheck.objects.finished().select_related("started_by").first(),
        refused_sign_ins=counted(refused),
        takings=[Taking(event, words_of(event.deed)) for event in taken[:SHOWN]],
    )
