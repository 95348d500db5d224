"""Sumsub's webhooks: the door they come through, and the page that shows what came."""

from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import needs, open_to_all, signed_in
from accounts.rights import Right
from customers import inbox
from customers.models import Refusal, SumsubEvent, WebhookDoor
from customers.timing import Timing
from customers.wording.webhook_words import EventWords, event_words, refusal_words

# Deliveries that the page shows.
SHOWN = 50

_STATUS = {
    Refusal.NO_SECRET: HTTPStatus.SERVICE_UNAVAILABLE,
    Refusal.FORGED: HTTPStatus.UNAUTHORIZED,
    Refusal.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Refusal.OTHER_CLIENT: HTTPStatus.FORBIDDEN,
    Refusal.OTHER_ENVIRONMENT: HTTPStatus.FORBIDDEN,
    Refusal.AHEAD: HTTPStatus.FORBIDDEN,
}


@csrf_exempt
@require_POST
@open_to_all
def take_in(request: HttpRequest) -> HttpResponse:
    """Sumsub's delivery: stored, then answered. Its signature stands for sign-in and form token."""
    try:
        inbox.receive(
            _raw_body(request),
            request.headers.get("X-Payload-Digest"),
            request.headers.get("X-Payload-Digest-Alg"),
        )
    except inbox.Refused as refused:
        inbox.turn_away(refused.refusal)
        return HttpResponse(status=_STATUS[refused.refusal])
    return HttpResponse()


def _raw_body(request: HttpRequest) -> bytes:
    """The body as it came, whatever it calls itself. Raises Refused when it is too large."""
    body = request.read(inbox.LARGEST + 1)
    if len(body) > inbox.LARGEST:
        raise inbox.Refused(Refusal.TOO_LARGE)
    return body


@dataclass(frozen=True)
class Delivery:
    """One event as the page shows it."""

    event: SumsubEvent
    words: EventWords

    @property
    def applicant(self) -> str:
        """Sumsub's id of the applicant, shortened."""
        whole = self.event.applicant_id
        return f"{whole[:4]}…{whole[-6:]}" if len(whole) > 12 else whole


@require_safe
@needs(Right.MANAGE_CONNECTION, Right.VIEW_AUDIT)
def inbox_page(request: HttpRequest) -> HttpResponse:
    """Where Sumsub is to send webhooks, and what came of those that it sent."""
    now, door = timezone.now(), WebhookDoor.now()
    events = SumsubEvent.objects.newest_first().select_related("row")[:SHOWN]
    context = {
        "address": f"{settings.SITE_URL}{reverse('customers:webhook')}",
        "has_secret": bool(settings.SUMSUB_WEBHOOK_SECRET),
        "has_old_secret": bool(settings.SUMSUB_WEBHOOK_SECRET_OLD),
        "old_used_at": SumsubEvent.objects.by_old_secret().last_moment(),
        "last_at": SumsubEvent.objects.genuine().last_moment(),
        "works": WebhookDoor.works(now, Timing.current()),
        "waiting": SumsubEvent.objects.undecided().count(),
        "door": door,
        "refused_for": refusal_words(door.refused_for) if door.refused else None,
        "deliveries": [Delivery(event, event_words(event)) for event in events],
        "sees_customers": signed_in(request).holds(Right.VIEW_CUSTOMERS),
        "sees_imports": signed_in(request).holds(Right.VIEW_IMPORTS),
    }
    return render(request, "customers/inbox/inbox.html", context)
