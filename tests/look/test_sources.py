"""What holds for every template, stylesheet and module: the policy, the sprite, the tokens."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from accounts.look.states import STATES

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").rglob("*.css"))
MODULES = sorted((ROOT / "static" / "js").glob("*.js"))
SPRITE = set(
    re.findall(
        r'<symbol id="i-([\w-]+)"', (ROOT / "templates/_partials/sprite.html").read_text("utf-8")
    )
)


def name_of(path: object) -> str:
    """A parameter's name in the report: the file's path in the project."""
    return str(path).removeprefix(f"{ROOT}/")


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_compiles(path: Path) -> None:
    get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_has_no_inline_script_style_or_handler(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<[^>]*\sstyle\s*=", text)
    assert not re.search(r"<[^>]*\son\w+\s*=", text)
    assert not re.search(r"javascript:", text)
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag or 'type="application/json"' in tag


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_loads_nothing_from_other_sites(path: Path) -> None:
    assert not re.search(r'(?:src|href)="(?:https?:)?//', path.read_text("utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_comment_is_closed_on_its_line(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        assert line.count("{#") == line.count("#}")


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_speaks_plainly(path: Path) -> None:
    text = re.sub(r"{%.*?%}|{#.*?#}|{{.*?}}|<!doctype", "", path.read_text("utf-8"), flags=re.S)
    words = re.sub(r"<[^>]*>", " ", text)
    assert not re.search(r"\b(please|oops|successfully|sorry)\b", words, re.I)
    assert not re.search(r"\w!", words)


def test_every_icon_in_use_is_in_the_sprite() -> None:
    sources = [*TEMPLATES, *MODULES]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    used = {look.icon for look in STATES.values()}
    for way in (r'{% icon "([\w-]+)"', r'\bicon="([\w-]+)"', r'href="#i-([\w-]+)"'):
        used |= set(re.findall(way, text))
    assert used - SPRITE == set()


@pytest.mark.parametrize(
    "path", [path for path in STYLES if path.name != "tokens.css"], ids=name_of
)
def test_stylesheet_uses_roles_never_raw_colours(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    assert not re.search(r"oklch\(|rgba?\(|hsla?\(|:\s*#[0-9a-f]{3,8}\b", text, re.I)
    assert re.search(r"@layer (base|layout|components|utilities)", text)


@pytest.mark.parametrize("path", STYLES, ids=name_of)
def test_stylesheet_uses_only_tokens_that_exist(path: Path) -> None:
    everything = "\n".join(sheet.read_text("utf-8") for sheet in STYLES)
    defined = set(re.findall(r"(--[\w-]+)\s*:", everything))
    assert set(re.findall(r"var\((--[\w-]+)", path.read_text("utf-8"))) <= defined


@pytest.mark.parametrize("path", STYLES, ids=name_of)
def test_stylesheet_is_loaded_by_some_page(path: Path) -> None:
    name = str(path.relative_to(ROOT / "static"))
    assert any(name in template.read_text("utf-8") for template in TEMPLATES)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_says_what_it_is_for_and_keeps_to_the_policy(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("//")
    assert not re.search(r"\beval\(|new Function|(?<!template\.)innerHTML|document\.write", text)
