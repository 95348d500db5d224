"""The steps at Sumsub's side that make two workspaces sharing partners ("Sumsub: partners").

There is no call for any of them: they are made in Sumsub's dashboard, under Reusable identity. So
a person ticks them off here, and the last one Sumsub's own answers settle where it gives any.
"""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from sharing.models import Partner, PartnerStep, Tick, TokenUse, Way


@dataclass(frozen=True)
class Step:
    """One thing to do: who does it, and what; when it was done, by whom. `step`: what to tick."""

    who: str
    what: str
    step: PartnerStep | None = None
    done_at: datetime | None = None
    done_by: User | None = None


@dataclass(frozen=True)
class Checklist:
    """The steps for one way of sharing, with the partner token that they are about, if any.

    `shows_here`: our own imports prove whether they were done.
    """

    way: Way
    title: str
    steps: tuple[Step, ...]
    use: TokenUse | None
    earlier: tuple[TokenUse, ...] = ()

    @property
    def shows_here(self) -> bool:
        """True where Sumsub's answers to us tell; a donor hears nothing."""
        return self.way is Way.IN

    @property
    def worked(self) -> Step | None:
        """The last step where only the partner can say it."""
        return next((one for one in self.steps if one.step is PartnerStep.WORKED), None)


def checklists_for(partner: Partner) -> list[Checklist]:
    """A checklist for each way of sharing that the partner is registered for."""
    return [_checklist(partner, way) for way in partner.ways]


def _checklist(partner: Partner, way: Way) -> Checklist:
    uses = list(partner.token_uses.of_way(way).in_full())
    current = uses[0] if uses else None
    if way is Way.IN:
        title, steps = f"So that {partner.name} can share with us", _making(partner, current)
    else:
        title, steps = f"So that we can share with {partner.name}", _entering(partner, current)
    return Checklist(way, title, steps, current, tuple(uses[1:]))


def _making(partner: Partner, use: TokenUse | None) -> tuple[Step, ...]:
    return (
        _recorded(
            "We", "make a partner token: Reusable identity, Partners, Donors, Add donor.", use
        ),
        _step(use, PartnerStep.SENT, "We", f"send it to {partner.name}."),
        _step(
            use,
            PartnerStep.ENTERED,
            partner.name,
            "enters it within 30 days: Partners, Recipients, Add recipient.",
        ),
        _step(use, PartnerStep.LISTED, "Both", "see each other in the list of partners."),
    )


def _entering(partner: Partner, use: TokenUse | None) -> tuple[Step, ...]:
    return (
        _recorded(
            partner.name, "makes a partner token under Donors, Add donor, and sends it to us.", use
        ),
        _step(
            use,
            PartnerStep.ENTERED,
            "We",
            "enter it within 30 days: Reusable identity, Partners, Recipients.",
        ),
        _step(use, PartnerStep.LISTED, "Both", "see each other in the list of partners."),
        _step(
            use,
            PartnerStep.WORKED,
            partner.name,
            "says that the first share token worked; Sumsub does not tell a donor.",
        ),
    )


def _recorded(who: str, what: str, use: TokenUse | None) -> Step:
    if use is None:
        return Step(who, what)
    return Step(who, what, done_at=use.token.made_at, done_by=use.token.recorded_by)


def _step(use: TokenUse | None, step: PartnerStep, who: str, what: str) -> Step:
    tick: Tick | None = use.ticked.get(step) if use is not None else None
    return Step(who, what, step, tick.at if tick else None, tick.by if tick else None)
