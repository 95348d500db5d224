"""Partners as the register has them once an admin has completed them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from sharing.models import Partner


def make_partner(**values: Any) -> Partner:
    """Store a partner that may share: with an agreement in force, unless `values` say otherwise."""
    signed = timezone.now().date() - timedelta(days=30)
    complete: dict[str, Any] = {"agreement_reference": "VB-2026-11", "agreement_signed_on": signed}
    return Partner.objects.create(**complete | values)
