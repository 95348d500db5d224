"""What a link asks for, one group of questions a step. Pure: it looks at what was fetched.

A link asks for what is missing and the applicant can supply, and goes on showing what they supplied
by it. Whatever else is known of them it neither asks for nor shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from customers.applying.items import FIELDS, PAPERS, Item, Who, item_of_field
from customers.applying.missing import Facts, entries_missing, steps_missing
from customers.models import ApplicantLink, Application, Paper, PaperKind


class StepName(StrEnum):
    """A step, as its address names it, in the order in which they are asked."""

    ANSWER = "your-answer"
    ABOUT = "about-you"
    ADDRESS = "address"
    WORK = "work"
    ACCOUNT = "account"
    WEALTH = "money"
    TAX = "tax-number"
    IDENTITY_PAPER = "identity-document"
    ADDRESS_PAPER = "proof-of-address"
    WEALTH_PAPER = "proof-of-money"
    SIGN = "sign"


@dataclass(frozen=True)
class Step:
    """One group of questions: the form fields it asks for, or the document.

    An `optional` one may be left out.
    """

    name: StepName
    done: bool
    fields: tuple[str, ...] = ()
    paper: PaperKind | None = None
    optional: bool = False


_ITEMS: dict[StepName, tuple[Item, ...]] = {
    StepName.ABOUT: (Item.NAME, Item.DATE_OF_BIRTH, Item.NATIONALITY, Item.EMAIL),
    StepName.ADDRESS: (Item.ADDRESS,),
    StepName.WORK: (Item.EMPLOYMENT,),
    StepName.ACCOUNT: (Item.PURPOSE,),
    StepName.WEALTH: (Item.WEALTH,),
    StepName.TAX: (Item.SSN,),
    StepName.IDENTITY_PAPER: (Item.IDENTITY_DOCUMENTS,),
    StepName.ADDRESS_PAPER: (Item.ADDRESS_DOCUMENTS,),
    StepName.WEALTH_PAPER: (Item.WEALTH_DOCUMENTS,),
    StepName.SIGN: (Item.ATTESTATIONS,),
}
_PAPER: dict[StepName, PaperKind] = {
    StepName.IDENTITY_PAPER: PaperKind.IDENTITY,
    StepName.ADDRESS_PAPER: PaperKind.ADDRESS,
    StepName.WEALTH_PAPER: PaperKind.WEALTH,
    StepName.ANSWER: PaperKind.OTHER,
}


def steps_of(link: ApplicantLink, facts: Facts, today: date) -> tuple[Step, ...]:
    """What the link asks for, in order."""
    return tuple(_steps(link, facts, today))


def lacking_of(facts: Facts, today: date) -> frozenset[Item]:
    """What is missing and the applicant can supply here."""
    lacking = entries_missing(facts, today)
    return frozenset(need.item for need in lacking if need.who is Who.APPLICANT)


def verification_of(application: Application) -> tuple[str, ...]:
    """What Sumsub asks the person for: it is done in Sumsub's own verification."""
    needs = steps_missing(application)
    return tuple(need.what for need in needs if need.who is Who.APPLICANT)


def step_named(steps: Sequence[Step], name: str) -> Step | None:
    """The step of this name, if the link asks for it."""
    return next((step for step in steps if step.name == name), None)


def following(steps: Sequence[Step], name: StepName) -> Step | None:
    """The step after this one that is still to be done, be it an earlier one; None: all are."""
    places = list(StepName)
    undone = [step for step in steps if not step.done and step.name != name]
    later = [step for step in undone if places.index(step.name) > places.index(name)]
    return next(iter([*later, *(step for step in undone if not step.optional)]), None)


def is_ready(steps: Sequence[Step]) -> bool:
    """True when nothing that is needed is left."""
    return all(step.done or step.optional for step in steps)


def papers_by(link: ApplicantLink, application: Application) -> list[Paper]:
    """The documents that came by this link and are there still."""
    return [
        paper
        for paper in application.papers.all()
        if paper.link_id == link.pk and paper.removed_at is None
    ]


def _steps(link: ApplicantLink, facts: Facts, today: date) -> Iterator[Step]:
    lacking = lacking_of(facts, today)
    papers = {PaperKind(paper.kind) for paper in papers_by(link, facts.application)}
    wanted = lacking | _supplied(link, papers)
    for name in StepName:
        if name is StepName.ANSWER:
            yield from _answer(link, facts, papers)
            continue
        items = [item for item in _ITEMS[name] if item in wanted]
        if items:
            fields = () if name in _PAPER or name is StepName.SIGN else _fields(items)
            yield Step(name, lacking.isdisjoint(items), fields, _PAPER.get(name))


def _supplied(link: ApplicantLink, papers: set[PaperKind]) -> set[Item]:
    """What the applicant supplied by this link."""
    entered = {item for name in link.fields if (item := item_of_field(name))}
    handed_in = {PAPERS[kind] for kind in papers if kind in PAPERS}
    return entered | handed_in | ({Item.ATTESTATIONS} if link.signed else set())


def _fields(items: Sequence[Item]) -> tuple[str, ...]:
    return tuple(name for item in items for name in FIELDS.get(item, (item.value,)))


def _answer(link: ApplicantLink, facts: Facts, papers: set[PaperKind]) -> Iterator[Step]:
    """What was asked for in words is answered in words, or by a document."""
    if facts.asked is None or not facts.asked.reason:
        return
    done = bool(link.words) or PaperKind.OTHER in papers
    optional = bool(facts.asked.asked_for)
    yield Step(StepName.ANSWER, done, paper=PaperKind.OTHER, optional=optional)
