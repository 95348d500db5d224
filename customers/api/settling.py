"""Waiting until the rows of an import are settled, for as many calls as there are.

All calls of a process that wait share one question to the database, several times a second, and
none of them holds a connection or a thread meanwhile.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connection

from customers.models import Import
from customers.tally import tally

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.2


async def settled(import_id: int, seconds: float) -> bool:
    """Wait until every row has its outcome, or waits for a person; False when `seconds` pass.

    A duplicate is settled when the row that owns its share token is.
    """
    loop = asyncio.get_running_loop()
    room = _rooms.setdefault(loop, _WaitingRoom())
    return await room.wait(import_id, seconds)


class _WaitingRoom:
    """Who waits in one event loop, and the one who looks for them."""

    def __init__(self) -> None:
        self._waiting: dict[int, set[asyncio.Future[bool]]] = defaultdict(set)
        self._looker: asyncio.Task[None] | None = None

    async def wait(self, import_id: int, seconds: float) -> bool:
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[import_id].add(done)
        if self._looker is None or self._looker.done():
            self._looker = asyncio.create_task(self._look())
        try:
            return await asyncio.wait_for(done, max(0.0, seconds))
        except TimeoutError:
            return False
        finally:
            self._waiting[import_id].discard(done)
            if not self._waiting[import_id]:
                del self._waiting[import_id]

    async def _look(self) -> None:
        """Look while anybody waits."""
        while self._waiting:
            began = time.monotonic()
            found = await asyncio.to_thread(_settled_among, list(self._waiting))
            for import_id in found:
                for one in list(self._waiting.get(import_id, ())):
                    if not one.done():
                        one.set_result(True)
            await asyncio.sleep(max(0.0, LOOK_SECONDS - (time.monotonic() - began)))


_rooms: "WeakKeyDictionary[asyncio.AbstractEventLoop, _WaitingRoom]" = WeakKeyDictionary()


def _settled_among(import_ids: Sequence[int]) -> list[int]:
    """The imports of which nothing is open any more. In a thread of its own connection.

    A database that does not answer now is asked again: whoever waits has time.
    """
    try:
        there = Import.objects.filter(pk__in=import_ids).values_list("pk", flat=True)
        return [one for one in there if is_settled(one)]
    except DatabaseError:
        logger.warning("the database did not say which imports are settled")
        return []
    finally:
        connection.close()


def is_settled(import_id: int) -> bool:
    """True when no row of the import, nor an owner of its duplicates, is open."""
    imported = Import.objects.get(pk=import_id)
    if imported.undecided_count:
        return False
    return not imported.duplicate_count or not tally(import_id).undecided
