"""The start page: what needs a person now, what happened lately, and first steps."""

from customers.views.overview.page import now, overview

__all__ = ["now", "overview"]
