"""The levels: what each asks of a person."""

from __future__ import annotations

from html import escape

from sumsub.sandbox.engine import Engine
from sumsub.sandbox.levels import Level, Step
from sumsub.sandbox.page.html import code, table
from sumsub.sandbox.page.outcomes import step_name

_HEADS = (
    ("", "Level"),
    ("wide", "Steps and accepted documents"),
    ("whole", "Ages"),
    ("whole", "Countries"),
)


def section(engine: Engine) -> str:
    """The recipient's levels, the default first, then those of others that it lacks."""
    recipient = engine.directory.recipient.levels
    known = {level.name for level in recipient}
    others = {
        level.name: level
        for workspace in engine.directory.all
        for level in workspace.levels
        if level.name not in known
    }
    rows = [_level(level, default=place == 0) for place, level in enumerate(recipient)]
    rows += [_level(level, note="not the recipient's") for level in others.values()]
    return (
        '<section id="levels"><h2>Levels</h2>'
        "<p>A reuse names one of these. What the donor's documents cover is taken over; what they"
        f" do not cover is asked for.</p>{table('Levels', _HEADS, rows)}</section>"
    )


def _level(level: Level, *, default: bool = False, note: str = "") -> tuple[str, ...]:
    note = "default" if default else note
    name = code(level.name) + (f' <span class="note">{escape(note)}</span>' if note else "")
    steps = "".join(f"<li>{_step(step)}</li>" for step in level.steps)
    return (
        f'{name}<span class="reason">{escape(level.desc)}</span>',
        f'<ul class="plain">{steps}</ul>',
        f"{level.min_age} to {level.max_age}",
        _countries(level),
    )


def _step(step: Step) -> str:
    words = [code(kind) for kind in step.types if kind != "SELFIE"]
    if step.live_capture:
        words.append("taken live")
    if step.liveness:
        words.append("with liveness")
    if step.max_age_days is not None:
        years, days = divmod(step.max_age_days, 365)
        several = f"{years} years" if years > 1 and not days else f"{step.max_age_days} days"
        words.append(f"issued within {several}")
    name = step_name(step.kind.value)
    name = f"<b>{escape(name[:1].upper() + name[1:])}</b>"
    return f"{name}: {', '.join(words)}" if words else name


def _countries(level: Level) -> str:
    if not level.included:
        barred = f" but {', '.join(level.excluded)}" if level.excluded else ""
        return escape(f"all{barred}")
    return (
        f"<details><summary>{len(level.included)} countries</summary>"
        f"{escape(', '.join(level.included))}</details>"
    )
