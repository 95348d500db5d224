"""The entry of an import: storing its rows in one transaction, and starting it."""

from customers.intake.history import SeenBefore, seen_before
from customers.intake.options import NotAllowed, Options, check_partner
from customers.intake.starting import AlreadyStarted, start
from customers.intake.storing import store

__all__ = [
    "AlreadyStarted",
    "NotAllowed",
    "Options",
    "SeenBefore",
    "check_partner",
    "seen_before",
    "start",
    "store",
]
