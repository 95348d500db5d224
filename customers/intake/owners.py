"""Which rows have a share token, or an id, already: one question for the keys of a whole chunk.

The keys travel as one value, and the states stand in the statement itself, so that both databases
answer from the small index that was made for the question.
"""

import json
from collections.abc import Sequence

from django.db import connection

from customers.models import Row
from customers.models.row_states import DEAD_STATES, LIVE_STATES, RowState

# "Is one of the keys". PostgreSQL goes another way, ten times as long, for an array it can count.
_AMONG = {
    "postgresql": "= ANY(ARRAY(SELECT json_array_elements_text(%s::json)))",
    "sqlite": "IN (SELECT value FROM json_each(%s))",
}
# The form of an id that we made from a share token; a file may bring one back.
OUR_IDS = "kr-"


def token_owners(fingerprints: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Fingerprint to (row, import) of the live rows that own one of these share tokens."""
    return _owners("fingerprint", fingerprints)


def id_owners(user_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Id to (row, import) of the live rows that go by one of these ids at Sumsub.

    An id from a file is found by an index. Whether one in the form of ours is taken is seen by
    reading every row, which is slow, and rare.
    """
    found = _owners("external_user_id", user_ids, "external_user_id = external_id")
    ours = [user_id for user_id in user_ids if user_id.startswith(OUR_IDS)]
    return found | _owners("external_user_id", ours)


def dead_rows(fingerprints: Sequence[str]) -> dict[int, dict[int, str]]:
    """Import to its dead rows that had one of these share tokens, each with its fingerprint."""
    found: dict[int, dict[int, str]] = {}
    for key, row_id, import_id in _rows("fingerprint", fingerprints, _in(DEAD_STATES)):
        found.setdefault(import_id, {})[row_id] = key
    return found


def _owners(column: str, keys: Sequence[str], *also: str) -> dict[str, tuple[int, int]]:
    rows = _rows(column, keys, _in(LIVE_STATES), *also)
    return {key: (row_id, import_id) for key, row_id, import_id in rows}


def _in(states: Sequence[RowState]) -> str:
    words = "', '".join(state.value for state in states)
    return f"state IN ('{words}')"


def _rows(column: str, keys: Sequence[str], *conditions: str) -> list[tuple[str, int, int]]:
    """(key, row, import) of the rows whose `column` is one of the keys."""
    if not keys:
        return []
    found = " AND ".join((f"{column} {_AMONG[connection.vendor]}", *conditions))
    table = connection.ops.quote_name(Row._meta.db_table)
    text = f"SELECT {column}, id, import_id FROM {table} WHERE {found}"
    with connection.cursor() as cursor:
        cursor.execute(text, [json.dumps(keys, ensure_ascii=False)])
        rows: list[tuple[str, int, int]] = cursor.fetchall()
        return rows
