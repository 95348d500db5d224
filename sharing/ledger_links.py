"""By which hand-over share tokens of the ledger left: who opened it, and when it was fetched."""

from collections.abc import Iterable

from sharing.minting_many.handing_over import subject_of
from sharing.models import HandedOver, HandOver, IssuedToken, MintBatch, MintRow


def note_links(tokens: Iterable[IssuedToken]) -> None:
    """Give those that left by a link their hand-over as `link`, in two queries for all of them."""
    by_link = {token.pk: token for token in tokens if token.handed_over == HandedOver.LINK}
    if not by_link:
        return
    rows = MintRow.objects.that_led_to(by_link.values())
    subjects = {row.issued_id: subject_of(MintBatch(pk=row.batch_id)) for row in rows}
    found = HandOver.objects.of_subjects(subjects.values())
    # A batch has one file, but one that was revoked may have had a link before.
    latest = {hand_over.subject: hand_over for hand_over in found.order_by("pk")}
    for pk, token in by_link.items():
        token.link = latest.get(subjects.get(pk, ""))
