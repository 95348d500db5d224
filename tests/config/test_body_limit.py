"""A body that is too large is refused while it comes, before anything is kept of it."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from config.body_limit import BodyLimit, Message

LIMIT = 10
PATH = "/small"


class Far:
    """An application that answers with the body it was given."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": []})


def status_of(
    far: Far, *parts: bytes, path: str = PATH, announced: bytes | None = None, gone: bool = False
) -> int:
    """The status of the answer to a body that comes in parts."""
    messages = _messages(parts, gone=gone)
    answered: list[Message] = []

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        answered.append(message)

    headers = [] if announced is None else [(b"content-length", announced)]
    scope = {"type": "http", "path": path, "headers": headers}
    asyncio.run(BodyLimit(far, {PATH: LIMIT, "/all/": LIMIT})(scope, receive, send))
    return int(answered[0]["status"])


def _messages(parts: tuple[bytes, ...], *, gone: bool) -> Iterator[Message]:
    for number, part in enumerate(parts, start=1):
        more = gone or number < len(parts)
        yield {"type": "http.request", "body": part, "more_body": more}
    while gone:
        yield {"type": "http.disconnect"}


@pytest.mark.parametrize("parts", [(b"",), (b"x" * 10,), (b"x" * 5, b"y" * 5)])
def test_a_body_within_the_limit_arrives_whole(parts: tuple[bytes, ...]) -> None:
    far = Far()
    assert status_of(far, *parts) == 200
    assert far.bodies == [b"".join(parts)]


def test_a_body_that_announces_too_much_is_not_even_read() -> None:
    far = Far()
    assert status_of(far, announced=b"11") == 413
    assert not far.bodies


def test_a_body_that_grows_too_large_is_refused_whatever_it_announced() -> None:
    far = Far()
    assert status_of(far, b"x" * 8, b"x" * 8, b"x" * 8, announced=b"5") == 413
    assert not far.bodies


@pytest.mark.parametrize("announced", [b"-1", b"ten", b"", b"\xb2"])
def test_an_announcement_that_is_no_number_counts_as_none(announced: bytes) -> None:
    assert status_of(Far(), b"x", announced=announced) == 200


def test_a_sender_that_hangs_up_leaves_nothing() -> None:
    far = Far()
    assert status_of(far, b"x", gone=True) == 413
    assert not far.bodies


@pytest.mark.parametrize("path", ["/all/", "/all/of/it/"])
def test_a_limit_may_hold_for_all_addresses_that_begin_alike(path: str) -> None:
    far = Far()
    assert status_of(far, b"x" * 11, path=path) == 413
    assert not far.bodies


def test_other_addresses_have_their_own_limits() -> None:
    far = Far()
    assert status_of(far, b"x" * 100, path="/large") == 200
    assert far.bodies == [b"x" * 100]
