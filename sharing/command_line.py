"""What commands look at before they store anything: tables, a partner, where results go."""

import os
from enum import IntEnum
from pathlib import Path

from django.db import connection
from django.db.models import Model

from accounts.plain_refusals import PlainRefusal
from sharing.models import Partner


class Exit(IntEnum):
    """What the commands for files tell the shell; "good" is a row imported, or minted."""

    ALL_GOOD = 0
    BAD_INPUT = 2
    SOME_FAILED = 3
    SOME_UNDECIDED = 4
    STOPPED = 5
    """By a closed gate, or by what every row would be told."""
    INTERRUPTED = 130


class BadInput(PlainRefusal):
    """Something about the command line, or what it names, is wrong; nothing was stored."""


def require_table(model: type[Model]) -> None:
    """Raise BadInput where `migrate` has not run."""
    if model._meta.db_table not in connection.introspection.table_names():
        raise BadInput("The database has no tables yet. Run `manage.py migrate` first.")


def partner_with(client_id: str) -> Partner:
    """The partner with this client id. Raises BadInput when the register has none."""
    partner = Partner.objects.filter(client_id=client_id).first()
    if partner is None:
        raise BadInput(f"No partner in the register has the client id “{client_id}”.")
    return partner


def require_writable(path: Path) -> None:
    """Raise BadInput where no results can be written, before there are any to lose."""
    if path.is_dir() or not os.access(path.absolute().parent, os.W_OK):
        raise BadInput(f"The results cannot be written to {path}.")
