"""New share tokens from the donor, for rows that came to nothing: asking, pairing, storing."""

from customers.renewing.asking import Scope, donor_list
from customers.renewing.pairing import How, Pairing, paired
from customers.renewing.storing import Changed, pairing_for, store

__all__ = ["Changed", "How", "Pairing", "Scope", "donor_list", "paired", "pairing_for", "store"]
