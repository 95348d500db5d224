"""What goes on the wire: the target that is signed is the target that arrives."""

import asyncio
import hashlib
import hmac
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sumsub import calls
from sumsub.calls import Call
from sumsub.client import Client, Lane
from sumsub.clock import SumsubClock
from sumsub.signing import Credentials
from tests.sumsub import far_end as servers
from tests.sumsub.conftest import Send
from tests.sumsub.far_end import FarEnd, Received, answers

SECRET = "secret-key-canary"
MANY = settings(max_examples=60, deadline=None, database=None)

# Everything a spreadsheet may bring, short of surrogates, which no UTF-8 can carry.
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
tricky = st.sampled_from(
    ["a b", "a+b", "a/b", "50%", "%20", "a&b=c", "é", "?#;", "~", "日本", "a.b"]
)
words = st.one_of(texts, tricky).filter(lambda text: text not in {".", ".."})


@pytest.fixture(scope="module")
def reached() -> Iterator[tuple[FarEnd, Client]]:
    """A far end and a client that stay for a whole run of examples."""
    credentials = Credentials("sbx:token", SECRET)
    with servers.far_end() as server, Client(server.url, credentials) as client:
        yield server, client


def arrived(reached: tuple[FarEnd, Client], call: Call[Any]) -> Received:
    """The request a call arrives as; its signature is checked on the bytes that arrived."""
    server, client = reached
    server.received.clear()
    server.will(answers(200, {"id": "66f1", "token": "t", "exists": False}))
    client.send(call)
    (request,) = server.received
    signed = b"".join(
        [request.headers["x-app-access-ts"].encode(), request.method.encode(), request.target]
    )
    expected = hmac.new(SECRET.encode(), signed + request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-app-access-sig"] == expected
    assert request.target == call.target
    return request


@MANY
@given(token=words, level=words, user=words)
def test_query_of_a_reuse_arrives_as_it_was_signed(
    reached: tuple[FarEnd, Client], token: str, level: str, user: str
) -> None:
    request = arrived(reached, calls.reuse(token, level, user))
    path, _, query = request.target.decode("ascii").partition("?")
    assert path == "/resources/api/reusableIdentity/reuse"
    assert "+" not in query
    given_values = [("shareToken", token), ("levelName", level), ("userId", user)]
    assert parse_qsl(query, strict_parsing=True) == given_values
    assert request.body == b""


@MANY
@given(external_id=words)
def test_id_in_a_path_arrives_as_one_segment(
    reached: tuple[FarEnd, Client], external_id: str
) -> None:
    request = arrived(reached, calls.lookup(external_id))
    *_, parent, segment = request.target.decode("ascii").split("/")
    assert parent == "byExternalUserId"
    assert unquote(segment, errors="strict") == external_id
    assert "?" not in segment


@MANY
@given(applicant_id=words, client_id=words, ttl=st.none() | st.integers(1, 10**7))
def test_body_of_a_minting_arrives_as_it_was_signed(
    reached: tuple[FarEnd, Client], applicant_id: str, client_id: str, ttl: int | None
) -> None:
    call = calls.share_token(applicant_id, client_id, ttl)
    request = arrived(reached, call)
    assert request.body == call.body
    assert request.headers["content-length"] == str(len(call.body))


def test_headers_and_times_are_as_sumsub_asks(send: Send, far_end: FarEnd) -> None:
    far_end.will(answers(200, {"id": "66f1"}))
    send(calls.reuse("t", "id only", "u"))
    (request,) = far_end.received
    assert request.headers["content-type"] == "application/json"
    assert request.headers["content-length"] == "0"
    assert request.headers["x-app-token"] == "sbx:app-token-canary.part-two"
    assert request.headers["x-app-access-ts"] == "1795132800"
    assert request.headers["host"] == far_end.url.removeprefix("http://")


def test_every_attempt_is_signed_afresh(far_end: FarEnd, credentials: Credentials) -> None:
    now = 1795132800.0
    clock = SumsubClock(lambda: now)
    call = calls.api_status()
    with Client(far_end.url, credentials, clock=clock) as client:
        client.send(call)
        now += 61
        client.send(call)
        clock.correct(now - 300)
        client.send(call)
    stamps = [request.headers["x-app-access-ts"] for request in far_end.received]
    assert stamps == ["1795132800", "1795132861", "1795132561"]
    assert len({request.headers["x-app-access-sig"] for request in far_end.received}) == 3


def test_no_cookie_comes_back(far_end: FarEnd, credentials: Credentials) -> None:
    far_end.will(answers(200, {}, Set_Cookie="edge=1; Path=/"))
    with Client(far_end.url, credentials) as client:
        client.api_status()
        client.api_status()
    assert all("cookie" not in request.headers for request in far_end.received)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_proxy_variables_are_ignored(
    send: Send, far_end: FarEnd, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with servers.far_end() as proxy:
        monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        send(calls.api_status())
        assert proxy.connections == 0
    assert len(far_end.received) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "api.sumsub.example",
        "ftp://api.sumsub.example",
        "https://",
        "https://user:word@api.sumsub.example",
        "https://api.sumsub.example/prefix",
        "https://api.sumsub.example/?x=1",
        "https://api.sumsub.example/#x",
        "https://api.sumsub.example:port",
    ],
)
def test_address_must_be_an_origin_and_nothing_more(address: str, credentials: Credentials) -> None:
    with pytest.raises(ValueError, match="address must be"):
        Client(address, credentials)
    with pytest.raises(ValueError, match="address must be"):
        Lane(address, credentials)


def test_address_may_end_in_a_slash(far_end: FarEnd, credentials: Credentials) -> None:
    async def story() -> None:
        async with Lane(far_end.url + "/", credentials) as lane:
            await lane.send(calls.api_status())

    asyncio.run(story())
    assert far_end.received[0].target == b"/resources/status/api"
