"""docker-compose.yml as Compose would read it, for tests on machines without a Docker engine."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from config.environment import PROJECT

# ${NAME}, ${NAME:-default}, ${NAME:?sentence}; older releases end a default at its first brace.
VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::(?P<how>[-?])(?P<rest>[^{}]*))?\}")


class Missing(Exception):
    """A required variable is not set; the text is the sentence that Compose would print."""


def compose_file() -> dict[str, Any]:
    """The file as data, nothing filled in."""
    found: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text("utf-8"))
    return found


def filled_in(value: Any, values: Mapping[str, str]) -> Any:
    """The same structure with its variables replaced. Raises Missing for a required one."""
    if isinstance(value, dict):
        return {name: filled_in(inner, values) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled_in(inner, values) for inner in value]
    if isinstance(value, str):
        return VARIABLE.sub(lambda found: _value(found, values), value).replace("$$", "$")
    return value


def variables(value: Any) -> set[str]:
    """The names of all variables in a structure."""
    return {found["name"] for found in VARIABLE.finditer(str(value))}


def example_values() -> dict[str, str]:
    """What .env.example sets, empty values included."""
    lines = (PROJECT / ".env.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def example_names() -> set[str]:
    """Every name that .env.example explains, those it leaves commented out included."""
    text = (PROJECT / ".env.example").read_text("utf-8")
    return set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", text, re.MULTILINE))


def settings_names() -> set[str]:
    """Every name that the settings read from the environment."""
    text = "".join(
        Path(PROJECT / "config" / file).read_text("utf-8")
        for file in ("settings.py", "applicants.py", "environment.py")
    )
    called = r"(?:secret|env\.\w+|environ\.get)\(\s*\"([A-Z][A-Z_]+)\""
    return set(re.findall(called, text))


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    given = values.get(found["name"], "")
    if found["how"] == "?" and not given:
        raise Missing(found["rest"])
    return given or (found["rest"] if found["how"] == "-" else "")
