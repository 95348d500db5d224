"""Pages of the donor's side that are told by a stream that something moved."""

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from sharing.applicant_exports.storing import keep
from sharing.models import MintBatch, Partner
from tests.parts.streams import listening, within
from tests.sharing import minting
from tests.sharing.conftest import Browse

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
MOVED = {"data": '{"moved": true}'}


@pytest.fixture
def batch(recipient: Partner) -> MintBatch:
    """A running batch, which no worker mints for here."""
    return minting.started(b"applicantId\n66f0c2a4e19b7d3500000001\n", recipient)


def test_a_batch_tells_that_rows_were_minted_and_ends_when_nothing_moves_any_more(
    batch: MintBatch, donor_operator: User
) -> None:
    async def watch() -> list[dict[str, str]]:
        events = listening(donor_operator, f"/share-tokens/minting/{batch.pk}/live/")
        told = [await anext(events)]
        change = MintBatch.objects.filter(pk=batch.pk).update
        await sync_to_async(change)(waiting_count=0, failed_count=1, state="finished")
        return told + [event async for event in events]

    told = within(watch)
    assert all(event == MOVED for event in told[:-1])
    assert len(told) >= 3
    assert told[-1]["event"] == "settled"


def test_a_stream_never_carries_more_than_that_something_moved(
    batch: MintBatch, donor_operator: User
) -> None:
    async def first() -> dict[str, str]:
        events = listening(donor_operator, f"/share-tokens/minting/{batch.pk}/live/")
        told = await anext(events)
        await events.aclose()
        return told

    assert within(first) == MOVED


def test_an_export_tells_how_it_comes_along(donor_operator: User) -> None:
    export = keep(b"applicantId\nabc\n", file_name="x.csv", by=donor_operator)

    async def watch() -> list[dict[str, str]]:
        events = listening(donor_operator, f"/applicants/import/{export.pk}/live/")
        told = [await anext(events)]
        await sync_to_async(type(export).objects.update)(state="finished")
        return told + [event async for event in events]

    told = within(watch)
    assert told[:-1] == [MOVED, MOVED]
    assert told[-1]["event"] == "settled"


def test_without_asgi_the_stream_ends_at_once_so_that_the_page_polls(
    batch: MintBatch, donor_operator: User, client_for: Browse
) -> None:
    answer = client_for(donor_operator).get(f"/share-tokens/minting/{batch.pk}/live/")
    assert answer.status_code == 204
