"""What staff do with an applicant's link: make it, revoke it, take over; and its time runs out."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.models import NoticeKind, User
from accounts.notices import News
from accounts.occasions import Occasion
from accounts.rights import Right
from customers.applicant_link.steps import lacking_of, verification_of
from customers.applying.completing import NOT_OPEN
from customers.applying.deeds import Author, NotPossible, conclude, locked, subject_of
from customers.applying.missing import facts_of
from customers.models import ApplicantLink, Application, LinkEnd
from customers.models.application_states import COMPLETABLE
from sharing.database_clock import database_now
from sharing.secret_links import digest_of, new_secret

USUAL_DAYS: Final = 7
MOST_DAYS: Final = 30
NOTHING_TO_ASK: Final = "There is nothing missing that the applicant could supply."
NO_LINK: Final = "There is no open link any more."
# Of one look; the next finds the rest.
_AT_ONCE = 200


@dataclass(frozen=True)
class Made:
    """A fresh link with the secret of its address, which exists in this value only."""

    link: ApplicantLink
    secret: str = field(repr=False)

    @property
    def path(self) -> str:
        """Its address on this site."""
        return reverse("customers:apply", args=[self.secret])


@transaction.atomic
def make(application_id: UUID, author: Author, *, days: int = USUAL_DAYS) -> Made:
    """Make a link that is open for so many days; an earlier one ends with it.

    Raises NotPossible when the application is not open for changes, lacks nothing that the
    applicant can supply, or for a number of days that is none; Application.DoesNotExist.
    """
    application = locked(application_id, COMPLETABLE, NOT_OPEN)
    if not 1 <= days <= MOST_DAYS:
        raise NotPossible(f"A link works for 1 to {MOST_DAYS} days.")
    person = _person(author)
    now = database_now()
    _refuse_without_questions(application)
    ApplicantLink.objects.of(application).end(LinkEnd.REPLACED, now, by=person.pk)
    secret = new_secret()
    link = ApplicantLink.objects.create(
        application=application,
        secret_sha256=digest_of(secret),
        made_by=person,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    conclude(application, author, "application.link_made", now=now, link=str(link.pk))
    return Made(link, secret)


def revoke(application_id: UUID, author: Author) -> None:
    """Let the link open nothing any more. Raises NotPossible, Application.DoesNotExist."""
    _end(application_id, author, LinkEnd.REVOKED, "application.link_revoked")


def take_over(application_id: UUID, author: Author) -> None:
    """End the link because somebody of ours goes on; its page tells the applicant so.

    Raises NotPossible, Application.DoesNotExist.
    """
    _end(application_id, author, LinkEnd.TAKEN_OVER, "application.link_taken_over")


def expire() -> int:
    """Write down which links ran out, and tell who made them; returns how many."""
    run_out = ApplicantLink.objects.run_out(database_now()).order_by("pk")
    return sum(_expire(link) for link in run_out[:_AT_ONCE])


def tell_maker(
    link: ApplicantLink, title: str, text: str, *, event: str, occasion: Occasion
) -> None:
    """Tell whoever made the link that it is for them to go on, while they may see applications.

    Within the transaction.
    """
    maker = link.made_by
    if link.ended_at is None or not (maker.is_active and maker.holds(Right.VIEW_CUSTOMERS)):
        return
    news = News(
        about=subject_of(link.application_id),
        event=event,
        occurred_at=link.ended_at,
        kind=NoticeKind.NEEDS,
        title=title,
        text=text,
        link=reverse("customers:application", args=[link.application_id]),
        occasion=occasion,
    )
    notices.tell([maker], news)


@transaction.atomic
def _end(application_id: UUID, author: Author, end: LinkEnd, deed: str) -> None:
    application = locked(application_id, COMPLETABLE, NOT_OPEN)
    now = database_now()
    mine = ApplicantLink.objects.of(application)
    if not mine.end(end, now, by=_person(author).pk):
        raise NotPossible(NO_LINK)
    conclude(application, author, deed, now=now)


@transaction.atomic
def _expire(link: ApplicantLink) -> bool:
    application = Application.objects.locked(link.application_id)
    if (
        not ApplicantLink.objects.of(application)
        .with_secret(link.secret_sha256)
        .end(LinkEnd.EXPIRED, link.expires_at)
    ):
        return False  # another process was quicker, or somebody ended it
    link.refresh_from_db()
    conclude(application, Author(None), "application.link_expired", link=str(link.pk))
    tell_maker(
        link,
        "An applicant’s link expired",
        "Nothing was sent by it. Make a new one, or complete the application yourself.",
        event="link_expired",
        occasion=Occasion.LINK_EXPIRED,
    )
    return True


def _refuse_without_questions(application: Application) -> None:
    fresh = Application.objects.with_facts().get(pk=application.pk)
    facts = facts_of(fresh)
    in_words = facts.asked is not None
    today = database_now().date()
    if not (in_words or lacking_of(facts, today) or verification_of(application)):
        raise NotPossible(NOTHING_TO_ASK)


def _person(author: Author) -> User:
    if author.person is None:
        raise NotPossible("A link is made, and ended, by a person.")
    return author.person
