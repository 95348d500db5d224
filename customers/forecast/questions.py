"""Asking many previews at once: each over a lane of its own, some of them always under way."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import uvloop

from customers.forecast.meaning import preview_call
from customers.models import Import, Row
from customers.redemption.claims import seal_context
from customers.timing import Timing
from sharing import gateway
from sharing.limits import Limit
from sharing.sealing import open_sealed
from sumsub.client import Lane
from sumsub.errors import SumsubError
from sumsub.records import Applicant

# A preview may take this long at Sumsub (seconds); lanes = rate x this keep the budget busy.
LONG_LATENCY = 1.0
MOST_LANES = 120
LANES_WITHOUT_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Question:
    """One row's preview. `version` is the row's when it was read: what was changed since makes the
    answer void. `trial` is set where another level than the row's is only tried.
    """

    row_id: int
    version: int
    mode: str
    level_name: str
    own_level: bool
    user_id: str | None
    share_token: str = field(repr=False)
    trial: str = ""
    tries: int = 1

    def again(self) -> "Question":
        """The same question for another try."""
        return replace(self, tries=self.tries + 1)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, or why there is none; `began` is a monotonic moment, `asker` who put it."""

    question: Question
    result: Applicant | SumsubError
    began: float
    asker: object


def question_about(row: Row, imported: Import, *, level: str = "", trial: str = "") -> Question:
    """What to ask about a row, at `level` or at its own. Raises CannotOpen without its key."""
    context = seal_context(imported.pk, row.line)
    # Only an id that others may have can be in the way of anything.
    user_id = row.external_user_id if imported.sends_external_ids else None
    return Question(
        row_id=row.pk,
        version=row.version,
        mode=imported.mode,
        level_name=level or row.level_name or imported.level_name,
        own_level=row.level_name not in ("", imported.level_name),
        user_id=user_id,
        share_token=open_sealed(bytes(row.token_sealed or b""), context=context),
        trial=trial,
    )


def lanes_for(limit: Limit, timing: Timing) -> int:
    """How many previews one process keeps on the wire so that the budget is the limit."""
    if timing.preview_lanes:
        return timing.preview_lanes
    if not limit.calls:
        return LANES_WITHOUT_LIMIT
    return min(MOST_LANES, max(4, round(limit.per_second * LONG_LATENCY)))


class Lanes:
    """Lanes for one thread, which puts questions and now and then waits for what came back.

    Several may ask over them one after the other. What one of them did not wait for comes back to
    the next, so each answer names its asker.
    """

    def __init__(self) -> None:
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._idle: list[Lane] = []
        self._under_way: set[asyncio.Task[Reply]] = set()

    @property
    def busy(self) -> int:
        """Questions under way."""
        return len(self._under_way)

    def put(self, questions: Sequence[Question], asker: object) -> None:
        """Ask; the answers come by `wait`."""
        loop = self._runner.get_loop()
        self._under_way |= {loop.create_task(self._carry(one, asker)) for one in questions}

    def wait(self, at_least: float, at_most: float) -> list[Reply]:
        """What came back after `at_least` seconds, or after the first answer within `at_most`."""
        return self._runner.run(self._come_back(at_least, at_most, asyncio.FIRST_COMPLETED))

    def wait_for_all(self, at_most: float) -> list[Reply]:
        """What came back within `at_most` seconds; all of it, if it does."""
        return self._runner.run(self._come_back(0.0, at_most, asyncio.ALL_COMPLETED))

    def close(self) -> None:
        """Let go of what is under way: a preview uses nothing up, and may be asked again."""
        for task in self._under_way:
            task.cancel()
        self._runner.run(self._closed())
        self._runner.close()

    async def _carry(self, question: Question, asker: object) -> Reply:
        lane = self._idle.pop() if self._idle else gateway.new_lane()
        began = time.monotonic()
        try:
            result: Applicant | SumsubError = await lane.send(
                preview_call(
                    question.share_token,
                    mode=question.mode,
                    level_name=question.level_name,
                    user_id=question.user_id,
                )
            )
        except SumsubError as error:
            result = error
        finally:
            self._idle.append(lane)
        return Reply(question, result, began, asker)

    async def _come_back(self, at_least: float, at_most: float, until: str) -> list[Reply]:
        await asyncio.sleep(at_least)
        some_are_done = any(task.done() for task in self._under_way)
        if self._under_way and not (some_are_done and until == asyncio.FIRST_COMPLETED):
            rest = max(0.0, at_most - at_least)
            await asyncio.wait(self._under_way, timeout=rest, return_when=until)
        done = {task for task in self._under_way if task.done()}
        self._under_way -= done
        return [task.result() for task in done]

    async def _closed(self) -> None:
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._under_way = set()
        while self._idle:
            await self._idle.pop().aclose()
