"""What people make of two customers who look alike: the same person, or not; and back.

Nothing else changes: both customers, their applications and their reviews stay as they are.
"""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from customers.models import Lookalikes
from customers.models.duplicates import PairState

_DEEDS = {
    PairState.LINKED: "customer.linked",
    PairState.DISMISSED: "customer.told_apart",
    PairState.SUSPECTED: "customer.likeness_reopened",
}


@transaction.atomic
def decide(
    pair_id: int,
    state: PairState,
    *,
    seen: PairState,
    by: User,
    reason: str = "",
    request: HttpRequest | None = None,
) -> bool:
    """Link, tell apart, or undo either. `seen` is the state that the person saw.

    False, and nothing is done, when somebody decided otherwise meanwhile. The reason stays with the
    pair; the trail says that there is one. Raises Lookalikes.DoesNotExist.
    """
    pair = Lookalikes.objects.select_for_update(of=("self",)).get(pk=pair_id)
    if pair.state != seen or seen == state:
        return False
    undone = state is PairState.SUSPECTED
    pair.decide(state, None if undone else by.pk, None if undone else timezone.now(), reason)
    pair.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    audit.record_all(
        audit.drafted(
            _DEEDS[state],
            actor=by,
            subject=f"customer:{mine}",
            request=request,
            other=str(other),
            pair=pair.pk,
            before=seen.value,
        )
        for mine, other in (
            (pair.first_id, pair.second_id),
            (pair.second_id, pair.first_id),
        )
    )
    return True
