"""The database as an earlier version had it, for tests of the migrations that follow."""

from collections.abc import Iterator

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

Migration = tuple[str, str]


def migrated_to(migration: Migration) -> StateApps:
    """Bring the database there, forwards or back; the models as they were then."""
    MigrationExecutor(connection).migrate([migration])
    return MigrationExecutor(connection).loader.project_state([migration]).apps


def earlier_models(migration: Migration) -> Iterator[StateApps]:
    """What a fixture yields from: the database goes back there; afterwards it is whole again."""
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield migrated_to(migration)
    MigrationExecutor(connection).migrate(leaves)
