"""Fixtures of the recipient's tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from accounts.rights import Role
from customers.applying.deeds import Author
from customers.models import Application
from sharing import gateway
from sumsub.sandbox.process import Sandbox
from tests.customers.applications import make_application
from tests.customers.engine import SHORT
from tests.parts.far_end import connection_settings
from tests.parts.forked import start
from tests.parts.people import make_person

FOLDER = Path(__file__).parent


@pytest.fixture
def far_end(settings: Settings, transactional_db: None) -> Iterator[Sandbox]:
    """A sandbox of one's own without a rate limit, and this process connected to it."""
    with start(post_limit="none", get_limit="none", scenario={"review_delay_ms": 300}) as running:
        for name, value in connection_settings(running).items():
            setattr(settings, name, value)
        settings.SUMSUB_POST_LIMIT = settings.SUMSUB_GET_LIMIT = "none"
        settings.REDEMPTION_TIMING = dict(SHORT)
        yield running
    # A clock that a test put wrong is wrong for this whole process.
    gateway.clock.cache_clear()


@pytest.fixture
def office(officer: User, client_for: Callable[[User], Client]) -> Client:
    """A compliance operator at work."""
    return client_for(officer)


@pytest.fixture
def olga(officer: User) -> Author:
    """The officer as the author of deeds about applications."""
    return Author(officer)


@pytest.fixture
def oskar(db: None) -> Author:
    """A second officer."""
    return Author(make_person("Oskar Officer", Role.COMPLIANCE_OPERATOR))


@pytest.fixture
def draft(db: None) -> Application:
    """A draft that lacks what no share token carries."""
    return make_application()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever drives the row engine meets the database where SQLite and PostgreSQL differ."""
    for item in items:
        if "far_end" in getattr(item, "fixturenames", ()) and item.path.parent == FOLDER:
            item.add_marker("both_databases")
