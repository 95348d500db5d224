"""By which hand-over share tokens of the ledger left: who opened it, and when it was fetched."""

from collections.abc import Iterable

from sharing.minting_many.handing_over import links_of
from sharing.models import HandedOver, IssuedToken, MintBatch, MintRow


def note_links(tokens: Iterable[IssuedToken]) -> None:
    """Give those that left by a link their hand-over as `link`, in two queries for all of them."""
    by_link = {token.pk: token for token in tokens if token.handed_over == HandedOver.LINK}
    if not by_link:
        return
    rows = MintRow.objects.that_led_to(by_link.values())
    batch_ids = {row.issued_id: row.batch_id for row in rows}
    links = links_of(MintBatch(pk=pk) for pk in set(batch_ids.values()))
    for pk, token in by_link.items():
        token.link = links.get(batch_ids.get(pk, 0))
