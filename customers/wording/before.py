"""What is said about a file before anything of it is sent."""

from django.utils import timezone

from accounts.look.figures import clock, moment
from customers.models import Import, Row
from customers.wording.owners import owner_label


def same_file_sentence(earlier: Import) -> str:
    """ "Ilse Varnholt imported it at 09:12 as import 44." """
    today = earlier.created_at.date() == timezone.now().date()
    at = f"at {clock(earlier.created_at)[:5]}" if today else f"on {moment(earlier.created_at)}"
    who = earlier.created_by.display_name if earlier.created_by else "Somebody"
    return f"{who} imported it {at} as import {earlier.pk}."


def owned_sentence(owner: Row | None) -> str:
    """Why a line would be skipped; `owner` is None for a reader who may not see imports."""
    if owner is None:
        return "Already in another import."
    return f"Already in {owner_label(owner)}."
