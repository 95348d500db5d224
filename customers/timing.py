"""Every wait and count of the row engine in one place.

The defaults are those of docs/architecture.md. The setting REDEMPTION_TIMING overrides any of
them by name, which is how tests run the same machine on a shorter clock.
"""

from dataclasses import dataclass

from django.conf import settings

from sharing.timing_settings import with_settings


@dataclass(frozen=True)
class Timing:
    """Seconds, unless the name says otherwise."""

    tick: float = 0.025
    """Least time between two transactions of a drain."""
    breath: float = 0.2
    """The same while a rate limit binds: permits of that time go out together, and none is lost."""
    idle: float = 0.5
    """Longest time a drain waits before it looks again."""
    linger: float = 12.0
    """A drain stays while the next thing is due within this time."""
    look: float = 2.0
    """How often an idle worker looks whether something is due, if no bell wakes it."""
    send_lanes: int = 0
    """Concurrent redemptions of one process; 0 = as many as the budget can use."""
    ask_lanes: int = 16
    """Concurrent lookups and review reads of one process."""
    lease: float = 60.0
    """How long a claimed row belongs to its drain."""
    write_within: float = 10.0
    """A claimed row is not written to the socket later than this."""
    shutdown: float = 8.0
    """How long a stopping drain waits for answers on the wire."""
    lookup_offsets: tuple[float, ...] = (2, 5, 15, 45, 120, 300, 600, 900)
    """When a row in doubt is looked up, counted from the moment it fell into doubt."""
    lookup_hourly: float = 3600.0
    lookup_hours: int = 24
    quiet: float = 900.0
    """Time without a send after which absence may be final."""
    absents: int = 5
    """Absent answers that absence needs to be final."""
    absent_gap: float = 300.0
    """Least time between the last two of them."""
    dead_token_margin: float = 300.0
    """Time past a declared deadline after which one absent answer is final."""
    asking: float = 60.0
    """How long a lookup or a review belongs to the process that took it."""
    control_fresh: float = 300.0
    """How long a positive control of the lookups counts."""
    resend: bool = True
    resend_absents: int = 3
    resend_span: float = 90.0
    resend_margin: float = 60.0
    """A resend needs this much life left in the share token."""
    assumed_ttl: float = 1200.0
    """Life of a share token whose file declared none, from the upload on."""
    breaker_failures: int = 5
    breaker_window: float = 30.0
    breaker_pause: float = 5.0
    breaker_longest_pause: float = 300.0
    gate_probe: float = 15.0
    """How often a harmless call tries a gate that may open by itself."""
    dead_token_run: int = 20
    """Refused share tokens in a row that pause an import."""
    give_up_rows: int = 5000
    """Rows of a cancelled import that one transaction ends: a quarter of a second's work."""
    review_offsets: tuple[float, ...] = (5, 30, 120, 600)
    """When the review of a new applicant is read, counted from its import."""
    review_hourly: float = 3600.0
    """How often a review that is under way is read after that."""
    review_told: float = 6 * 3600.0
    """The same while webhooks come: they tell, and a reading only looks for those that got lost."""
    review_over: float = 24 * 3600.0
    """How often a completed review is read: Sumsub may review somebody again."""
    review_over_told: float = 7 * 24 * 3600.0
    """The same while webhooks come."""
    review_confirm: float = 5.0
    """How long after a webhook a reading confirms what it told; an approval's comes at once."""
    review_under_way: float = 120.0
    """The same for a review that goes on: its verdict is likely to come first, and is read then."""

    webhooks_silent: float = 7 * 24 * 3600.0
    """Webhooks count as coming for so long after the last one."""
    webhook_missed: float = 24 * 3600.0
    """And not for so long after a reading found a change that none had told."""
    event_offsets: tuple[float, ...] = (2, 10, 60, 600, 3600)
    """Waits between looks at a webhook whose applicant is not ours yet; the last one repeats."""
    event_held: float = 48 * 3600.0
    """How long such a webhook is kept."""
    event_kept: float = 30 * 24 * 3600.0
    """How long a webhook is remembered, so that its repetition changes nothing."""

    preview_lanes: int = 0
    """Concurrent previews of one process; 0 = as many as the budget can use."""
    preview_lease: float = 45.0
    """How long a look belongs to the process that asks for it, counted from its last answer."""
    preview_turn: float = 5.0
    """How long a process asks for one look before it gives another its turn."""
    preview_tries: int = 3
    """Previews of one row before it counts as without an answer."""
    preview_pause: float = 2.0
    """Rest after a round in which nothing was answered."""
    preview_silence: int = 20
    """Rows without an answer in a row that stop a look."""
    preview_ahead: float = 3.0
    """Each row before it is sent: so many seconds' worth of rows may wait for their turn."""
    rest_rows: int = 5000
    """Rows that one transaction sends on unasked: a quarter of a second's work."""

    @classmethod
    def current(cls) -> "Timing":
        """The timing that the settings ask for. Raises TypeError for a name that is none."""
        return with_settings(cls, settings.REDEMPTION_TIMING)
