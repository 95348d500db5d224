"""An endpoint stops by itself: noted, audited, and told to whoever looks after the connection."""

from datetime import datetime

from django.urls import reverse

from accounts import audit, notices
from accounts.models import NoticeKind, User
from accounts.notices import News
from accounts.occasions import Occasion
from accounts.rights import Right
from customers.models import Endpoint, EndpointState
from customers.outgoing.subjects import host_of, subject_of

_SAID = {
    EndpointState.GONE: "answered 410, so nothing more is sent to it",
    EndpointState.FAILING: "failed for days, so sending to it stopped",
    EndpointState.KEYLESS: "cannot be signed for: its secret does not open",
}
_TO_DO = {
    EndpointState.GONE: "Activate it if that was a mistake.",
    EndpointState.FAILING: "What happens meanwhile is kept. Activate it once it works again.",
    EndpointState.KEYLESS: "RELAY_KEYS lacks a key. Bring it back, or rotate the secret.",
}


def stop(endpoint: Endpoint, state: EndpointState, now: datetime) -> None:
    """Stop a locked endpoint, in the caller's transaction."""
    endpoint.state, endpoint.stopped_at = state, now
    endpoint.save(update_fields=["state", "stopped_at"])
    audit.record(
        "endpoint.stopped",
        actor=None,
        subject=subject_of(endpoint),
        source="webhooks",
        reason=state.value,
    )
    news = News(
        about=subject_of(endpoint),
        event="stopped",
        occurred_at=now,
        kind=NoticeKind.STOPPED,
        title=f"The webhook endpoint {host_of(endpoint)[:80]} {_SAID[state]}",
        text=_TO_DO[state],
        link=reverse("customers:endpoint", args=[endpoint.pk]),
        occasion=Occasion.ENDPOINT_STOPPED,
    )
    notices.tell(_who_looks_after_it(), news)


def _who_looks_after_it() -> list[User]:
    people = User.objects.filter(is_active=True, groups__isnull=False).distinct()
    return [one for one in people if one.holds(Right.MANAGE_CONNECTION)]
