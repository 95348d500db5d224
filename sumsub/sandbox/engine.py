"""Everything a running sandbox holds, and what time does to it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from sumsub.sandbox.clock import Clock
from sumsub.sandbox.faults import Faults
from sumsub.sandbox.ledger import Entry, Ledger
from sumsub.sandbox.levels_kept import restore_levels
from sumsub.sandbox.outbox import Outbox
from sumsub.sandbox.population import Population
from sumsub.sandbox.ratelimit import RateLimiter
from sumsub.sandbox.reviews import Reviews
from sumsub.sandbox.scenario import Call, Scenario, Switches, parse_scenario
from sumsub.sandbox.share_tokens import TokenBook
from sumsub.sandbox.store import Store
from sumsub.sandbox.webhooks_kept import WebhookBook
from sumsub.sandbox.wire import Request
from sumsub.sandbox.workspaces import Directory, Workspace
from sumsub.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Options:
    """How a sandbox is started. Without ``state`` nothing outlives the process."""

    state: Path | None = None
    seed: str | None = None
    applicants: int = 200
    scenario: Scenario = field(default_factory=Scenario)
    webhook_url: str = ""
    host: str = "127.0.0.1"


@dataclass
class Incoming:
    """One authenticated call on its way to its handler.

    A stale read knows nothing of what was made or decided after ``stale_since`` (milliseconds since
    1970), whatever stands above it; None reads everything.
    """

    request: Request
    call: Call
    workspace: Workspace
    args: tuple[str, ...] = ()
    stale_since: float | None = None
    entry: Entry | None = None


class Engine:
    """The sandbox's state: store, workspaces, applicants, tokens, ledger, faults, clock."""

    def __init__(self, options: Options) -> None:
        self.host = options.host
        self.clock = Clock()
        self.store = Store(options.state)
        self.seed, born = self._roots(options.seed)
        self.directory = Directory(self.store, self.seed)
        restore_levels(self.store, self.directory)
        self._hook_up(options.webhook_url)
        self.ledger = Ledger(self.store)
        self.tokens = TokenBook(self.store, self.clock)
        self.limiter = RateLimiter()
        self.webhooks = WebhookBook(self.store, self.directory, self.clock)
        self.outbox = Outbox(self.store, self.webhooks, self.clock, lambda: self.switches)
        self.start_switches: Switches = options.scenario.switches
        self.apply(options.scenario)
        self.world = World(
            self.store,
            self.directory,
            self.clock,
            seed=self.seed,
            born=born,
            count=options.applicants,
        )
        self.reviews = Reviews(
            self.store,
            self.world,
            self.outbox,
            self.ledger,
            self.clock,
            lambda: self.switches.review_delay_ms,
        )

    @property
    def switches(self) -> Switches:
        """The switches in force."""
        return self.scenario.switches

    @property
    def donors(self) -> Population:
        """The donor's generated applicants."""
        return self.world.donors

    def apply(self, scenario: Scenario) -> None:
        """Put a scenario in force; its dice start anew."""
        self.scenario = scenario
        self.faults = Faults(scenario.rules, scenario.seed)
        self.outbox.throw_anew(scenario.seed or 0)
        self.clock.offset_seconds = scenario.switches.clock_offset_seconds

    def replace_scenario(self, text: bytes) -> None:
        """Put a written scenario in force; raises ScenarioError and leaves the old one."""
        self.apply(parse_scenario(text, self.start_switches))

    def record(self, incoming: Incoming, entry: Entry) -> None:
        """Write to the ledger, and keep the entry for a `dropped` that may follow."""
        incoming.entry = entry
        self.ledger.write(self.clock.now_ms(), entry)

    def _hook_up(self, webhook_url: str) -> None:
        if webhook_url:
            recipient = self.directory.recipient
            recipient.settings = replace(recipient.settings, webhook_url=webhook_url)

    def _roots(self, wanted: str | None) -> tuple[str, date]:
        """The seed and the birthday of this world; a kept state wins over the wish."""
        with self.store.transaction():
            seed = self.store.setting("seed")
            if seed is None:
                seed = wanted if wanted is not None else secrets.token_hex(16)
                self.store.remember("seed", seed)
                self.store.remember("born", self.clock.today().isoformat())
            return seed, date.fromisoformat(self.store.setting("born") or "")
