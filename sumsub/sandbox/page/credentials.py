"""Workspaces with everything a caller needs. The secrets are demo secrets, invented and local."""

from __future__ import annotations

from html import escape

from sumsub.sandbox.engine import Engine
from sumsub.sandbox.page.html import code, copyable, definition, number, secret
from sumsub.sandbox.workspaces import Permission, Workspace

_PURPOSE = {
    "donor": "Has verified people and shares them.",
    "recipient": "Redeems share tokens and gets applicants of its own.",
    "stranger": "Nobody's partner: reuse is refused with 10501.",
    "dormant": "Reuse and copy are switched off: 10505.",
    "renamed": "Its share tokens carry a client id that is gone: 10502.",
    "production": "Has a production app token; sandbox and production do not mix.",
}


def section(engine: Engine) -> str:
    """The two workspaces that most people need, and the others behind a fold."""
    cards = [_workspace(engine, workspace) for workspace in engine.directory.all]
    return (
        '<section id="workspaces"><h2>Workspaces</h2>'
        "<p>Sign your calls with one of these. They are invented, belong to this sandbox and work"
        " nowhere else.</p>"
        f'<div class="cards">{"".join(cards[:2])}</div>'
        f"<details><summary>{len(cards) - 2} more workspaces, so that every refusal can be met"
        f'</summary><div class="cards">{"".join(cards[2:])}</div></details></section>'
    )


def _workspace(engine: Engine, workspace: Workspace) -> str:
    name = workspace.name
    keys = definition(
        (
            ("Client id", copyable(workspace.client_id, f"client id of {name}", f"{name}-client")),
            ("App token", secret(workspace.app_token, f"app token of {name}", f"{name}-app")),
            ("Secret key", secret(workspace.secret_key, f"secret key of {name}", f"{name}-secret")),
            (
                "Webhook secret",
                secret(workspace.webhook_secret, f"webhook secret of {name}", f"{name}-webhook"),
            ),
            ("Permissions", _permissions(workspace)),
            ("Partners", _partners(engine, workspace)),
            ("Webhooks to", _webhooks(engine, workspace)),
            ("Applicants", number(engine.world.count(workspace.client_id))),
        )
    )
    purpose = escape(_PURPOSE.get(name, ""))
    return f'<article class="card"><h3>{escape(name)}</h3><p>{purpose}</p>{keys}</article>'


def _webhooks(engine: Engine, workspace: Workspace) -> str:
    targets = [code(webhook.target) for webhook in engine.webhooks.of(workspace.client_id)]
    return "<br>".join(targets) or "nowhere"


def _permissions(workspace: Workspace) -> str:
    held = [_words(one) for one in Permission if workspace.may(one)]
    lacking = [_words(one) for one in Permission if not workspace.may(one)]
    text = ", ".join(held) or "nothing"
    return escape(text + (f"; not: {', '.join(lacking)}" if lacking else ""))


def _words(permission: Permission) -> str:
    return permission.value.replace("_", " ")


def _partners(engine: Engine, workspace: Workspace) -> str:
    told = []
    for client_id in workspace.settings.partners:
        other = engine.directory.by_client_id.get(client_id)
        mutual = other is not None and engine.directory.partners(workspace, other)
        name = escape(other.name) if other is not None else code(client_id)
        told.append(name if mutual else f"{name} (only one side agreed)")
    return ", ".join(told) or "none"
