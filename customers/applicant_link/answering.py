"""What applicants do by their link: enter, hand in, sign, answer, send.

Each deed locks the application, sees that the link is open still, and goes through the deeds of our
own people (`customers.applying`): the same validation, versions and trail.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.occasions import Occasion
from customers.applicant_link.making import tell_maker
from customers.applicant_link.steps import Step, is_ready, steps_of
from customers.applying import attesting, completing, documents
from customers.applying.completing import Saved, note_answered
from customers.applying.deeds import Author, NotPossible, conclude, subject_of
from customers.applying.items import Item, item_of_field
from customers.applying.missing import facts_of
from customers.models import (
    ApplicantLink,
    Application,
    AttestationKind,
    LinkEnd,
    LinkState,
    Paper,
    PaperKind,
)
from customers.models.application_states import COMPLETABLE
from sharing.database_clock import database_now
from sharing.secret_links import digest_of

SOURCE: Final = "the applicant"
LONGEST_ANSWER: Final = 1000
ALL_BUT_CONSENT: Final = tuple(kind for kind in AttestationKind if kind != AttestationKind.ESIGN)
# So often at most is written down that the applicant was seen.
_SEEN_EVERY = timedelta(seconds=10)


class LinkOver(Exception):
    """The link opens nothing (any more): how it ended, or None for one that never was."""

    def __init__(self, state: LinkState | None, link: ApplicantLink | None = None) -> None:
        super().__init__(state)
        self.state = state
        self.link = link


def author_of(request: HttpRequest | None) -> Author:
    """The applicant, as the author of a deed."""
    return Author(None, request, SOURCE)


def found(secret: str) -> ApplicantLink:
    """The open link with this secret. Raises LinkOver."""
    link = ApplicantLink.objects.with_secret(digest_of(secret)).first()
    if link is None:
        raise LinkOver(None)
    if not link.is_open:
        raise LinkOver(link.state, link)
    return link


def again(link: ApplicantLink) -> ApplicantLink:
    """The link as it is stored now. Raises LinkOver."""
    fresh = ApplicantLink.objects.get(pk=link.pk)
    if not fresh.is_open:
        raise LinkOver(fresh.state)
    return fresh


def note_seen(link: ApplicantLink, author: Author) -> None:
    """Remember that the applicant looked; the first time is in the audit trail."""
    now = timezone.now()
    if link.seen_at is not None and now - link.seen_at < _SEEN_EVERY:
        return
    with transaction.atomic():
        if ApplicantLink.objects.seen(link.pk, now, now - _SEEN_EVERY):
            audit.record(
                "application.link_opened",
                actor=None,
                subject=subject_of(link.application_id),
                request=author.request,
                source=author.source,
                link=str(link.pk),
            )


def save(
    link: ApplicantLink,
    step: Step,
    given: Mapping[str, Any],
    author: Author,
    *,
    based_on: int,
    whole: bool,
) -> Saved:
    """Store what was entered in a step's fields; others are left alone.

    `whole`: the applicant went on, so an empty field empties and the same value once more counts as
    given anew. Raises LinkOver, Overtaken, NotPossible.
    """
    with _open(link) as (fresh, application):
        mine = {
            name: value
            for name, value in given.items()
            if name in step.fields and (whole or value or name in fresh.fields)
        }
        saved = completing.save(application.pk, mine, author, based_on=based_on)
        entered = {name for name, value in mine.items() if value and name not in saved.faults}
        fresh.fields = sorted({*fresh.fields, *entered})
        fresh.save(update_fields=["fields"])
        if whole and not saved.faults:
            return Saved(_confirm(fresh, entered, author) or saved.version, saved.changed, {})
        return saved


def add_paper(
    link: ApplicantLink, kind: PaperKind, name: str, content: bytes, author: Author
) -> Paper:
    """Keep a document. Raises LinkOver, DocumentRefused, NotPossible."""
    with _open(link) as (fresh, application):
        return documents.add(application.pk, kind, name, content, author, link=fresh)


def remove_paper(link: ApplicantLink, document: UUID, author: Author) -> None:
    """Erase a document that came by this link. Raises LinkOver, NotPossible, Paper.DoesNotExist."""
    with _open(link) as (fresh, _):
        paper = fresh.papers.select_related("document").get(document=document)
        documents.remove(paper, "Taken back by the applicant.", author)


def sign(
    link: ApplicantLink, kinds: tuple[AttestationKind, ...], name: str, author: Author
) -> None:
    """Record that the applicant put their name to these, now. Raises LinkOver, NotPossible."""
    with _open(link) as (fresh, application):
        for kind in kinds:
            attesting.attest(application.pk, kind, name, author)
        fresh.signed = True
        fresh.save(update_fields=["signed"])


def answer(link: ApplicantLink, words: str, author: Author) -> None:
    """Keep the applicant's answer to a request for information. Raises LinkOver, NotPossible."""
    said = words.strip()
    if len(said) > LONGEST_ANSWER:
        raise NotPossible(f"At most {LONGEST_ANSWER} characters fit here. Say it in fewer words.")
    with _open(link) as (fresh, application):
        if fresh.words == said:
            return
        fresh.words = said
        fresh.save(update_fields=["words"])
        conclude(application, author, "application.answered", link=str(fresh.pk))


def send(link: ApplicantLink, author: Author) -> None:
    """The applicant is done: the link ends, the next step is ours, and its maker is told.

    Raises LinkOver, NotPossible while something is left to do.
    """
    with _open(link) as (fresh, application):
        facts = facts_of(Application.objects.with_facts().get(pk=application.pk))
        now = database_now()
        if not is_ready(steps_of(fresh, facts, now.date())):
            raise NotPossible("Something is still missing. Go through the steps that are open.")
        fresh.ended_at, fresh.ended_as = now, LinkEnd.SENT
        fresh.save(update_fields=["ended_at", "ended_as"])
        conclude(application, author, "application.sent", now=now, link=str(fresh.pk))
        tell_maker(
            fresh,
            "An applicant sent what was asked for",
            "Look through the application. If nothing is missing, submit it.",
            event="applicant_sent",
            occasion=Occasion.LINK_SENT,
        )


@contextmanager
def _open(link: ApplicantLink) -> Iterator[tuple[ApplicantLink, Application]]:
    """The link and its application, locked, for one deed. Raises LinkOver."""
    with transaction.atomic():
        application = Application.objects.locked(link.application_id)
        fresh = ApplicantLink.objects.select_related("made_by").get(pk=link.pk)
        if not fresh.is_open:
            raise LinkOver(fresh.state)
        if application.status not in COMPLETABLE:
            raise LinkOver(LinkState.CLOSED)
        yield fresh, application


def _confirm(link: ApplicantLink, entered: set[str], author: Author) -> int | None:
    """What was asked for again and came again unchanged counts as given; the version then."""
    application = Application.objects.locked(link.application_id)
    asked = facts_of(Application.objects.with_facts().get(pk=application.pk)).asked
    waiting = set(asked.asked_for) - set(asked.answered) if asked else set()
    again: set[Item] = {
        item for name in entered if (item := item_of_field(name)) and item in waiting
    }
    if not again:
        return None
    note_answered(application, again)
    fields = ", ".join(sorted(name for name in entered if item_of_field(name) in again))
    conclude(application, author, "application.completed", fields=fields)
    return application.version
