"""The faults in force: shown, chosen by a click, or written by hand."""

from __future__ import annotations

import json
from html import escape

from sumsub.sandbox.engine import Engine
from sumsub.sandbox.page.html import code, table
from sumsub.sandbox.scenario import Rule

_Preset = tuple[str, str, list[dict[str, object]]]
_HEADS = (("", "What happens"), ("", "To calls"), ("", "How often"), ("", "Only for"))

PRESETS: tuple[_Preset, ...] = (
    (
        "Slow",
        "Every answer takes 100 to 500 ms longer",
        [{"do": "latency", "ms": 100, "spread_ms": 400}],
    ),
    (
        "Lost answers",
        "1 reuse in 10 is carried out, and then the connection drops",
        [{"call": "reuse", "probability": 0.1, "do": "drop_after_commit"}],
    ),
    ("Throttled", "Every second call is answered 429", [{"do": "throttle", "probability": 0.5}]),
    (
        "Outage",
        "The next 20 calls are answered 503",
        [{"do": "error_before_commit", "status": 503, "times": 20}],
    ),
    ("Stale look-ups", "No look-up finds what is new", [{"call": "lookup", "do": "stale"}]),
)


def section(engine: Engine) -> str:
    """Rules in force, presets, and the editor."""
    scenario = engine.scenario
    body = json.dumps(scenario.body(), indent=2, ensure_ascii=False)
    return (
        '<section id="faults"><h2>Faults</h2>'
        "<p>What you order here happens to every caller until you clear it. One call alone can ask"
        " for a fault with the header <code>X-Sandbox-Fault: drop_after_commit</code>.</p>"
        f'<div id="rules">{_rules(scenario.rules)}</div>'
        f'<div class="presets js">{"".join(map(_preset, PRESETS))}'
        '<button type="button" class="danger" data-rules="">Clear all</button></div>'
        '<details><summary>All rules and switches as JSON</summary><form id="scenario">'
        '<label for="scenario-text">Scenario</label><textarea id="scenario-text" rows="18"'
        f' spellcheck="false" autocomplete="off">{escape(body)}</textarea>'
        '<p class="js"><button>Put in force</button></p></form></details>'
        '<p id="scenario-told" role="status"></p></section>'
    )


def _preset(preset: _Preset) -> str:
    name, text, rules = preset
    return (
        f'<button type="button" data-rules="{escape(json.dumps(rules))}"><b>{escape(name)}</b>'
        f"<span>{escape(text)}</span></button>"
    )


def _rules(rules: tuple[Rule, ...]) -> str:
    if not rules:
        return '<p class="calm">No fault is in force.</p>'
    return table("Faults in force", _HEADS, [_rule(rule) for rule in rules])


def _rule(rule: Rule) -> tuple[str, ...]:
    what = code(rule.do.value)
    if rule.ms or rule.spread_ms:
        what += f" {rule.ms:g} to {rule.ms + rule.spread_ms:g} ms"
    if rule.status is not None:
        what += f" with {rule.status}"
    often = "always" if rule.probability == 1 else f"{rule.probability:.0%} of calls"
    if rule.times is not None:
        often += f", at most {rule.times} times"
    calls = "all" if rule.call == "*" else code(str(rule.call))
    return what, calls, often, code(rule.applicant_id) if rule.applicant_id else "everybody"
