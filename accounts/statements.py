"""Migrations of what models cannot say: statements that differ from database to database."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.migrations import RunPython

Statements = Mapping[str, Sequence[str]]
"""By vendor: `postgresql`, `sqlite`."""


def run_statements(forwards: Statements, backwards: Statements) -> RunPython:
    """An operation that runs the statements of the database at hand, there and back, in order.

    A percent sign in them stands for itself.
    """

    def runs(statements: Statements) -> Any:
        def run(_apps: Any, schema_editor: Any) -> None:
            for statement in statements[schema_editor.connection.vendor]:
                schema_editor.execute(statement, params=None)

        return run

    return RunPython(runs(forwards), runs(backwards))
