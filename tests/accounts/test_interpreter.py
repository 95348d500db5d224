"""How often the garbage collector runs, and that it runs as usual again."""

import gc
from collections.abc import Iterator

import pytest

from accounts.interpreter import COLLECT_AFTER, collecting_seldom
from tests.customers.storing import stored


@pytest.fixture
def usual() -> Iterator[tuple[int, int, int]]:
    """Thresholds of nobody else."""
    before = gc.get_threshold()
    gc.set_threshold(701, 11, 12)
    yield (701, 11, 12)
    gc.set_threshold(*before)


def test_it_collects_as_usual_after_a_failure_too(usual: tuple[int, int, int]) -> None:
    def fail() -> None:
        with collecting_seldom():
            assert gc.get_threshold() == COLLECT_AFTER
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert gc.get_threshold() == usual


@pytest.mark.django_db
def test_a_process_that_stored_a_file_collects_as_usual_again(usual: tuple[int, int, int]) -> None:
    stored("token\n_act-1\n")
    assert gc.get_threshold() == usual
