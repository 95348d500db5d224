"""The row engine: claims rows within the shared budget, redeems them, settles what came back.

A drain alternates between one short transaction (a tick: settle what finished, claim what may be
sent) and the network, where lanes work concurrently. No lock is held across the network, and a
row is *sending* on disk before its socket is written to.
"""

from customers.redemption.drain import drain
from customers.redemption.due import is_anything_due

__all__ = ["drain", "is_anything_due"]
