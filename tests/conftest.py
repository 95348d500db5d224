"""What every test may ask for; the parts themselves are in tests/parts."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.parts.installations import Installation

# Each after those that it imports: pytest rewrites the assertions of what it loads first.
pytest_plugins = [
    "tests.parts.audit_trail",
    "tests.parts.connections",
    "tests.parts.databases",
    "tests.parts.far_end",
    "tests.parts.installations",
    "tests.parts.mail_server",
    "tests.parts.people",
    "tests.parts.api_callers",
    "tests.parts.browsers",
]


@pytest.fixture(scope="session")
def base_url(live: "Installation") -> str:
    """What `page.goto("/imports/")` starts from. Here, because Playwright's own would win."""
    return live.address


def pytest_addoption(parser: pytest.Parser) -> None:
    """Sizes that a long run asks for."""
    parser.addoption(
        "--webhooks",
        type=int,
        default=1000,
        help="how many webhooks tests/customers/test_webhooks_many.py shuffles at least",
    )


# Whoever asks for one of these starts a whole installation, or a browser in front of one.
WHOLE = {"installation", "lasting_installation", "product", "migrated_sqlite", "browser"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark stories. Browsers last: Playwright leaves an event loop, which Django's ORM refuses."""
    for item in items:
        if WHOLE & {*getattr(item, "fixturenames", ())}:
            item.add_marker("story")
    items.sort(key=lambda item: "/browser/" in item.path.as_posix())
