"""The applicants and what a reuse would make of each, some fifty at a time."""

from __future__ import annotations

import itertools
from html import escape
from urllib.parse import urlencode

from sumsub.sandbox import listing
from sumsub.sandbox.engine import Engine
from sumsub.sandbox.listing import Seen, Wanted
from sumsub.sandbox.page.html import code, number, option, table
from sumsub.sandbox.page.outcomes import outcome_options, verdict_html

ROWS = 50
# A search by the page looks at so many people and then offers to go on: about a tenth of a second.
SEARCHED = 2000
_HEADS = (("", "Applicant"), ("", "Name"), ("wide", "Outcome of a reuse"), ("end", ""))


def section(engine: Engine, params: dict[str, str]) -> str:
    """The filter, the people who pass it, and the way on; raises Problem 400."""
    wish = listing.wanted(engine, params, named_first=True)
    rows, last, searched = _found(engine, wish)
    shown = [_row(engine, seen) for seen in rows]
    people = table("Applicants", _HEADS, shown) if shown else _nobody(last, searched)
    total = number(sum(one.count for one in engine.world.populations.values()))
    return (
        '<section id="applicants"><h2>Applicants</h2>'
        f"<p>{total} invented people, made on demand. Those whose name starts with <b>demo-</b>"
        " come first and have one story each. The outcome follows from their documents and the"
        " level you choose, not from their name.</p>"
        f'{_filter(engine, wish)}<p id="found" class="unseen">{len(shown)} applicants shown</p>'
        f"{people}{_way_on(wish, last)}</section>"
    )


def _found(engine: Engine, wish: Wanted) -> tuple[list[Seen], str, int]:
    """Who passes, the last one looked at ("" when nobody is left), and how many were."""
    passing = listing.passing(engine, wish)
    fitting: list[Seen] = []
    last, searched = "", 0
    for seen in itertools.islice(passing, SEARCHED):
        last, searched = seen.applicant.id, searched + 1
        if seen.fits:
            fitting.append(seen)
        if len(fitting) == ROWS:
            break
    more = next(passing, None) is not None
    return fitting, last if more else "", searched


def _filter(engine: Engine, wish: Wanted) -> str:
    levels = "".join(
        option(level.name, level.name, chosen=level is wish.level)
        for level in engine.directory.recipient.levels
    )
    return (
        '<form class="filter" action="/#applicants" method="get" data-swap="applicants">'
        f'<label>At the level<select name="level">{levels}</select></label>'
        f'<label>Outcome<select name="outcome">{outcome_options(wish.outcome)}</select></label>'
        '<label class="grow">Name or id<input type="search" name="q" autocomplete="off"'
        f' value="{escape(wish.text)}"></label><button>Filter</button></form>'
    )


def _row(engine: Engine, seen: Seen) -> tuple[str, ...]:
    person = seen.applicant
    owner = engine.directory.by_client_id[person.client_id].name
    of = "" if owner == "donor" else f' <span class="note">of {escape(owner)}</span>'
    mint = (
        f'<button type="button" class="small js" data-mint="{escape(person.id)}"'
        f' data-name="{escape(person.external_user_id)}">Mint for recipient'
        f'<span class="unseen">: {escape(person.external_user_id)}</span></button>'
    )
    return (
        f"{code(person.external_user_id)}{of}"
        f'<span class="reason"><code>{escape(person.id)}</code></span>',
        f"<bdi>{escape(person.profile.name)}</bdi>",
        verdict_html(seen.verdict, person.profile.recheck),
        mint,
    )


def _nobody(last: str, searched: int) -> str:
    if last:
        return f"<p>Nobody among the {number(searched)} people looked at. Go on below.</p>"
    return "<p>Nobody fits. Choose another outcome, or clear the search.</p>"


def _way_on(wish: Wanted, last: str) -> str:
    first = "" if not wish.after else _link(wish, "", "To the first")
    on = _link(wish, last, "Search on" if wish.filtered else f"Next {ROWS}") if last else ""
    return f'<p class="paging">{first} {on}</p>' if first or on else ""


def _link(wish: Wanted, after: str, label: str) -> str:
    query = {"level": wish.level.name, "outcome": wish.outcome, "q": wish.text, "after": after}
    kept = urlencode({name: value for name, value in query.items() if value})
    return f'<a href="/?{escape(kept)}#applicants" data-swap="applicants">{escape(label)}</a>'
