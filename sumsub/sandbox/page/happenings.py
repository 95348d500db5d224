"""The ledger as it grows, and the webhooks on their way."""

from __future__ import annotations

import json
from html import escape

from sumsub.sandbox.engine import Engine
from sumsub.sandbox.ledger import Event
from sumsub.sandbox.page.html import code, option, table

NEWEST = 20
_HEADS = (
    ("end", "No."),
    ("", "Time, UTC"),
    ("", "Event"),
    ("", "Caller"),
    ("", "Applicant"),
    ("end", "Answer"),
)


def section(engine: Engine) -> str:
    """The newest events; the script goes on from there."""
    last = engine.ledger.last_seq()
    text = b"".join(engine.ledger.lines(max(0, last - NEWEST))).decode()
    events = [json.loads(line) for line in reversed(text.splitlines())]
    choices = option("", "Every event", chosen=True)
    choices += "".join(option(one.value, one.value, chosen=False) for one in Event)
    rows = table(
        "Ledger, newest first", _HEADS, [_event(one) for one in events], ident="ledger-rows"
    )
    return (
        f'<section id="ledger" data-last="{last}"><h2>Ledger</h2>'
        "<p>What happened, newest first, written at the moment it became true. Share tokens appear"
        ' by their SHA-256 only. <a href="/_sandbox/ledger.jsonl">The whole ledger as JSON'
        "&nbsp;lines</a>.</p>"
        '<div class="filter js"><label>Show<select id="ledger-event">'
        f'{choices}</select></label><button type="button" id="ledger-pause" aria-pressed="false">'
        'Pause</button><span class="live" id="ledger-state" role="status">Live</span></div>'
        f'{rows}<p id="ledger-empty"{" hidden" if events else ""}>Nothing yet. Mint a share token'
        " above, or send a first call.</p></section>"
    )


def deliveries() -> str:
    """Filled by the script from the deliveries' own address."""
    return (
        '<section id="deliveries" class="js"><h2>Webhooks</h2>'
        "<p>What the sandbox sends to the webhook addresses, with each attempt."
        ' <a href="/_sandbox/deliveries.jsonl">All deliveries as JSON lines</a>.</p>'
        '<div id="deliveries-rows"><p>No webhook was sent yet.</p></div></section>'
    )


def _event(event: dict[str, object]) -> tuple[str, ...]:
    status = "" if event["status"] is None else str(event["status"])
    code_ = "" if event["error_code"] is None else f" · {event['error_code']}"
    who = str(event["external_user_id"] or event["applicant_id"] or "")
    return (
        str(event["seq"]),
        escape(str(event["at"])[11:23]),
        escape(str(event["event"])),
        escape(str(event["client_id"])),
        code(who) if who else "",
        escape(status + code_),
    )
