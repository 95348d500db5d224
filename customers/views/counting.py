"""Bounded counts under the name that this room's pages know them by."""

from accounts.counting import MOST, Count, counted

__all__ = ["MOST", "Count", "counted"]
