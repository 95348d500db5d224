"""Sign-in, sign-out and failed sign-in in the audit trail.

These three happen inside Django and allauth, so their signals are the only place to write from;
every deed of our own writes its event explicitly.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import audit
from accounts.models import User


@receiver(user_logged_in)
def note_sign_in(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Write `person.signed_in`."""
    with transaction.atomic():
        audit.record("person.signed_in", actor=user, subject=f"person:{user.pk}", request=request)


@receiver(user_logged_out)
def note_sign_out(sender: object, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Write `person.signed_out`; an anonymous sign-out leaves no event."""
    if user is None:
        return
    with transaction.atomic():
        audit.record("person.signed_out", actor=user, subject=f"person:{user.pk}", request=request)


@receiver(user_login_failed)
def note_failed_sign_in(
    sender: object,
    credentials: dict[str, Any],
    request: HttpRequest | None = None,
    **kwargs: Any,
) -> None:
    """Write `person.sign_in_failed` with the id of the person meant, never the address typed."""
    address = str(credentials.get("email") or credentials.get("username") or "")
    person = User.objects.filter(email=address.lower()).first()
    subject = f"person:{person.pk}" if person else "person:nobody"
    with transaction.atomic():
        audit.record(
            "person.sign_in_failed", actor=None, subject=subject, outcome="refused", request=request
        )
