"""Large files: stored whole, in memory that does not grow with them."""

import io
import tracemalloc

import pytest

from customers import intake, token_csv
from customers.intake import Options
from customers.intake.preparing import CHUNK
from customers.models import ImportSource, Row
from tests.customers.storing import stored

pytestmark = pytest.mark.django_db


def test_the_largest_upload_is_stored_whole() -> None:
    contents = b"token\n" + b"".join(b"_act-sbx-%030d-v2\n" % n for n in range(200_000))
    imported = stored(contents)
    assert imported.staged_count == imported.total_count == 200_000
    assert Row.objects.of(imported).order_by("-line").values_list("line", flat=True)[0] == 200_001


def test_memory_stays_flat_however_long_the_file_is() -> None:
    stored("token\nwarm\n")
    # From two chunks on: one is being stored while the next is prepared.
    peaks = [peak_of_storing(rows) for rows in (3 * CHUNK, 9 * CHUNK)]
    assert peaks[1] < peaks[0] * 1.5


def peak_of_storing(rows: int) -> int:
    """Bytes at the highest point while so many rows are read from a file and stored."""
    contents = b"token\n" + b"".join(b"_act-%06d-%030d\n" % (rows, n) for n in range(rows))
    stream = io.BytesIO(contents)
    del contents
    tracemalloc.start()
    token_file = token_csv.read(stream, max_rows=None)
    intake.store(token_file, Options(level_name="id-only", source=ImportSource.FILE))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak
