"""Two ways to speak to Sumsub: a blocking client for pages and commands, a lane for the drain."""

import asyncio
import ssl
import time
from collections.abc import Sequence
from contextlib import closing
from types import TracebackType
from typing import Self, TypeVar

import httpx

from sumsub import calls
from sumsub.calls import Call, PreviewMethod
from sumsub.clock import SumsubClock
from sumsub.connection import KEEPALIVE_SECONDS, Connection, Exchange
from sumsub.records import Applicant, Level, Lookup, Review, ShareToken, StepStatus
from sumsub.signing import Credentials
from sumsub.transport import Attempt, Overrun, Wire, shared_ssl_context

T = TypeVar("T")


class Client:
    """A blocking client, safe to share between threads. All timeouts are in seconds.

    Every method raises the errors of `sumsub.errors` and nothing else.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        clock: SumsubClock | None = None,
        transport: httpx.BaseTransport | None = None,
        ssl_context: ssl.SSLContext | None = None,
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        total_timeout: float = 45.0,
    ) -> None:
        self.clock = clock or SumsubClock()
        self._wire = Wire(base_url, credentials, self.clock, connect_timeout, read_timeout)
        self._total_timeout = total_timeout
        self._transport = transport or httpx.HTTPTransport(
            verify=ssl_context or shared_ssl_context(),
            trust_env=False,
            limits=httpx.Limits(
                max_connections=10, max_keepalive_connections=2, keepalive_expiry=KEEPALIVE_SECONDS
            ),
        )

    def send(self, call: Call[T]) -> T:
        """Make one attempt at a call; its value, or the error of `sumsub.errors` it ended in."""
        attempt = Attempt(self._wire, call, not_after=None, total_timeout=self._total_timeout)
        try:
            self._exchange(attempt)
        except Exception as error:
            failure = attempt.failed(error)
        else:
            return attempt.result()
        # Raised out here so that it drags along no frame of httpx that holds the request.
        raise failure

    def _exchange(self, attempt: Attempt[T]) -> None:
        with closing(self._transport.handle_request(attempt.request())) as response:
            attempt.answered(response.status_code, response.headers)
            for chunk in response.iter_bytes():
                attempt.feed(chunk)

    def share_token(
        self, applicant_id: str, for_client_id: str, ttl_seconds: int | None = None
    ) -> ShareToken:
        """Mint a share token; see `calls.share_token`."""
        return self.send(calls.share_token(applicant_id, for_client_id, ttl_seconds))

    def share_token_legacy(
        self, applicant_id: str, for_client_id: str, ttl_seconds: int | None = None
    ) -> ShareToken:
        """Mint a share token by the older call; see `calls.share_token_legacy`."""
        return self.send(calls.share_token_legacy(applicant_id, for_client_id, ttl_seconds))

    def reuse(self, share_token: str, level_name: str, user_id: str) -> Applicant:
        """Redeem a share token with fresh checks; see `calls.reuse`."""
        return self.send(calls.reuse(share_token, level_name, user_id))

    def reuse_preview(
        self,
        share_token: str,
        level_name: str,
        user_id: str | None = None,
        method: PreviewMethod = "GET",
    ) -> Applicant:
        """What a reuse would make; see `calls.reuse_preview`."""
        return self.send(calls.reuse_preview(share_token, level_name, user_id, method))

    def copy(
        self,
        share_token: str,
        level_name: str | None = None,
        user_id: str | None = None,
        reset_steps: Sequence[str] = (),
    ) -> Applicant:
        """Redeem a share token without fresh checks; see `calls.copy`."""
        return self.send(calls.copy(share_token, level_name, user_id, reset_steps))

    def copy_preview(self, share_token: str, method: PreviewMethod = "GET") -> Applicant:
        """What a copy would make; see `calls.copy_preview`."""
        return self.send(calls.copy_preview(share_token, method))

    def applicant(self, applicant_id: str) -> Applicant:
        """An applicant by Sumsub's id."""
        return self.send(calls.applicant(applicant_id))

    def applicant_by_external_id(self, external_id: str) -> Applicant:
        """An applicant by our id; see `calls.applicant_by_external_id`."""
        return self.send(calls.applicant_by_external_id(external_id))

    def lookup(self, external_id: str) -> Lookup:
        """Whether our id is in use; see `calls.lookup`."""
        return self.send(calls.lookup(external_id))

    def review(self, applicant_id: str) -> Review:
        """The review of an applicant."""
        return self.send(calls.review(applicant_id))

    def steps(self, applicant_id: str) -> tuple[StepStatus, ...]:
        """How far each step of an applicant's level is."""
        return self.send(calls.steps(applicant_id))

    def levels(self) -> tuple[Level, ...]:
        """The workspace's verification levels."""
        return self.send(calls.levels())

    def api_status(self) -> None:
        """Ends without an error when the API is up."""
        self.send(calls.api_status())

    def applicant_count(self) -> int | None:
        """How many applicants the workspace has, if Sumsub says so."""
        return self.send(calls.applicant_count())

    def close(self) -> None:
        """Close the idle connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Lane:
    """One keep-alive connection for one call at a time. All timeouts are in seconds.

    `wrote_at` is the `time.monotonic()` moment at which the last call's request was written, None
    when it was not.

    Many lanes are much cheaper than one pool of connections, whose cost per request grows with
    their number.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        clock: SumsubClock | None = None,
        ssl_context: ssl.SSLContext | None = None,
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        total_timeout: float = 45.0,
        keepalive: float = KEEPALIVE_SECONDS,
    ) -> None:
        self.clock = clock or SumsubClock()
        self._wire = Wire(base_url, credentials, self.clock, connect_timeout, read_timeout)
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._total_timeout = total_timeout
        self._keepalive = keepalive
        self._tls = (ssl_context or shared_ssl_context()) if self._wire.is_encrypted else None
        self._connection: Connection | None = None
        self._is_busy = False
        self.wrote_at: float | None = None

    async def send(self, call: Call[T], *, not_after: float | None = None) -> T:
        """Make one attempt at a call; its value, or the error of `sumsub.errors` it ended in.

        `not_after` is a `time.monotonic()` moment, looked at right before the request is written:
        past it nothing is, and LeaseEnded is raised.
        """
        attempt = Attempt(self._wire, call, not_after=not_after, total_timeout=self._total_timeout)
        try:
            await self._exchange(attempt)
        except Exception as error:
            failure = attempt.failed(error)
        else:
            return attempt.result()
        finally:
            self.wrote_at = attempt.wrote_at
        raise failure

    async def _exchange(self, attempt: Attempt[T]) -> None:
        attempt.connecting()
        if self._is_busy:
            raise httpx.PoolTimeout("one call at a time")
        self._is_busy = True
        try:
            connection = self._connection
            if connection is None or not connection.is_reusable(keepalive=self._keepalive):
                connection = await self._connected(attempt)
            await connection.carry(Exchange(attempt, self._read_timeout))
        finally:
            self._is_busy = False

    async def _connected(self, attempt: Attempt[T]) -> Connection:
        if self._connection is not None:
            self._connection.close()
        left = attempt.deadline - time.monotonic()
        try:
            async with asyncio.timeout(min(left, self._connect_timeout)):
                self._connection = await Connection.opened(*self._wire.address, self._tls)
        except TimeoutError:
            if left <= self._connect_timeout:
                raise Overrun("total timeout") from None
            raise httpx.ConnectTimeout("no connection in time") from None
        except (OSError, ValueError):
            raise httpx.ConnectError("no connection") from None
        # Looked at here too, so that a connection that came late serves at least the next call.
        attempt.check_lease()
        return self._connection

    async def aclose(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()
