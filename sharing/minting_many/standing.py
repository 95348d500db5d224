"""How a batch stands: what its page shows besides its counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min

from sharing.database_clock import database_now
from sharing.minting_many.clock import clock_for
from sharing.models import BatchState, Concern, MintBatch, MintRow, MintState

# Rows settled in the last so many seconds tell how fast it goes.
RATE_SECONDS = 10.0
# Different reasons that a page shows.
REASONS = 20
REPEATED = "The same applicant as a line above, whose share token counts."
_SEGMENTS = (
    (MintState.MINTED, "minted"),
    (MintState.EXPIRED, "expired"),
    (MintState.FAILED, "failed"),
    (MintState.SKIPPED, "skipped"),
    (MintState.CANCELLED, "cancelled"),
    (MintState.MINTING, "minting"),
    (MintState.WAITING, "pending"),
    (MintState.FINDING, "pending"),
)


@dataclass(frozen=True)
class Standing:
    """A started batch at a moment. `rate` is in rows a second; `dies_first` and `dies_last` are
    the deaths of the share tokens that live, wherever they are."""

    batch: MintBatch
    rate: float
    seconds_left: float | None
    dies_first: datetime | None
    dies_last: datetime | None

    @property
    def done(self) -> int:
        """Rows that have their end."""
        return self.batch.total_count - self.batch.open_count

    @property
    def percent(self) -> int:
        """The part of them."""
        return 100 * self.done // self.batch.total_count if self.batch.total_count else 0

    @property
    def segments(self) -> list[tuple[str, int]]:
        """The rows as a bar draws them."""
        return [(look, self.batch.count(state)) for state, look in _SEGMENTS]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """Look, word and number of each state that has rows."""
        return [
            (look, state.label, self.batch.count(state))
            for state, look in _SEGMENTS
            if self.batch.count(state)
        ]


@dataclass(frozen=True)
class Why:
    """Rows without a share token for one reason; `said` is Sumsub's own sentence."""

    state: str
    told: str
    said: str
    error_code: int | None
    rows: int


def reasons_of(batch: MintBatch) -> list[Why]:
    """Why rows have no share token, the most frequent first; duplicates are one reason."""
    rows = MintRow.objects.of(batch).without_token()
    repeated = rows.filter(same_as_line__isnull=False).count()
    grouped = (
        rows.filter(same_as_line=None)
        .order_by()
        .values("state", "reason", "said", "error_code")
        .annotate(rows=Count("pk"))
        .order_by("-rows")[:REASONS]
    )
    found = [
        Why(
            one["state"],
            MintRow(state=one["state"], reason=one["reason"]).told,
            "" if one["said"] in one["reason"] else one["said"],
            one["error_code"],
            one["rows"],
        )
        for one in grouped
    ]
    if repeated:
        found.append(Why(MintState.SKIPPED, REPEATED, "", None, repeated))
    return sorted(found, key=lambda why: -why.rows)


def standing_of(batch: MintBatch) -> Standing:
    """How a started batch stands now."""
    now = database_now()
    recent = now - timedelta(seconds=RATE_SECONDS)
    settled = MintRow.objects.of(batch).filter(settled_at__gt=recent).count()
    since = (now - batch.started_at).total_seconds() if batch.started_at else RATE_SECONDS
    running = batch.state == BatchState.RUNNING
    return Standing(
        batch=batch,
        rate=settled / max(1.0, min(RATE_SECONDS, since)),
        seconds_left=clock_for(batch, batch.open_count).minting_seconds if running else None,
        **_deaths([batch], now).get(batch.pk, _NONE_LIVES),
    )


def standings_of(batches: Sequence[MintBatch]) -> list[Standing]:
    """How many batches stand, for a list: without their pace."""
    deaths = _deaths(batches, database_now())
    return [
        Standing(batch=batch, rate=0.0, seconds_left=None, **deaths.get(batch.pk, _NONE_LIVES))
        for batch in batches
    ]


_NONE_LIVES: dict[str, datetime | None] = {"dies_first": None, "dies_last": None}


def _deaths(batches: Sequence[MintBatch], now: datetime) -> dict[int, dict[str, datetime | None]]:
    """When the first and the last living share token of each batch die."""
    minted = MintRow.objects.filter(batch__in=batches, state=MintState.MINTED)
    alive = minted.filter(issued__expires_at__gt=now).order_by().values("batch")
    found = alive.annotate(first=Min("issued__expires_at"), last=Max("issued__expires_at"))
    return {one["batch"]: {"dies_first": one["first"], "dies_last": one["last"]} for one in found}


@dataclass(frozen=True)
class Draft:
    """What the check before minting found, in numbers; `to_mint` are those that would go."""

    to_mint: int
    refusable: int
    live: int
    look: int
    unknown: int
    to_look_up: int


def draft_of(batch: MintBatch, to_look_up: int) -> Draft:
    """The numbers of a draft, as it is chosen now."""
    now = database_now()
    rows = MintRow.objects.of(batch)
    waiting = rows.in_state(MintState.WAITING)
    by_concern = dict(waiting.order_by().values_list("concern").annotate(Count("pk")))
    left_out = MintRow.objects.to_leave_out(batch, now).count()
    return Draft(
        to_mint=batch.open_count - left_out,
        refusable=by_concern.get(Concern.REFUSABLE, 0),
        live=waiting.filter(live_until__gt=now).count(),
        look=by_concern.get(Concern.LOOK, 0),
        unknown=by_concern.get(Concern.UNKNOWN, 0),
        to_look_up=to_look_up,
    )
