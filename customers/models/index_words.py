"""The conditions of partial indexes, in the very words that they have there.

A database uses an index that holds only some rows when the statement says that it wants no others.
SQLite takes values that are handed over beside the statement for no proof of it, and PostgreSQL
looks through no list of more than a hundred.
"""

from django.db import models
from django.db.models import BooleanField, F, Func


def said(column: str, words: str) -> Func:
    """A condition on a column; `words` are a template with `%(expressions)s` in its place."""
    return Func(F(column), template=words, output_field=BooleanField())


def filled(column: str) -> Func:
    """The condition "there is a text"."""
    return said(column, "NOT (%(expressions)s = '')")


def written_out(*states: models.TextChoices) -> Func:
    """The condition "`state` is one of these" (`LIVE_STATES`, `DEAD_STATES`, one of a queue)."""
    words = ", ".join(f"'{state.value}'" for state in states)
    says = f"= {words}" if len(states) == 1 else f"IN ({words})"
    return said("state", f"%(expressions)s {says}")
