"""A lane: one connection kept alive, a lease looked at before the write, an end to all waiting."""

import asyncio
import gzip
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sumsub import calls
from sumsub.client import Lane
from sumsub.connection import unpacking
from sumsub.errors import LeaseEnded, NotDelivered, SumsubError, Unclear
from sumsub.signing import Credentials
from sumsub.transport import LARGEST_BODY
from tests.sumsub.conftest import run_in
from tests.sumsub.far_end import (
    Conversation,
    FarEnd,
    answers,
    drops,
    hangs_up,
    raw,
    sends,
    stalls,
    trickles,
)

REUSE = calls.reuse("_act-sbx-0000-canary", "id-only", "cust-42")
TWICE = raw(200, b'{"id": "1"}') + raw(200, b'{"id": "stray"}')
APPLICANT = {"id": "66f1a0b2c3d4e5f607182930", "externalUserId": "cust-42"}

InLane = Callable[..., None]


@pytest.fixture
def in_lane(far_end: FarEnd, credentials: Credentials, loop: str) -> InLane:
    """Runs a story over one lane to the far end, on either event loop."""

    def run(story: Callable[[Lane], Awaitable[None]], url: str = "", **options: Any) -> None:
        async def told() -> None:
            async with Lane(url or far_end.url, credentials, **options) as lane:
                await story(lane)

        run_in(loop, told())

    return run


async def failure(lane: Lane, not_after: float | None = None) -> SumsubError:
    with pytest.raises(SumsubError) as caught:
        await lane.send(REUSE, not_after=not_after)
    return caught.value


def test_connection_is_kept_for_the_next_call(far_end: FarEnd, in_lane: InLane) -> None:
    async def story(lane: Lane) -> None:
        for _ in range(3):
            await lane.send(REUSE)

    far_end.will(*[answers(200, APPLICANT)] * 3)
    in_lane(story)
    assert [request.connection for request in far_end.received] == [0, 0, 0]


def test_refusal_does_not_cost_the_connection(far_end: FarEnd, in_lane: InLane) -> None:
    async def story(lane: Lane) -> None:
        await failure(lane)
        await lane.send(REUSE)

    far_end.will(answers(429, {"code": 429}), answers(200, APPLICANT))
    in_lane(story)
    assert [request.connection for request in far_end.received] == [0, 0]


@pytest.mark.parametrize("told", [True, False], ids=["loop was told", "loop was busy"])
def test_idle_connection_closed_by_sumsub_is_replaced(
    far_end: FarEnd, in_lane: InLane, told: bool
) -> None:
    async def story(lane: Lane) -> None:
        await lane.send(REUSE)
        if told:
            await asyncio.sleep(0.05)
        else:
            time.sleep(0.05)
        await lane.send(REUSE)

    far_end.will(sends(raw(200, b'{"id": "1"}'), then_close=True), answers(200, APPLICANT))
    in_lane(story)
    assert [request.connection for request in far_end.received] == [0, 1]


@pytest.mark.parametrize("pause", [0.0, 0.05], ids=["at once", "while idle"])
def test_bytes_beyond_an_answer_never_pass_for_the_next_one(
    far_end: FarEnd, in_lane: InLane, pause: float
) -> None:
    def talkative(talk: Conversation) -> bool:
        talk.sock.sendall(raw(200, b'{"id": "1"}') if pause else TWICE)
        time.sleep(pause)
        return not pause or sends(raw(200, b'{"id": "stray"}'))(talk)

    async def story(lane: Lane) -> None:
        assert (await lane.send(REUSE)).id == "1"
        await asyncio.sleep(2 * pause)
        assert (await lane.send(REUSE)).id == APPLICANT["id"]

    far_end.will(talkative, answers(200, APPLICANT))
    in_lane(story)
    assert [request.connection for request in far_end.received] == [0, 1]


@pytest.mark.parametrize(
    "last",
    [
        raw(200, b'{"id": "1"}', Connection="close"),
        b'HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\n{"id": "1"}',
    ],
    ids=["says close", "HTTP/1.0"],
)
def test_connection_that_ends_with_its_answer_is_replaced(
    far_end: FarEnd, in_lane: InLane, last: bytes
) -> None:
    async def story(lane: Lane) -> None:
        assert (await lane.send(REUSE)).id == "1"
        await lane.send(REUSE)

    far_end.will(sends(last), answers(200, APPLICANT))
    in_lane(story)
    assert [request.connection for request in far_end.received] == [0, 1]


def test_connection_idle_for_too_long_is_replaced(far_end: FarEnd, in_lane: InLane) -> None:
    async def story(lane: Lane) -> None:
        await lane.send(REUSE)
        await asyncio.sleep(0.02)
        await lane.send(REUSE)

    far_end.will(answers(200, APPLICANT), answers(200, APPLICANT))
    in_lane(story, keepalive=0.01)
    assert [request.connection for request in far_end.received] == [0, 1]


@pytest.mark.parametrize("size", [1, 10_000], ids=["byte by byte", "all at once"])
def test_answer_may_come_in_any_pieces(far_end: FarEnd, in_lane: InLane, size: int) -> None:
    whole = b"HTTP/1.1 103 Early Hints\r\n\r\n" + raw(200, b'{"id": "1"}')

    def in_pieces(talk: Conversation) -> bool:
        talk.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(whole), size):
            talk.sock.sendall(whole[start : start + size])
            time.sleep(0.0002)
        return True

    async def story(lane: Lane) -> None:
        assert (await lane.send(REUSE)).id == "1"
        assert (await lane.send(REUSE)).id == APPLICANT["id"]

    far_end.will(in_pieces, answers(200, APPLICANT))
    in_lane(story, read_timeout=5)
    assert [request.connection for request in far_end.received] == [0, 0]


def test_slow_answer_outlives_the_read_timeout_as_long_as_something_comes(
    far_end: FarEnd, in_lane: InLane
) -> None:
    def slow(talk: Conversation) -> bool:
        for part in (b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", b'{"id"', b': "1"}'):
            talk.sock.sendall(part)
            time.sleep(0.4)
        return True

    async def story(lane: Lane) -> None:
        assert (await lane.send(REUSE)).id == "1"

    far_end.will(slow)
    in_lane(story, read_timeout=1.0)


@pytest.mark.parametrize("behaviour", [drops, hangs_up])
def test_failure_on_a_reused_connection_is_unclear_and_written_once(
    far_end: FarEnd, in_lane: InLane, behaviour: Callable[..., bool]
) -> None:
    async def story(lane: Lane) -> None:
        await lane.send(REUSE)
        assert type(await failure(lane)) is Unclear
        await lane.send(REUSE)

    far_end.will(answers(200, APPLICANT), behaviour, answers(200, APPLICANT))
    in_lane(story)
    assert [request.connection for request in far_end.received] == [0, 0, 1]


def test_lease_that_has_ended_opens_no_connection(far_end: FarEnd, in_lane: InLane) -> None:
    async def story(lane: Lane) -> None:
        assert type(await failure(lane, time.monotonic() - 0.001)) is LeaseEnded

    in_lane(story)
    assert (far_end.connections, far_end.received) == (0, [])


def test_lease_is_looked_at_again_on_a_kept_connection(far_end: FarEnd, in_lane: InLane) -> None:
    async def story(lane: Lane) -> None:
        await lane.send(REUSE, not_after=time.monotonic() + 10)
        assert type(await failure(lane, time.monotonic() - 0.001)) is LeaseEnded
        await lane.send(REUSE, not_after=time.monotonic() + 10)

    far_end.will(answers(200, APPLICANT), answers(200, APPLICANT))
    in_lane(story)
    assert len(far_end.received) == 2


def test_lane_goes_on_after_an_endless_body(far_end: FarEnd, in_lane: InLane) -> None:
    async def story(lane: Lane) -> None:
        error = await failure(lane)
        assert isinstance(error, Unclear)
        assert error.reason == "body too large"
        await lane.send(REUSE)

    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b" " * (LARGEST_BODY + 1)
    far_end.will(sends(endless), answers(200, APPLICANT))
    in_lane(story, connect_timeout=0.2)
    assert [request.connection for request in far_end.received] == [0, 1]


def test_no_piece_unpacks_to_more_than_just_above_the_largest_body() -> None:
    packed = gzip.compress(b"x" * LARGEST_BODY * 3)
    assert len(unpacking("gzip")(packed)) == LARGEST_BODY + 1


def test_lane_asks_for_plain_bodies(far_end: FarEnd, in_lane: InLane) -> None:
    async def story(lane: Lane) -> None:
        await lane.send(REUSE)

    far_end.will(answers(200, APPLICANT))
    in_lane(story)
    assert far_end.received[0].headers["accept-encoding"] == "identity"


def test_total_time_ends_a_wait_and_the_lane_goes_on(far_end: FarEnd, in_lane: InLane) -> None:
    async def story(lane: Lane) -> None:
        error = await failure(lane)
        assert isinstance(error, Unclear)
        assert (error.reason, error.status) == ("total timeout", None)
        await lane.send(REUSE)

    far_end.will(stalls, answers(200, APPLICANT))
    started = time.monotonic()
    in_lane(story, total_timeout=0.15)
    assert time.monotonic() - started < 1.5
    assert [request.connection for request in far_end.received] == [0, 1]


def test_headers_that_trickle_in_end_with_the_total_time(far_end: FarEnd, in_lane: InLane) -> None:
    async def story(lane: Lane) -> None:
        assert type(await failure(lane)) is Unclear

    far_end.will(trickles(b"HTTP/1.1 200 OK\r\nX-Filler: "))
    in_lane(story, total_timeout=0.15)


def test_total_time_that_ends_before_the_write_means_not_delivered(
    far_end: FarEnd, in_lane: InLane
) -> None:
    async def story(lane: Lane) -> None:
        error = await failure(lane)
        assert repr(error) == "NotDelivered(reason='total timeout')"

    with socket.create_server(("127.0.0.1", 0)) as silent:
        # TCP connects, TLS never answers.
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        in_lane(story, url, total_timeout=0.15)


def test_busy_lane_turns_a_second_call_away_undelivered(far_end: FarEnd, in_lane: InLane) -> None:
    async def story(lane: Lane) -> None:
        first = asyncio.create_task(failure(lane))
        await asyncio.sleep(0.05)
        assert repr(await failure(lane)) == "NotDelivered(reason='PoolTimeout')"
        assert type(await first) is Unclear

    far_end.will(stalls)
    in_lane(story, connect_timeout=0.1, read_timeout=0.4)
    assert len(far_end.received) == 1


def test_cancelling_a_call_frees_the_lane(far_end: FarEnd, in_lane: InLane) -> None:
    async def story(lane: Lane) -> None:
        task = asyncio.create_task(lane.send(REUSE))
        while not far_end.received:
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await lane.send(REUSE)

    far_end.will(stalls, answers(200, APPLICANT))
    in_lane(story)
    assert [request.connection for request in far_end.received] == [0, 1]


def test_not_delivered_leaves_the_lane_usable(credentials: Credentials) -> None:
    async def story() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        async with Lane(f"http://127.0.0.1:{port}", credentials) as lane:
            assert type(await failure(lane)) is NotDelivered
            assert type(await failure(lane)) is NotDelivered

    asyncio.run(story())


def test_an_app_token_that_would_be_two_headers_is_never_written(far_end: FarEnd) -> None:
    async def story() -> None:
        async with Lane(far_end.url, Credentials("sbx:a\r\nX-Other: b", "secret")) as lane:
            assert type(await failure(lane)) is NotDelivered

    asyncio.run(story())
    assert far_end.received == []
