"""Walks along the audit trail's chain in the showcase: one that held, one that did not."""

from django.utils import timezone

from accounts.models import ChainCheck, User


def checks(by: User) -> dict[str, int]:
    """Make them; the one that held is the last, so that no page says the trail is broken."""
    now = timezone.now()
    broken = ChainCheck.objects.create(
        started_by=by,
        upto=40,
        reached=11,
        bad_seq=12,
        problem="This event was changed after it was sealed.",
        finished_at=now,
    )
    held = ChainCheck.objects.create(started_by=by, upto=40, reached=40, finished_at=now)
    return {"check": held.pk, "broken_check": broken.pk}
