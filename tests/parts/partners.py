"""Partners as the register has them once an admin has completed them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from sharing.models import Partner


def make_partner(**values: Any) -> Partner:
    """Store a partner that may share: with an agreement in force, unless `values` say otherwise."""
    signed = timezone.now().date() - timedelta(days=30)
    complete: dict[str, Any] = {"agreement_reference": "VB-2026-11", "agreement_signed_on": signed}
    return Partner.objects.create(**complete | values)


@dataclass
class TokenParcel:
    """A file of share tokens that can be handed over, as bulk minting makes one."""

    content: bytes = b"token\r\n_act-one\r\n_act-two\r\n"
    subject: str = "batch:12"
    file_name: str = "share-tokens.csv"
    token_count: int = 2
    redeem_by: datetime | None = None

    def take(self) -> Iterator[bytes]:
        """The content in two pieces."""
        yield self.content[:7]
        yield self.content[7:]
