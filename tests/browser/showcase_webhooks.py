"""Webhooks for the showcase: one for each thing that we may have done about it."""

from datetime import timedelta

from django.utils import timezone

from customers.models import (
    Application,
    EventState,
    Reaction,
    Refusal,
    Row,
    RowState,
    SumsubEvent,
    WebhookDoor,
)


def webhooks(application: Application) -> None:
    """Deliveries of every kind, about an application, about a row in doubt, and about nobody."""
    now = timezone.now()
    doubtful = Row.objects.in_state(RowState.CHECKING).earliest("pk")
    for number, reaction in enumerate(("", *Reaction)):
        held = reaction in (Reaction.HELD, Reaction.ROW_ASKED)
        SumsubEvent.objects.create(
            body_digest=f"{number:064x}",
            received_at=now - timedelta(minutes=number),
            repeats=number % 3,
            type="applicantReviewed" if number % 2 else "applicantPrechecked",
            applicant_id=f"66f1a0b2c3d4e5f6{number:08x}",
            review_status="completed" if number % 2 else "queued",
            review_answer="GREEN" if number % 2 else "",
            state=EventState.HELD if held else EventState.DONE,
            reaction=reaction,
            application=application if reaction == Reaction.UPDATED else None,
            row=doubtful if reaction == Reaction.ROW_ASKED else None,
        )
    WebhookDoor.count_refusal(Refusal.FORGED, now)
