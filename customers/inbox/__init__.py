"""Sumsub's webhooks, from the door to the applications they are about.

`receiving` stores what is genuine and answers at once; `working` looks at what was stored, from the
worker's thread on duty; `matching` finds whom an event is about, `applying` what follows from it.
Webhooks are evidence, not commands: whatever one changes, a reading confirms it.
"""

from customers.inbox.receiving import LARGEST, Refused, receive, turn_away
from customers.inbox.working import is_anything_due, look_at_events

__all__ = ["LARGEST", "Refused", "is_anything_due", "look_at_events", "receive", "turn_away"]
