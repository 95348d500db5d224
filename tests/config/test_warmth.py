"""Nobody waits for what every request needs: it is there before the first one comes."""

import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import PROJECT

ASKED = """
import importlib, sys
importlib.import_module(sys.argv[1])
from django.template import engines
from django.urls import get_resolver
[loader] = engines["django"].engine.template_loaders
print("urlconf_module" in vars(get_resolver()))
print(*loader.get_template_cache, sep="\\n")
"""


@pytest.mark.parametrize("door", ["config.asgi", "config.wsgi"])
def test_the_web_server_has_its_views_and_templates_before_the_first_request(
    door: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    told = subprocess.run(
        [sys.executable, "-c", ASKED, door],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    templates = PROJECT / "templates"
    ours = {file.relative_to(templates).as_posix() for file in templates.rglob("*.html")}
    assert told[0] == "True"
    assert len(ours) > 100
    assert ours <= set(told[1:])
