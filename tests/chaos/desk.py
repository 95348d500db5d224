"""The desk: a process of its own that does what people do, one JSON line in, one out.

It goes through the same doors as the pages: `customers.intake`, `customers.control`, and those of
`mint_desk`. An answer
is `{"done": number}`, `{"refused": sentence}` when the deed does not fit, or `{"error": kind}` when
the database was away: then nobody knows whether the deed was done, as with a page that times out.
"""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.db import Error, connections, transaction


def serve() -> None:
    """Do deeds until standard input ends."""
    django.setup()
    deeds = _deeds()
    for line in sys.stdin:
        wish = json.loads(line)
        sys.stdout.write(json.dumps(_answer(deeds[wish.pop("deed")], wish)) + "\n")
        sys.stdout.flush()


def _answer(deed: Callable[..., int], wish: dict[str, Any]) -> dict[str, Any]:
    from customers.control import NotPossible

    try:
        return {"done": deed(**wish)}
    except NotPossible as refusal:
        return {"refused": refusal.sentence}
    except Error as error:
        connections.close_all()
        return {"error": type(error).__name__}


def _deeds() -> dict[str, Callable[..., int]]:
    # Models can be imported once Django is set up, and not before.
    from customers import control, intake, token_csv
    from customers.models import Gate, ImportSource
    from tests.chaos import mint_desk

    def ready() -> int:
        return 1

    def store(file: str, mode: str) -> int:
        contents = io.BytesIO(Path(file).read_bytes())
        options = intake.Options(level_name="id-only", source=ImportSource.FILE, mode=mode)
        with transaction.atomic():
            stored = intake.store(token_csv.read(contents, max_rows=None), options)
            intake.start(stored.pk, by=None)
        return stored.pk

    def pause(import_id: int) -> int:
        return control.pause(import_id, by=None).pk

    def resume(import_id: int) -> int:
        return control.resume(import_id, by=None).pk

    def cancel(import_id: int) -> int:
        return control.cancel(import_id, by=None).pk

    def open_gates() -> int:
        closed = list(Gate.objects.closed().values_list("pk", flat=True))
        return sum(control.open_gate(number, by=None) for number in closed)

    return {
        "ready": ready,
        "store": store,
        "pause": pause,
        "resume": resume,
        "cancel": cancel,
        "open_gates": open_gates,
        **mint_desk.DEEDS,
    }


if __name__ == "__main__":
    serve()
