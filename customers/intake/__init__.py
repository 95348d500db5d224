"""The entry of an import: storing its rows in one transaction, and starting it."""

from customers.intake.options import NotAllowed, Options, check_partner
from customers.intake.starting import AlreadyStarted, start
from customers.intake.storing import store

__all__ = ["AlreadyStarted", "NotAllowed", "Options", "check_partner", "start", "store"]
