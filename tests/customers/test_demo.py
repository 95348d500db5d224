"""What `make run` shows at its first start, and that a start cut short is finished by the next."""

from collections.abc import Callable
from pathlib import Path

import pytest

from customers import intake
from customers.demo import FINISHED_FILE, FINISHED_ROWS, RUNNING_FILE, RUNNING_ROWS, create_demo
from customers.models import Import, ImportState
from sharing.models import Applicant, Partner
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import drain_until, stored, tokens

pytestmark = pytest.mark.django_db(transaction=True)


def shown() -> dict[str, tuple[str, int]]:
    """The imports there are: state and rows by file name."""
    return {one.file_name: (one.state, one.total_count) for one in Import.objects.all()}


def is_complete() -> bool:
    return (
        shown()
        == {
            FINISHED_FILE: (ImportState.FINISHED, FINISHED_ROWS),
            RUNNING_FILE: (ImportState.RUNNING, RUNNING_ROWS),
        }
        and Import.objects.count() == 2
        and Partner.objects.count() == 3
        and Applicant.objects.exists()
    )


def left_stored(imported: Import) -> None:
    """Killed between storing an import and starting it."""


def left_running(imported: Import) -> None:
    """Killed before the first row was sent."""
    intake.start(imported.pk, by=None)


def left_finished(imported: Import) -> None:
    """Killed between the two imports."""
    intake.start(imported.pk, by=None)
    drain_until(lambda: not Import.objects.running().exists())


def test_the_demo_is_made_once(far_end: Sandbox, tmp_path: Path) -> None:
    assert create_demo(tmp_path)
    assert is_complete()
    assert not create_demo(tmp_path)
    assert is_complete()


@pytest.mark.parametrize("left", [left_stored, left_running, left_finished])
def test_a_start_cut_short_is_finished_by_the_next(
    far_end: Sandbox, tmp_path: Path, left: Callable[[Import], None]
) -> None:
    first = stored(tokens(far_end, FINISHED_ROWS), file_name=FINISHED_FILE)
    left(first)
    assert create_demo(tmp_path)
    assert is_complete()
    assert Import.objects.get(file_name=FINISHED_FILE) == first


def test_a_second_import_left_unstarted_is_started(far_end: Sandbox, tmp_path: Path) -> None:
    left_finished(stored(tokens(far_end, 2), file_name=FINISHED_FILE))
    second = stored(tokens(far_end, 2), file_name=RUNNING_FILE)
    assert create_demo(tmp_path)
    second.refresh_from_db()
    assert second.state == ImportState.RUNNING
    assert not create_demo(tmp_path)
