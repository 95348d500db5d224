"""The steps at Sumsub's side that make two workspaces sharing partners ("Sumsub: partners").

There is no call for any of them: they are made in Sumsub's dashboard, under Reusable identity.
"""

from dataclasses import dataclass

from sharing.models import Partner


@dataclass(frozen=True)
class Step:
    """One thing to do: who does it, and what."""

    who: str
    what: str


@dataclass(frozen=True)
class Checklist:
    """The steps for one direction. `shows_here`: our own imports prove whether they were done."""

    title: str
    steps: tuple[Step, ...]
    shows_here: bool


def checklists_for(partner: Partner) -> list[Checklist]:
    """A checklist for each role that the partner has."""
    lists = []
    if partner.is_donor:
        title = f"So that {partner.name} can share with us"
        lists.append(Checklist(title, _making(partner), shows_here=True))
    if partner.is_recipient:
        title = f"So that we can share with {partner.name}"
        lists.append(Checklist(title, _entering(partner), shows_here=False))
    return lists


def _making(partner: Partner) -> tuple[Step, ...]:
    return (
        Step("We", "make a partner token: Reusable identity, Partners, Donors, Add donor."),
        Step("We", f"send it to {partner.name}. It dies 30 days after it was made."),
        Step(partner.name, "enters it: Partners, Recipients, Add recipient."),
        Step("Both", "see each other in the list of partners."),
    )


def _entering(partner: Partner) -> tuple[Step, ...]:
    return (
        Step(partner.name, "makes a partner token under Donors, Add donor, and sends it to us."),
        Step("We", "enter it within 30 days: Reusable identity, Partners, Recipients."),
        Step("Both", "see each other in the list of partners."),
    )
