"""The one place that turns settings into a Sumsub client with the shared rate budget."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
from urllib.parse import quote

from django.conf import settings
from django.db import transaction

from sharing import budget
from sharing.database_clock import database_now
from sumsub.calls import Call
from sumsub.client import Client, Lane
from sumsub.clock import SumsubClock
from sumsub.errors import ClockRefused, NotDelivered, Throttled
from sumsub.signing import Credentials, environment

T = TypeVar("T")

# A page or a command waits this long (seconds) for Sumsub's answer to one call.
PAGE_SECONDS = 15.0


class Busy(NotDelivered):
    """No permit came in time: the budget is in use by imports or minting. Nothing was sent."""


@dataclass(frozen=True)
class Connection:
    """Which Sumsub workspace this installation speaks for."""

    base_url: str
    credentials: Credentials
    client_id: str

    @property
    def environment(self) -> str:
        """`sandbox`, `production` or `unknown`, told by the app token's prefix."""
        return environment(self.credentials.app_token)

    @property
    def is_configured(self) -> bool:
        """True when an app token and a secret key are given."""
        return bool(self.credentials.app_token and self.credentials.secret_key)


def connection() -> Connection:
    """The connection that the settings describe."""
    return Connection(
        base_url=settings.SUMSUB_BASE_URL,
        credentials=Credentials(settings.SUMSUB_APP_TOKEN, settings.SUMSUB_SECRET_KEY),
        client_id=settings.SUMSUB_CLIENT_ID,
    )


@lru_cache(maxsize=1)
def clock() -> SumsubClock:
    """The clock of this process, corrected by Sumsub's `Date` header when it proved wrong."""
    return SumsubClock()


def dashboard_page_of(applicant_id: str) -> str:
    """An applicant's page in Sumsub's dashboard; empty where there is no dashboard."""
    dashboard = str(settings.SUMSUB_DASHBOARD_URL).rstrip("/")
    return f"{dashboard}#/applicant/{quote(applicant_id)}/client/basicInfo" if dashboard else ""


class BudgetedClient:
    """A blocking client for pages and commands; each call first takes a permit."""

    def __init__(self, client: Client, wait_seconds: float) -> None:
        self._client = client
        self._wait_seconds = wait_seconds

    def send(self, call: Call[T]) -> T:
        """Make one call.

        Raises Busy when no permit comes in time, else what `sumsub.errors` names. Not to be used
        inside a transaction: it waits for the network.
        """
        kind = budget.GET if call.method == "GET" else budget.POST
        try:
            return self._sent(call, kind)
        except ClockRefused as error:
            if error.server_time is None:
                raise
            # Refused before anything was done, so it may go again with the right time.
            self._client.clock.correct(error.server_time)
            return self._sent(call, kind)

    def _sent(self, call: Call[T], kind: str) -> T:
        self._wait_for_permit(kind)
        try:
            return self._client.send(call)
        except Throttled as error:
            with transaction.atomic():
                budget.throttled(
                    kind, now=database_now().timestamp(), retry_after=error.retry_after
                )
            raise

    def _wait_for_permit(self, kind: str) -> None:
        give_up = time.monotonic() + self._wait_seconds
        while not self._take_one(kind):
            pause = budget.next_permit_in(kind, now=database_now().timestamp())
            if time.monotonic() + pause > give_up:
                raise Busy(reason="no permit in time")
            time.sleep(max(0.01, pause))

    def _take_one(self, kind: str) -> bool:
        with transaction.atomic():
            return budget.take(kind, 1, now=database_now().timestamp()) == 1


@contextmanager
def client(*, wait_seconds: float = 5.0) -> Iterator[BudgetedClient]:
    """A client for a few calls in a row; waits up to `wait_seconds` for each permit."""
    here = connection()
    with Client(here.base_url, here.credentials, clock=clock(), read_timeout=PAGE_SECONDS) as inner:
        yield BudgetedClient(inner, wait_seconds)


def new_lane() -> Lane:
    """One lane of a drain: an async client that keeps a single connection alive.

    A lane takes no permits itself: the drain took them with the rows it claimed.
    """
    here = connection()
    return Lane(here.base_url, here.credentials, clock=clock())
