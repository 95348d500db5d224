"""The page for people at the sandbox's root: what this is and where to find what. No secrets."""

from __future__ import annotations

from html import escape

from sumsub.sandbox.engine import Engine
from sumsub.sandbox.records import Applicant
from sumsub.sandbox.sharing import forecast
from sumsub.sandbox.workspaces import Workspace

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
th, td { text-align: start; padding: .35rem .75rem .35rem 0; vertical-align: top;
  border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
code { font-family: ui-monospace, monospace; font-size: .9em; }
"""

_ADDRESSES = (
    ("GET", "/_sandbox/tokens.csv?n=20", "mints 20 fresh share tokens as a file to import"),
    ("GET", "/_sandbox/applicants?limit=200", "applicants and what a reuse would make of them"),
    ("GET", "/_sandbox/ledger.jsonl?after=0", "everything that happened, one event a line"),
    ("GET, PUT", "/_sandbox/faults", "faults and switches in force"),
    ("GET", "/_sandbox/workspaces", "settings of the workspaces"),
    ("PUT", "/_sandbox/workspaces/recipient", "permissions, partners, features"),
)


def render(engine: Engine) -> str:
    """The whole page as HTML."""
    return f"""<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>Local Sumsub sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>
<body>
<h1>Local Sumsub sandbox</h1>
<p>This server stands in for Sumsub's API on this machine. Its people are invented, its share
tokens work nowhere else, and calls under <code>/resources/</code> must be signed as Sumsub
asks. Limits: {_limit(engine, "post_limit")} writes, {_limit(engine, "get_limit")} reads.
Events in the ledger: {engine.ledger.last_seq()}. Fault rules in force:
{len(engine.scenario.rules)}.</p>
<h2>Addresses</h2>
{_table(("Method", "Address", "What it does"), [_address(*row) for row in _ADDRESSES])}
<h2>Workspaces</h2>
{_table(("Name", "Client id", "Applicants", "Levels"), _workspaces(engine))}
<h2>Demo applicants</h2>
<p>What a reuse at the recipient's default level,
<code>{escape(engine.directory.recipient.levels[0].name)}</code>, does with each.</p>
{_table(("External id", "Applicant id", "Name", "Outcome"), _demo(engine))}
</body></html>
"""


def _limit(engine: Engine, name: str) -> str:
    return escape(str(getattr(engine.switches, name) or "unlimited"))


def _address(methods: str, address: str, text: str) -> tuple[str, str, str]:
    shown = f"<code>{escape(address)}</code>"
    linked = f'<a href="{escape(address)}">{shown}</a>' if "GET" in methods else shown
    return methods, linked, escape(text)


def _workspaces(engine: Engine) -> list[tuple[str, ...]]:
    return [_workspace(engine, workspace) for workspace in engine.directory.all]


def _workspace(engine: Engine, workspace: Workspace) -> tuple[str, ...]:
    levels = ", ".join(level.name for level in workspace.levels)
    return (
        escape(workspace.name),
        f"<code>{escape(workspace.client_id)}</code>",
        str(engine.world.count(workspace.client_id)),
        escape(levels),
    )


def _demo(engine: Engine) -> list[tuple[str, ...]]:
    rows = []
    for population in engine.world.populations.values():
        for number in population.named_numbers():
            applicant = engine.world.find(population.id_of(number))
            if applicant is not None:
                rows.append(_person(engine, applicant))
    return rows


def _person(engine: Engine, applicant: Applicant) -> tuple[str, ...]:
    recipient = engine.directory.recipient
    return (
        f"<code>{escape(applicant.external_user_id)}</code>",
        f"<code>{escape(applicant.id)}</code>",
        f"<bdi>{escape(applicant.profile.name)}</bdi>",
        escape(forecast(engine, applicant, recipient, recipient.levels[0]).outcome),
    )


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table of cells that are HTML already."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
