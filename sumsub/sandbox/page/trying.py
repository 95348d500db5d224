"""How to try the sandbox: a file of share tokens, a first signed call, the share-token dialog."""

from __future__ import annotations

from html import escape

from sumsub.sandbox.engine import Engine
from sumsub.sandbox.page.html import copy_button, option, table
from sumsub.sandbox.page.outcomes import outcome_options
from sumsub.sandbox.token_file import COLUMNS
from sumsub.sandbox.workspaces import Workspace

_SIGNED = r"""signed() { # METHOD TARGET [BODY]
  ts=$(date +%s)
  sig=$(printf '%s%s%s%s' "$ts" "$1" "$2" "$3" |
    openssl dgst -sha256 -hmac "$SECRET_KEY" | sed 's/^.* //')
  curl -sS -X "$1" "$URL$2" -H 'Content-Type: application/json' -H "X-App-Token: $APP_TOKEN" \
    -H "X-App-Access-Ts: $ts" -H "X-App-Access-Sig: $sig" --data-binary "$3"
}"""

_ADDRESSES = (
    ("GET", "/_sandbox/tokens.csv?n=20", "20 fresh share tokens as a file to import"),
    ("POST", "/_sandbox/mint", 'one share token: {"applicant_id", "for_client_id", "ttl"}'),
    ("GET", "/_sandbox/applicants?limit=200", "applicants and what a reuse makes of them"),
    ("GET", "/_sandbox/ledger.jsonl?after=0", "everything that happened, one event a line"),
    ("GET", "/_sandbox/deliveries.jsonl?after=0", "webhooks sent, one attempt a line"),
    ("GET, PUT", "/_sandbox/faults", "faults and switches in force"),
    ("GET", "/_sandbox/workspaces", "settings of the workspaces"),
    ("PUT", "/_sandbox/workspaces/recipient", "permissions, partners, features"),
)
_HEADS = (("", "Address"), ("", "Method"), ("wide", "What it does"))


def token_file() -> str:
    """The form that downloads share tokens."""
    columns = "".join(
        f'<label class="tick"><input type="checkbox" name="columns" value="{name}"'
        f"{' checked' if name == 'token' else ''}>{name.replace('_', ' ')}</label>"
        for name in COLUMNS
    )
    return (
        '<section id="token-file"><h2>A file of share tokens</h2>'
        "<p>Fresh share tokens for the recipient, as CSV. The first twenty cover all kinds of"
        " outcome.</p>"
        '<form class="filter" action="/_sandbox/tokens.csv" method="get">'
        '<label>How many<input name="n" type="number" min="1" max="1000000" value="20" required>'
        '</label><label>Valid, in seconds<input name="ttl" type="number" min="1" value="1200"'
        ' required></label><label>Outcome<select name="outcome">'
        f"{outcome_options('')}</select></label>"
        f'<fieldset class="grow"><legend>Columns</legend>{columns}</fieldset>'
        "<button>Download CSV</button></form></section>"
    )


def first_call(engine: Engine, url: str) -> str:
    """Commands to paste into a terminal, for three calls."""
    donor, recipient = engine.directory.donor, engine.directory.recipient
    person = engine.donors.at(0)
    mint = (
        '{"applicantId": "' + person.id + '", "forClientId": "' + recipient.client_id + '",'
        ' "ttlInSecs": 1200}'
    )
    steps = (
        (
            "As the recipient: which levels are there?",
            f"{_caller(url, recipient)}\n{_SIGNED}\nsigned GET /resources/applicants/-/levels",
        ),
        (
            "As the donor: mint a share token",
            f"{_caller(url, donor)}\n{_SIGNED}\n"
            f"signed POST /resources/accessTokens/shareToken '{mint}'",
        ),
        (
            "As the recipient: redeem it. Put the share token in the first line",
            f"SHARE_TOKEN='…'\n{_caller(url, recipient)}\n{_SIGNED}\n"
            'signed POST "/resources/api/reusableIdentity/reuse?shareToken=$SHARE_TOKEN'
            f'&levelName={recipient.levels[0].name}&userId=customer-1"',
        ),
    )
    commands = "".join(_command(place, *step) for place, step in enumerate(steps, 1))
    return (
        '<section id="first-call"><h2>A first call</h2>'
        "<p>Open a step, copy it into bash. It signs with openssl, as Sumsub asks: HMAC-SHA256 over"
        " time, method, target and body.</p>"
        f"{commands}</section>"
    )


def addresses() -> str:
    """The sandbox's own addresses."""
    rows = [
        (
            f'<a href="{escape(path)}"><code>{escape(path)}</code></a>'
            if "GET" in methods
            else f"<code>{escape(path)}</code>",
            escape(methods),
            escape(text),
        )
        for methods, path, text in _ADDRESSES
    ]
    return (
        '<section id="addresses"><h2>Addresses for programs</h2>'
        "<p>Beside Sumsub's calls under <code>/resources/</code>, unsigned and for this machine"
        f" only.</p>{table('Addresses', _HEADS, rows)}</section>"
    )


def dialog(engine: Engine) -> str:
    """Where a share token minted here is shown, once."""
    recipients = "".join(
        option(one.client_id, one.name, chosen=one is engine.directory.recipient)
        for one in engine.directory.all
    )
    return (
        '<dialog id="mint" aria-labelledby="mint-title"><form method="dialog">'
        '<h2 id="mint-title">Share token</h2><p>For <code id="mint-name"></code></p>'
        '<p class="token"><code id="mint-token"></code>'
        f"{copy_button('share token', 'mint-token')}</p>"
        '<p id="mint-told" role="status"></p><div class="filter">'
        f'<label>Recipient<select id="mint-for">{recipients}</select></label>'
        '<label>Valid, in seconds<input id="mint-ttl" type="number" min="1" value="1200"></label>'
        '<button type="button" id="mint-again">Mint another</button>'
        '<button class="primary">Close</button></div></form></dialog>'
    )


def _caller(url: str, workspace: Workspace) -> str:
    return f"URL={url}\nAPP_TOKEN='{workspace.app_token}'\nSECRET_KEY='{workspace.secret_key}'"


def _command(place: int, title: str, command: str) -> str:
    ident = f"command-{place}"
    return (
        f"<details><summary>{place}. {escape(title)}</summary>"
        f'<div class="command"><pre id="{ident}" tabindex="0">{escape(command)}</pre>'
        f"{copy_button(f'step {place}', ident)}</div></details>"
    )
