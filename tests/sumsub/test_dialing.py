"""A host with several addresses: one that is silent or refuses must not cost the connection."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from sumsub.dialing import Address, dialled, first_connected
from tests.parts.deaf import deaf_listener
from tests.sumsub.conftest import run_in


def address(listener: socket.socket) -> Address:
    return socket.AF_INET, socket.SOCK_STREAM, 0, "", listener.getsockname()


@pytest.fixture
def listening() -> Iterator[Address]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield address(listener)


@pytest.fixture
def refusing() -> Address:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return address(listener)


@pytest.fixture
def silent() -> Iterator[Address]:
    """An address whose queue of connections is full."""
    with deaf_listener() as listener:
        yield address(listener)


def reached(loop: str, *addresses: Address) -> object:
    """The address that took the call."""

    async def story() -> object:
        async with asyncio.timeout(20):
            sock = await first_connected(addresses)
        with sock:
            return sock.getpeername()

    return run_in(loop, story())


def test_first_address_that_takes_the_call_is_taken(
    loop: str, listening: Address, refusing: Address
) -> None:
    assert reached(loop, listening, refusing) == listening[4]


def test_refusal_leads_to_the_next_address(
    loop: str, refusing: Address, listening: Address
) -> None:
    assert reached(loop, refusing, refusing, listening) == listening[4]


def test_silent_address_soon_gets_a_rival(loop: str, silent: Address, listening: Address) -> None:
    assert reached(loop, silent, listening) == listening[4], "giving up would take minutes"


@pytest.mark.parametrize("count", [0, 1, 2])
def test_no_address_that_takes_the_call_is_an_error(
    loop: str, refusing: Address, count: int
) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - which one, the system says
        reached(loop, *[refusing] * count)


def test_waiting_can_be_cut_short(loop: str, silent: Address) -> None:
    async def story() -> None:
        async with asyncio.timeout(0.05):
            await first_connected([silent])

    with pytest.raises(TimeoutError):
        run_in(loop, story())


def test_name_is_looked_up(loop: str, listening: Address) -> None:
    async def story() -> object:
        with await dialled("localhost", listening[4][1]) as sock:
            return sock.getpeername()

    assert run_in(loop, story()) == listening[4]
