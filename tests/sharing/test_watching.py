"""Pages of the donor's side that are told by a stream that something moved."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import AsyncClient

from accounts.models import User
from sharing.applicant_exports.storing import keep
from sharing.models import MintBatch, Partner
from tests.sharing import minting
from tests.sharing.conftest import Browse

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
SECONDS = 20
MOVED = 'data: {"moved": true}'


def within(act: Callable[[], Awaitable[Any]]) -> Any:
    """Run an async function, at most so long."""

    async def bounded() -> Any:
        return await asyncio.wait_for(act(), SECONDS)

    return async_to_sync(bounded)()


async def listening(person: User, address: str) -> Any:
    """The events of a stream, without what is said while nothing happens."""
    client = AsyncClient()
    await client.aforce_login(person, "django.contrib.auth.backends.ModelBackend")
    answer: Any = await client.get(address)
    assert answer["Content-Type"] == "text/event-stream"
    async for piece in answer:
        text = piece.decode().strip()
        if text.startswith(("data: ", "event: ")):
            yield text


@pytest.fixture
def batch(recipient: Partner) -> MintBatch:
    """A running batch, which no worker mints for here."""
    return minting.started(b"applicantId\n66f0c2a4e19b7d3500000001\n", recipient)


def test_a_batch_tells_that_rows_were_minted_and_ends_when_nothing_moves_any_more(
    batch: MintBatch, donor_operator: User
) -> None:
    async def watch() -> list[str]:
        events = listening(donor_operator, f"/share-tokens/minting/{batch.pk}/live/")
        told = [await anext(events)]
        change = MintBatch.objects.filter(pk=batch.pk).update
        await sync_to_async(change)(waiting_count=0, failed_count=1, state="finished")
        return told + [event async for event in events]

    told = within(watch)
    assert set(told[:-1]) == {MOVED}
    assert len(told) >= 3
    assert told[-1].startswith("event: settled")


def test_a_stream_never_carries_more_than_that_something_moved(
    batch: MintBatch, donor_operator: User
) -> None:
    async def first() -> str:
        events = listening(donor_operator, f"/share-tokens/minting/{batch.pk}/live/")
        told: str = await anext(events)
        await events.aclose()
        return told

    assert within(first) == MOVED


def test_an_export_tells_how_it_comes_along(donor_operator: User) -> None:
    export = keep(b"applicantId\nabc\n", file_name="x.csv", by=donor_operator)

    async def watch() -> list[str]:
        events = listening(donor_operator, f"/applicants/import/{export.pk}/live/")
        told = [await anext(events)]
        await sync_to_async(type(export).objects.update)(state="finished")
        return told + [event async for event in events]

    told = within(watch)
    assert told[:-1] == [MOVED, MOVED]
    assert told[-1].startswith("event: settled")


def test_without_asgi_the_stream_ends_at_once_so_that_the_page_polls(
    batch: MintBatch, donor_operator: User, client_for: Browse
) -> None:
    answer = client_for(donor_operator).get(f"/share-tokens/minting/{batch.pk}/live/")
    assert answer.status_code == 204
