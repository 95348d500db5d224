"""The whole page: its frame, the way through it, and the sections in their order."""

from __future__ import annotations

from html import escape

from sumsub.sandbox.engine import Engine
from sumsub.sandbox.page import credentials, crowd, happenings, requirements, trying, weather
from sumsub.sandbox.page.html import number

_PLACES = (
    ("workspaces", "Workspaces"),
    ("first-call", "A first call"),
    ("applicants", "Applicants"),
    ("token-file", "Token file"),
    ("levels", "Levels"),
    ("faults", "Faults"),
    ("ledger", "Ledger"),
    ("deliveries", "Webhooks"),
    ("addresses", "Addresses"),
)


def render(engine: Engine, params: dict[str, str], host: str) -> str:
    """The page as HTML. ``params`` filter the applicants, ``host`` is how the reader calls us.

    Raises Problem 400 for a filter that makes no sense.
    """
    url = f"http://{host or 'localhost'}"
    places = "".join(f'<li><a href="#{name}">{text}</a></li>' for name, text in _PLACES)
    sections = (
        credentials.section(engine),
        trying.first_call(engine, url),
        crowd.section(engine, params),
        trying.token_file(),
        requirements.section(engine),
        weather.section(engine),
        happenings.section(engine),
        happenings.deliveries(),
        trying.addresses(),
    )
    return f"""<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>Local Sumsub sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/_sandbox/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/_sandbox/page.css">
<script src="/_sandbox/page.js" defer></script>
<script src="/_sandbox/ledger.js" defer></script></head>
<body>
<a class="skip" href="#workspaces">To the content</a>
<header><div class="hatch"></div><div class="head"><h1>Local Sumsub sandbox</h1>
<p>Stands in for Sumsub's API on this machine, at <code>{escape(url)}</code>. Nobody here is real,
and no share token works anywhere else.</p>{_facts(engine)}</div></header>
<div class="body"><nav aria-label="On this page"><ul>{places}</ul></nav>
<main>{"".join(sections)}</main></div>
{trying.dialog(engine)}
<p id="said" class="unseen" role="status"></p>
</body></html>
"""


def _facts(engine: Engine) -> str:
    switches = engine.switches
    facts = (
        ("Writes", _limit(str(switches.post_limit or ""))),
        ("Reads", _limit(str(switches.get_limit or ""))),
        ("Faults in force", str(len(engine.scenario.rules))),
        ("Events in the ledger", number(engine.ledger.last_seq())),
        ("Applicants", number(sum(one.count for one in engine.world.populations.values()))),
    )
    return (
        '<dl class="facts">'
        + "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
        + "</dl>"
    )


def _limit(text: str) -> str:
    if not text:
        return "unlimited"
    calls, _, seconds = text.partition("/")
    return f"{calls} in {seconds.removesuffix('s')} s"
