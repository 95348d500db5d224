"""The levels that callers made or changed, out of the store at the start."""

from __future__ import annotations

import json

from sumsub.sandbox.level_reading import level_from
from sumsub.sandbox.store import Store
from sumsub.sandbox.workspaces import Directory


def restore_levels(store: Store, directory: Directory) -> None:
    """Give each workspace its kept levels again, after those that are always there."""
    for level_id, client_id, body in store.all(
        "SELECT id, client_id, body FROM level ORDER BY number", ()
    ):
        workspace = directory.by_client_id.get(client_id)
        if workspace is not None:
            workspace.put_level(level_from(json.loads(body), level_id))
