"""A product for each test that asks for one, gone without a trace afterwards."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.parts.product import Product


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Callable[..., Product]]:
    """`product(environment=None, name="var", shell=False)`: a started supervisor."""
    with ExitStack() as stack:

        def start(
            environment: Mapping[str, str] | None = None, name: str = "var", shell: bool = False
        ) -> Product:
            started = Product(tmp_path / name, environment, shell=shell)
            stack.callback(started.clean_up)
            return started

        yield start
