"""The tests' database lets its cleaning empty the audit trail; everything else it refuses as ever.

Tests with `transaction=True` end by emptying every table, which the product's triggers forbid.
`tests/accounts/test_audit.py` puts the triggers back to test them.
"""

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

TABLE = "accounts_auditevent"


def drop_triggers(*names: str) -> None:
    """Take triggers off the audit trail, as somebody with full rights on the database could."""
    target = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{target}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """After the database is made: let it be emptied."""
    with django_db_blocker.unblock():
        drop_triggers("audit_no_delete", "audit_no_truncate")
