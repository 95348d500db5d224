"""Questions about many rows, by name."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from customers.models.customers import Customer
from customers.models.imports import Import
from customers.models.index_words import written_out
from customers.models.row_needs import RowNeeds
from customers.models.row_outlooks import RowOutlooks
from customers.models.row_search import RowSearch
from customers.models.row_states import (
    DEAD_STATES,
    LIVE_STATES,
    TELLING_STATES,
    UNDECIDED_STATES,
    WITHOUT_APPLICANT,
    RowState,
)
from customers.timing import Timing

if TYPE_CHECKING:
    from customers.models.rows import Row

# Lines of a file, as the column holds them.
LONGEST_FILE = 2**31 - 1


class RowQuerySet(RowNeeds, RowOutlooks, RowSearch):
    """Questions about many rows."""

    def of(self, imported: Import | int) -> "RowQuerySet":
        """The rows of one import."""
        return self.filter(import_ref_id=imported if isinstance(imported, int) else imported.pk)

    def of_any(self, imports: "models.QuerySet[Import]") -> "RowQuerySet":
        """The rows of several imports."""
        return self.filter(import_ref__in=imports)

    def live(self) -> "RowQuerySet":
        """Rows that own their share token."""
        return self.filter(written_out(*LIVE_STATES))

    def dead(self) -> "RowQuerySet":
        """Rows whose share token may come again, in a new row."""
        return self.filter(written_out(*DEAD_STATES))

    def waiting(self) -> "RowQuerySet":
        """Rows that are to be sent."""
        return self.filter(written_out(RowState.PENDING))

    def for_a_person(self) -> "RowQuerySet":
        """Rows that only a person can settle."""
        return self.filter(written_out(RowState.NEEDS_PERSON))

    def with_what_stories_read(self) -> "RowQuerySet":
        """Each with what its history looks at, and without its share token; the latest first."""
        beside = ("import_ref", "forecast", "replaced_by", "renewed_by")
        return self.select_related(*beside).defer("token_sealed").order_by("-pk")

    def with_import(self) -> "RowQuerySet":
        """Each with its import and the import's partner, and without its share token."""
        return self.select_related("import_ref__partner").defer("token_sealed")

    def telling(self) -> "RowQuerySet":
        """Rows that have a reason to tell."""
        return self.filter(written_out(*TELLING_STATES))

    def undecided(self) -> "RowQuerySet":
        """Rows whose outcome is still open."""
        return self.filter(state__in=UNDECIDED_STATES)

    def once_in_doubt(self) -> "RowQuerySet":
        """Rows that Sumsub was asked about, because no certain answer had come."""
        return self.filter(checking_since__isnull=False)

    def confirmed_by_lookup(self) -> "RowQuerySet":
        """Rows whose applicant a lookup found."""
        return self.filter(confirmed_by_lookup=True)

    def changed_after(self, cursor: int) -> "RowQuerySet":
        """Rows that changed after change number `cursor` of their import."""
        return self.filter(change__gt=cursor)

    def in_state(self, *states: str) -> "RowQuerySet":
        """Rows in one of the states given."""
        return self.filter(state__in=states)

    def on_lines(self, lines: Sequence[int]) -> "RowQuerySet":
        """Rows on the lines given; numbers that no file has find none."""
        return self.filter(line__in=[line for line in lines if line <= LONGEST_FILE])

    def after_line(self, line: int) -> "RowQuerySet":
        """Rows further down in the file than `line`."""
        return self.filter(line__gt=line)

    def changed_before(self, change: int, line: int) -> "RowQuerySet":
        """Rows that come after this one where the latest change comes first."""
        return self.filter(Q(change__lt=change) | Q(change=change, line__gt=line))

    def beyond(self, change: int, line: int) -> "RowQuerySet":
        """Rows that come after this one where the earliest change comes first."""
        return self.filter(Q(change__gt=change) | Q(change=change, line__gt=line))

    def among(self, rows: "Iterable[Row]") -> "RowQuerySet":
        """Those of the rows asked for that are also among `rows`."""
        return self.filter(pk__in=[row.pk for row in rows])

    def behind(self, customer: Customer) -> "RowQuerySet":
        """The rows that led to a customer."""
        return self.filter(customer=customer)

    def of_applications(self, ids: "Iterable[UUID]") -> "RowQuerySet":
        """The rows that led to these applications."""
        return self.filter(application__in=list(ids))

    def sendable(self, now: datetime) -> "RowQuerySet":
        """Waiting rows that may be claimed at `now`, the first to go first."""
        free = Q(not_before=None) | Q(not_before__lte=now)
        alive = self.waiting().filter(free, look_first=False, claim_order__gt=now)
        return alive.order_by("claim_order", "line")

    def cleared_for_resend(self, now: datetime, timing: Timing) -> "RowQuerySet":
        """Rows in doubt that may be sent once more at `now`, the first to go first.

        Left out are those whose share token, declared or assumed, has no life for it any more.
        """
        dies_after = now + timedelta(seconds=timing.resend_margin)
        stored_after = dies_after - timedelta(seconds=timing.assumed_ttl)
        undeclared = Q(deadline_at=None, import_ref__created_at__gt=stored_after)
        cleared = self.filter(written_out(RowState.CHECKING), resend_cleared=True)
        lives = cleared.filter(Q(deadline_at__gt=dies_after) | undeclared)
        return lives.order_by("claim_order", "line")

    def due_for_lookup(self, now: datetime) -> "RowQuerySet":
        """Rows that Sumsub is to be asked about at `now`."""
        return self.filter(next_lookup_at__lte=now).filter(
            Q(state=RowState.CHECKING) | Q(state=RowState.PENDING, look_first=True)
        )

    def live_with_own_ids(self, external_user_ids: Sequence[str]) -> "RowQuerySet":
        """Live rows that go to Sumsub under these ids of the file, not under ids of ours."""
        own = self.live().filter(external_user_id=F("external_id"))
        return own.filter(external_user_id__in=list(external_user_ids))

    def open_to_webhooks(self, external_user_ids: Sequence[str]) -> "RowQuerySet":
        """Rows with ids of ours among these that the proof of their applicant may move.

        Ids that a file brought are not proof: somebody else may have used one.
        """
        mine = self.filter(external_user_id__in=external_user_ids, replaced_by=None)
        ours = mine.filter(import_ref__sends_external_ids=False)
        return ours.filter(written_out(*WITHOUT_APPLICANT)).order_by("pk")

    def next_lookup(self) -> datetime | None:
        """When the next lookup of any row is due; None when none is."""
        return self.planned_lookups().first()

    def planned_lookups(self) -> "models.QuerySet[Row, datetime | None]":
        """When the rows are looked up next, the first to come first."""
        planned = self.filter(next_lookup_at__isnull=False).order_by("next_lookup_at")
        return planned.values_list("next_lookup_at", flat=True)

    def in_doubt(self) -> "RowQuerySet":
        """Rows that Sumsub is being asked about."""
        return self.filter(written_out(RowState.CHECKING))

    def lease_ended(self, now: datetime) -> "RowQuerySet":
        """Rows whose sender had its time and said nothing."""
        return self.filter(lease_until__lt=now, state=RowState.SENDING)

    def with_outlived_token(self, now: datetime) -> "RowQuerySet":
        """Settled rows that still keep a share token whose time is over."""
        return self.filter(token_until__lt=now)

    def erase_outlived_tokens(self, now: datetime) -> int:
        """Erase the share tokens of settled rows whose time is over; returns how many."""
        return self.with_outlived_token(now).update(token_sealed=None, token_until=None)

    def past_deadline(self, now: datetime) -> "RowQuerySet":
        """Waiting rows whose declared deadline is over; ask for one import, it uses its queue.

        Not those that are looked up first: somebody may have sent them before.
        """
        return self.waiting().filter(claim_order__lt=now, look_first=False)
