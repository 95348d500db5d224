"""Every state that a page shows, with its icon, tone and usual word.

A tone is a colour role of the stylesheet: ok, bad, warn, doubt, move, idle. Word and shape come
first: no two states of one list share both.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class StateLook:
    """How a state appears: symbol of the sprite, tone, word."""

    icon: str
    tone: str
    label: str


STATES: dict[str, StateLook] = {
    # rows of an import
    "staged": StateLook("staged", "idle", "Not started"),
    "pending": StateLook("pending", "idle", "Waiting"),
    "sending": StateLook("sending", "move", "Sending"),
    "checking": StateLook("checking", "doubt", "Checking"),
    "imported": StateLook("imported", "ok", "Imported"),
    "refused": StateLook("refused", "bad", "Refused"),
    "not_imported": StateLook("not_imported", "bad", "Not imported"),
    "expired": StateLook("expired", "warn", "Too late"),
    "duplicate": StateLook("duplicate", "idle", "Skipped"),
    "invalid": StateLook("duplicate", "idle", "Skipped"),
    "skipped": StateLook("duplicate", "idle", "Skipped"),
    "cancelled": StateLook("cancelled", "idle", "Cancelled"),
    "needs_person": StateLook("needs_person", "warn", "Needs you"),
    # imports
    "running": StateLook("sending", "move", "Running"),
    "held": StateLook("timer", "warn", "Waits for the partner"),
    "paused": StateLook("pause", "warn", "Paused"),
    "finished": StateLook("imported", "ok", "Finished"),
    "stopped": StateLook("stop", "bad", "Stopped"),
    # customers, applications, reviews
    "draft": StateLook("staged", "idle", "Draft"),
    "submitted": StateLook("sending", "move", "Submitted"),
    "in_review": StateLook("checking", "move", "In review"),
    "approved": StateLook("imported", "ok", "Approved"),
    "documents_requested": StateLook("file", "warn", "Documents requested"),
    "rejected": StateLook("refused", "bad", "Rejected"),
    "information_requested": StateLook("help", "warn", "Information requested"),
    "on_hold": StateLook("pause", "warn", "On hold"),
    # customers who look alike
    "suspected": StateLook("customers", "warn", "To be looked at"),
    "linked": StateLook("link", "ok", "The same person"),
    "dismissed": StateLook("not_imported", "idle", "Not the same"),
    # partners and share tokens
    "active": StateLook("imported", "ok", "Active"),
    "removed": StateLook("refused", "bad", "Removed"),
    "live": StateLook("pending", "ok", "Live"),
    "minting": StateLook("sending", "move", "Minting"),
    "minted": StateLook("imported", "ok", "Minted"),
    "failed": StateLook("refused", "bad", "Failed"),
    "redeemed": StateLook("imported", "ok", "Redeemed"),
    "died": StateLook("expired", "warn", "Expired"),
    # webhook endpoints and deliveries
    "waiting": StateLook("pending", "idle", "Waiting"),
    "retrying": StateLook("refresh", "warn", "Trying again"),
    "delivered": StateLook("imported", "ok", "Delivered"),
    "failing": StateLook("stop", "bad", "Stopped"),
    "gone": StateLook("stop", "bad", "Stopped"),
    "keyless": StateLook("lock", "bad", "Stopped"),
}


def state_of(name: str) -> StateLook:
    """How `name` looks; a state that is not listed is drawn idle, under its own name."""
    return STATES.get(name) or StateLook("info", "idle", name.replace("_", " ").capitalize())
