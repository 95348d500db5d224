"""What an application still lacks, and who supplies it: one source for page, list, API and link.

Pure: it looks at what was fetched (`facts_of`) and asks nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from customers.applying.items import ABOUT, PAPERS, Item, Who
from customers.applying.ssn import is_ssn, is_us_person
from customers.models import (
    ApplicantLink,
    Application,
    ApplicationStatus,
    AttestationKind,
    CheckKind,
    Completion,
    LinkEnd,
    PaperKind,
    StatusChange,
)
from sharing.document_words import step_word
from sumsub.review import Review, ReviewWord, review_word

ADULT = 18
_NO_CARRY = "A share token never carries it."
_DONORS = {Item.NAME, Item.DATE_OF_BIRTH, Item.NATIONALITY}


@dataclass(frozen=True)
class Need:
    """Something that is missing: `who` supplies it, `why` says what there is to know of it."""

    item: Item
    why: str
    who: Who
    title: str = ""

    @property
    def what(self) -> str:
        """What to call it."""
        return self.title or ABOUT[self.item].title

    @property
    def field(self) -> str:
        """The form field, or the part of the page, where it is supplied."""
        return ABOUT[self.item].field


@dataclass(frozen=True)
class Facts:
    """All that the rules look at."""

    application: Application
    completion: Completion | None
    attested: frozenset[str]
    papers: frozenset[str]
    checks: frozenset[str]
    asked: StatusChange | None
    link: ApplicantLink | None = None

    @property
    def answered(self) -> bool:
        """True when the applicant has sent what they had to say to the request for information."""
        if self.link is None or self.asked is None:
            return False
        return self.link.ended_as == LinkEnd.SENT and self.link.made_at >= self.asked.at

    @property
    def word(self) -> ReviewWord | None:
        """Sumsub's word for its review; None before it was read, and for a manual customer."""
        return review_of(self.application)


def facts_of(application: Application) -> Facts:
    """What there is; no query when the application was fetched `with_facts`."""
    changes = list(application.status_changes.all())
    last = changes[-1] if changes else None
    asking = last is not None and last.enters == ApplicationStatus.REQUEST_FOR_INFORMATION
    links = list(application.applicant_links.all())
    return Facts(
        application=application,
        completion=getattr(application, "completion", None),
        attested=frozenset(
            one.kind for one in application.attestations.all() if one.lapsed_at is None
        ),
        papers=frozenset(one.kind for one in application.papers.all() if one.removed_at is None),
        checks=frozenset(one.kind for one in application.hand_checks.all()),
        asked=last if asking else None,
        link=links[-1] if links else None,
    )


def review_of(application: Application) -> ReviewWord | None:
    """Sumsub's word for an application's review; None where none was read."""
    if not application.sumsub_review_status:
        return None
    return review_word(
        Review(
            status=application.sumsub_review_status,
            answer=application.sumsub_review_answer or None,
            reject_type=application.sumsub_reject_type or None,
        )
    )


def missing(facts: Facts, today: date) -> tuple[Need, ...]:
    """What stands between the application and its submission, in the order to collect it."""
    return (*steps_missing(facts.application), *entries_missing(facts, today))


def entries_missing(facts: Facts, today: date) -> tuple[Need, ...]:
    """What is to be entered or handed in here."""
    lacking = [*_identity(facts, today), *_answers(facts), *_papers(facts), *_attestations(facts)]
    known = {need.item for need in lacking}
    return (*lacking, *(need for need in _asked_for(facts) if need.item not in known))


def steps_missing(application: Application) -> tuple[Need, ...]:
    """What Sumsub asks the person for, or that it rejected them."""
    word = review_of(application)
    if word is ReviewWord.REJECTED:
        why = "Sumsub rejected this person for good. Such an application can only be declined."
        return (Need(Item.REVIEW, why, Who.US, "Rejected at Sumsub"),)
    titles = [step_word(str(one.get("step", ""))) for one in application.steps if _is_open(one)]
    if not titles and word is ReviewWord.DOCUMENTS_REQUESTED and not application.steps:
        titles = ["Documents"]
    why = "Sumsub asks the person for it, in its own verification."
    return tuple(Need(Item.STEPS, why, Who.APPLICANT, title) for title in titles)


def approval_hindrances(facts: Facts) -> tuple[Need, ...]:
    """What stands between an application under review and its approval."""
    if facts.application.is_manual:
        lacking = [kind for kind in CheckKind if kind not in facts.checks]
        why = "Sumsub does not know this person, so our own checks take its place."
        return tuple(Need(Item.CHECKS, why, Who.US, kind.label) for kind in lacking)
    if facts.word is ReviewWord.APPROVED and facts.application.inherited_review:
        why = (
            "The approval was copied from the donor and is not our own. Have Sumsub check the "
            "applicant at our level, or decline."
        )
        return (Need(Item.REVIEW, why, Who.US, "Approved at the donor only"),)
    if facts.word is ReviewWord.APPROVED:
        return ()
    said = f"Sumsub says “{facts.word}”." if facts.word else "Its review has not been read yet."
    return (Need(Item.REVIEW, f"{said} It must say “Approved” first.", _whose(facts)),)


def _whose(facts: Facts) -> Who:
    if facts.word in (ReviewWord.ON_HOLD, ReviewWord.REJECTED):
        return Who.US
    return Who.APPLICANT if facts.word in ASKS_THE_PERSON else Who.SUMSUB


ASKS_THE_PERSON = frozenset(
    {
        ReviewWord.DOCUMENTS_REQUESTED,
        ReviewWord.RESUBMISSION_REQUESTED,
        ReviewWord.AWAITING_USER,
    }
)


def _is_open(step: dict[str, object]) -> bool:
    """True for a step that the person is to do (again); one that was not read yet is not."""
    return step.get("submitted") is False or step.get("answer") == "RED"


def _identity(facts: Facts, today: date) -> Iterator[Need]:
    customer = facts.application.customer
    if not customer.name.strip():
        yield _of_a_person(facts, Item.NAME)
    if customer.date_of_birth is None:
        yield _of_a_person(facts, Item.DATE_OF_BIRTH)
    elif not is_adult(customer.date_of_birth, today):
        why = f"Customers must be {ADULT} or older."
        yield Need(Item.DATE_OF_BIRTH, why, Who.US, "Too young")
    if not customer.nationality:
        yield _of_a_person(facts, Item.NATIONALITY)
    if not customer.email:
        yield _of_a_person(facts, Item.EMAIL)
    if customer.address_is_placeholder:
        yield Need(Item.ADDRESS, "There is none yet, only a placeholder.", Who.APPLICANT)
    elif not (customer.street and customer.city and customer.postal_code):
        why = "Street, town and postal code are needed beside the country."
        yield Need(Item.ADDRESS, why, Who.APPLICANT, "Full address")


def _of_a_person(facts: Facts, item: Item) -> Need:
    if facts.application.is_manual:
        return Need(item, "Not entered yet.", Who.APPLICANT)
    if item in _DONORS:
        return Need(item, "Sumsub carried none: the donor's applicant lacks it.", Who.DONOR)
    return Need(item, "Sumsub carried none.", Who.APPLICANT)


def is_adult(born: date, today: date) -> bool:
    """True from the 18th birthday on; who was born on 29 February comes of age on 1 March."""
    return (today.year - born.year, today.month, today.day) >= (ADULT, born.month, born.day)


def _answers(facts: Facts) -> Iterator[Need]:
    given = facts.completion or Completion()
    why = "Not entered yet." if facts.application.is_manual else _NO_CARRY
    if not given.employment_status:
        yield Need(Item.EMPLOYMENT, why, Who.APPLICANT)
    if not given.purpose_of_account:
        yield Need(Item.PURPOSE, why, Who.APPLICANT)
    if not given.source_of_wealth:
        yield Need(Item.WEALTH, why, Who.APPLICANT)
    if is_us_person(facts.application) and not _has_ssn(facts, given):
        why = "A US person needs one; the tax id that Sumsub carried is none."
        yield Need(Item.SSN, why, Who.APPLICANT)


def _has_ssn(facts: Facts, given: Completion) -> bool:
    return given.ssn_sealed is not None or is_ssn(facts.application.customer.tax_id)


def _papers(facts: Facts) -> Iterator[Need]:
    kinds = [PaperKind.WEALTH]
    why = "Share tokens never carry them."
    if facts.application.is_manual:
        kinds, why = [PaperKind.IDENTITY, PaperKind.ADDRESS, PaperKind.WEALTH], "None handed in."
    for kind in kinds:
        if kind not in facts.papers:
            yield Need(PAPERS[kind], why, Who.APPLICANT)


def _attestations(facts: Facts) -> Iterator[Need]:
    lacking = [kind.label for kind in AttestationKind if kind not in facts.attested]
    if lacking:
        why = f"Still to attest: {', '.join(lacking).lower()}."
        yield Need(Item.ATTESTATIONS, why, Who.APPLICANT)


def _asked_for(facts: Facts) -> Iterator[Need]:
    if facts.asked is None:
        return
    why = f"Asked for by {facts.asked.by_label}; not given again since."
    for code in facts.asked.asked_for:
        if code not in facts.asked.answered:
            yield Need(Item(code), why, Who.APPLICANT)
