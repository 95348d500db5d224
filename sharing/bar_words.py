"""Why nothing is shared with a partner, in a sentence that says who can change it."""

from datetime import date

from sharing.models import Bar, Partner, Way

MOST_NAMED = 3


def bar_sentence(partner: Partner, way: Way, bar: Bar) -> str:
    """The whole of it: "Ostermoor Pay is paused, so nothing is imported from it. An admin …"."""
    return f"{_why(partner, way, bar)}, so {consequence(way)} it. {_remedy(bar)}"


def consequence(way: Way) -> str:
    """What does not happen while there is a bar; the partner's name or "it" follows."""
    return "nothing is imported from" if way is Way.IN else "nothing is minted for"


def _why(partner: Partner, way: Way, bar: Bar) -> str:
    name, reference = partner.name, partner.agreement_reference
    signed, ends = partner.agreement_signed_on, partner.agreement_ends_on
    role = "a donor" if way is Way.IN else "a recipient"
    reasons = {
        Bar.REMOVED: f"{name} is removed from the register",
        Bar.PAUSED: f"{name} is paused",
        Bar.NO_ROLE: f"{name} is not registered as {role}",
        Bar.NO_AGREEMENT: f"No agreement with {name} is recorded",
        Bar.NOT_SIGNED: f"Agreement {reference} with {name} has no day of signature yet"
        if signed is None
        else f"Agreement {reference} with {name} is not signed before {_day(signed)}",
        Bar.ENDED: f"Agreement {reference} with {name} ended on {_day(ends)}",
        Bar.OTHER_WAY: f"Agreement {reference} with {name} covers the other way only",
    }
    return reasons[bar]


def _remedy(bar: Bar) -> str:
    remedies = {
        Bar.REMOVED: "An admin brings the partner back under Partners.",
        Bar.PAUSED: "An admin activates the partner again under Partners.",
        Bar.NO_ROLE: "An admin changes that under Partners.",
        Bar.ENDED: "An admin records the renewed one under Partners.",
    }
    return remedies.get(bar, "An admin completes the agreement under Partners.")


def _day(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day else "an unknown day"


def barred_sentences(way: Way) -> list[str]:
    """About the partners that a select leaves out this way, so that nobody looks for them."""
    of_way = Partner.objects.donors() if way is Way.IN else Partner.objects.recipients()
    found = of_way.listed().order_by("name")
    told = ((partner, partner.bar(way)) for partner in found)
    barred = [bar_sentence(partner, way, bar) for partner, bar in told if bar is not None]
    if len(barred) <= MOST_NAMED:
        return barred
    more = len(barred) - MOST_NAMED
    return [*barred[:MOST_NAMED], f"{more} more are left out; Partners says why."]
