"""Reviews that were read, or that webhooks told of, in one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model

from accounts import audit, sheets
from accounts.sheets import columns_of
from customers.applying.standing import follow_review, kyc_status
from customers.models import (
    Application,
    Customer,
    Reaction,
    ReviewChange,
    Standing,
    SumsubEvent,
    WebhookDoor,
)
from customers.outgoing import telling
from customers.outgoing.outbox import emit_all
from customers.reviews import event_kinds, schedule, status
from customers.timing import Timing
from sumsub.records import Applicant, StepStatus

# What a reading or a webhook changes of an application, and of its customer.
_TOLD = (
    "level_name",
    "sumsub_review_status",
    "sumsub_review_answer",
    "sumsub_reject_type",
    "sumsub_reject_labels",
    "sumsub_standing",
    "steps",
    "review_seen_at",
    "review_checks",
    "review_check_at",
    "told_at",
    "standing_at",
    "heard_at",
    "awaits_verdict",
    "waiting_on",
    "waiting_since",
    "updated_at",
)
_FOLLOWS = ("kyc_status", "updated_at")
_GRAVITY = (Standing.ACTIVE, Standing.DEACTIVATED, Standing.DATA_DELETED, Standing.DELETED)
# How a change became known: read from Sumsub, told by a webhook, or told and then read.
LOOKUP, WEBHOOK, CONFIRMED = "lookup", "webhook", "confirmed"


class Readings:
    """Gathers what was learnt of reviews; `store` writes it together."""

    def __init__(self, now: datetime, timing: Timing) -> None:
        self._now = now
        self._timing = timing
        self._applications: dict[Any, Application] = {}
        self._customers: dict[Any, Customer] = {}
        self._changes: list[ReviewChange] = []
        self._events: list[Any] = []
        self._missed = False
        self._webhooks_come: bool | None = None

    # ---- readings --------------------------------------------------------------------------

    def is_overtaken(self, application: Application, asked_at: datetime) -> bool:
        """True when a webhook came after the reading had begun: what was read may be older.

        The webhook made another reading due, so this one may be dropped.
        """
        return application.heard_at is not None and application.heard_at > asked_at

    def add(
        self, application: Application, applicant: Applicant, steps: Sequence[StepStatus] | None
    ) -> bool:
        """Take in what Sumsub says of an application's review; True when people see a change."""
        review, before = applicant.review, status.shown(application)
        heard = _heard_since_reading(application)
        standing = application.sumsub_standing
        status.show(
            application, review.status, review.answer, review.reject_type, review.reject_labels
        )
        application.level_name = (applicant.level_name or application.level_name)[:256]
        if review.status == "completed":
            application.awaits_verdict = False
        _take_standing(application, applicant)
        if steps is not None:
            application.steps = [step_summary(step) for step in steps]
        application.review_seen_at = self._now
        changed = status.shown(application) != before
        if changed:
            slow = schedule.is_slow(application, self._now, self._timing)
            self._missed = self._missed or (slow and not heard)
            turned = application.sumsub_standing != standing
            event = event_kinds.EVENT_OF_STANDING[application.sumsub_standing] if turned else ""
            self._write_down(application, CONFIRMED if heard else LOOKUP, event)
        self.postpone(application)
        return self._carry_to_customer(application) or changed

    def postpone(self, application: Application) -> None:
        """One more reading was tried: the next one is due by the schedule."""
        if self._webhooks_come is None:
            self._webhooks_come = WebhookDoor.works(self._now, self._timing)
        application.review_checks += 1
        application.review_check_at = schedule.next_reading(
            application, self._now, self._timing, webhooks_come=self._webhooks_come
        )
        self._touch(application)

    # ---- webhooks --------------------------------------------------------------------------

    def hear(self, application: Application, event: SumsubEvent) -> tuple[Reaction, bool]:
        """Take in a webhook; what we did about it, and whether people see a change.

        One that is older by Sumsub's clock than what was told before is nothing new: the newer one
        made a reading due. Of one without a time, or of the same, only a reading can tell.
        """
        standing = event_kinds.TELL_STANDING.get(event.type)
        if standing is not None:
            return self._hear_standing(application, event, standing)
        told, said = application.told_at, event.said_at
        if told is not None and said is not None and said < told:
            return Reaction.OUTDATED, False
        moves_on = said is not None and said != told
        noted = False
        if moves_on:
            application.told_at = said
            noted = self._show_told(application, event)
        self._ask(application, event)
        return Reaction.UPDATED if noted else Reaction.ASKED, noted

    def _show_told(self, application: Application, event: SumsubEvent) -> bool:
        """Show what a webhook says, as far as no reading is needed first; True when it changed."""
        before = status.shown(application)
        if self._may_be_shown(application, event):
            status.show(
                application,
                event.review_status,
                event.review_answer,
                event.reject_type,
                event.reject_labels,
            )
        changed = status.shown(application) != before
        noteworthy = event.type in event_kinds.NOTEWORTHY
        if changed or noteworthy:
            self._write_down(application, WEBHOOK, event.type if noteworthy else "")
        return self._carry_to_customer(application) or changed or noteworthy

    def _may_be_shown(self, application: Application, event: SumsubEvent) -> bool:
        """An approval waits for its reading; so does what a reading may have overtaken."""
        if event.type not in event_kinds.TELL_STATUS or not event.review_status:
            return False
        seen = application.review_seen_at
        newer = seen is None or (event.said_at is not None and event.said_at > seen)
        return newer and not event.is_green

    def _hear_standing(
        self, application: Application, event: SumsubEvent, standing: Standing
    ) -> tuple[Reaction, bool]:
        """The applicant was deactivated, activated again, or deleted."""
        said, known_at = event.said_at or event.received_at, application.standing_at
        if known_at is not None and said < known_at:
            return Reaction.OUTDATED, False
        if said == known_at and not _outweighs(standing, application):
            return Reaction.OUTDATED, False
        application.standing_at = said
        changed = application.sumsub_standing != standing
        if changed:
            application.sumsub_standing = standing
            self._write_down(application, WEBHOOK, event.type)
        self._carry_to_customer(application)
        self._ask(application, event)
        return Reaction.NOTED, changed

    def _ask(self, application: Application, event: SumsubEvent) -> None:
        """Make a reading due: at once for an approval, later to confirm the rest."""
        wait = 0.0 if event.is_green else self._timing.review_confirm
        if event.review_status in event_kinds.UNDER_WAY:
            wait = self._timing.review_under_way
        application.heard_at = self._now
        application.awaits_verdict = application.awaits_verdict or event.is_green
        schedule.bring_forward(application, self._now + timedelta(seconds=wait))
        self._touch(application)

    # ---- what both do ----------------------------------------------------------------------

    def _touch(self, application: Application) -> None:
        application.updated_at = self._now
        self._applications[application.pk] = application

    def _write_down(self, application: Application, source: str, event: str) -> None:
        """A line of the application's history; a change of standing is audited, too."""
        self._changes.append(
            ReviewChange(
                application=application,
                at=self._now,
                status=application.sumsub_review_status,
                answer=application.sumsub_review_answer,
                reject_type=application.sumsub_reject_type,
                source=source,
                event=event,
            )
        )
        if event in event_kinds.TELL_STANDING:
            self._events.append(
                audit.drafted(
                    "application.standing_changed",
                    actor=None,
                    subject=f"application:{application.pk}",
                    source=source,
                    standing=application.get_sumsub_standing_display(),
                )
            )

    def _carry_to_customer(self, application: Application) -> bool:
        """Let whose turn it is, and the customer's status, follow; True when the latter changed.

        Also when the review did not: it may have been completed before the row was settled.
        """
        follow_review(application, self._now)
        follows, customer = kyc_status(application), application.customer
        if customer.kyc_status == follows:
            return False
        customer.kyc_status, customer.updated_at = follows, self._now
        self._customers[customer.pk] = customer
        return True

    def store(self) -> None:
        """Write applications, customers, history and audit trail, and tell the company's systems.

        Inside a transaction.
        """
        _update(Application, _TOLD, list(self._applications.values()))
        _update(Customer, _FOLLOWS, list(self._customers.values()))
        sheets.insert(ReviewChange, columns_of(ReviewChange), self._changes)
        audit.record_all(self._events)
        reviewed = [telling.review_changed(change.application) for change in self._changes]
        people = self._customers.values()
        updated = [telling.customer_updated(one, changed=["kyc_status"]) for one in people]
        emit_all([*reviewed, *updated])
        if self._missed:
            WebhookDoor.note_missed(self._now)


def _heard_since_reading(application: Application) -> bool:
    heard, seen = application.heard_at, application.review_seen_at
    return heard is not None and (seen is None or heard > seen)


def _outweighs(standing: Standing, application: Application) -> bool:
    """Of two webhooks of one millisecond the graver standing counts, in whatever order they come:
    neither says which is newer, and a reading cannot take back what a webhook told."""
    return _GRAVITY.index(standing) > _GRAVITY.index(Standing(application.sumsub_standing))


def _take_standing(application: Application, applicant: Applicant) -> None:
    """What a reading tells of the standing. Only a webhook takes back what a webhook told."""
    if application.sumsub_standing in schedule.GONE:
        return
    if applicant.deactivated:
        application.sumsub_standing = Standing.DEACTIVATED
    elif application.standing_at is None:
        application.sumsub_standing = Standing.ACTIVE


def _update(model: type[Model], names: tuple[str, ...], objects: Sequence[Model]) -> None:
    rows = [(one.pk, *(getattr(one, name) for name in names)) for one in objects]
    if rows:
        sheets.update(model, names, rows, where=("id",))


def step_summary(step: StepStatus) -> dict[str, object]:
    """What is kept of a step: whether it is there and accepted, and the document's kind."""
    return {
        "step": step.step,
        "submitted": step.submitted,
        "answer": step.answer or "",
        "doc_type": step.doc_type,
        "country": step.country,
        "reject_labels": list(step.reject_labels),
    }
