"""What holds for every template, stylesheet and module: the policy, the sprite, the tokens."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from django.template.loader import get_template

from accounts.look.states import STATES
from config.environment import PROJECT

TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))
STYLES = sorted((PROJECT / "static" / "css").rglob("*.css"))
MODULES = sorted((PROJECT / "static" / "js").glob("*.js"))
SPRITE = set(
    re.findall(
        r'<symbol id="i-([\w-]+)"', (PROJECT / "templates/_partials/sprite.html").read_text("utf-8")
    )
)


def wrong(paths: Iterable[Path], is_wrong: Callable[[str], object]) -> list[str]:
    """The files of which it is true, by their places in the project."""
    return [str(path.relative_to(PROJECT)) for path in paths if is_wrong(path.read_text("utf-8"))]


def test_the_lists_are_not_empty_by_mistake() -> None:
    assert len(TEMPLATES) > 100
    assert len(STYLES) > 20
    assert len(MODULES) > 20


def test_every_template_compiles() -> None:
    for path in TEMPLATES:
        get_template(str(path.relative_to(PROJECT / "templates")))


def test_no_template_has_inline_script_style_or_handler() -> None:
    def is_wrong(text: str) -> bool:
        inline = (r"<style\b", r"<[^>]*\sstyle\s*=", r"<[^>]*\son\w+\s*=", r"javascript:")
        scripts = re.findall(r"<script\b[^>]*>", text)
        return any(re.search(one, text) for one in inline) or any(
            "src=" not in tag and 'type="application/json"' not in tag for tag in scripts
        )

    assert wrong(TEMPLATES, is_wrong) == []


def test_no_template_loads_anything_from_other_sites() -> None:
    assert wrong(TEMPLATES, re.compile(r'(?:src|href)="(?:https?:)?//').search) == []


def test_each_templates_comments_are_closed_on_their_line() -> None:
    def is_wrong(text: str) -> bool:
        return any(line.count("{#") != line.count("#}") for line in text.splitlines())

    assert wrong(TEMPLATES, is_wrong) == []


def test_templates_speak_plainly() -> None:
    def is_wrong(source: str) -> bool:
        text = re.sub(r"{%.*?%}|{#.*?#}|{{.*?}}|<!doctype", "", source, flags=re.S)
        words = re.sub(r"<[^>]*>", " ", text)
        rude = re.search(r"\b(please|oops|successfully|sorry)\b", words, re.I)
        return bool(rude or re.search(r"\w!", words))

    assert wrong(TEMPLATES, is_wrong) == []


def test_every_icon_in_use_is_in_the_sprite() -> None:
    sources = [*TEMPLATES, *MODULES]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    used = {look.icon for look in STATES.values()}
    for way in (r'{% icon "([\w-]+)"', r'\bicon="([\w-]+)"', r'href="#i-([\w-]+)"'):
        used |= set(re.findall(way, text))
    assert used - SPRITE == set()


def test_stylesheets_use_roles_never_raw_colours() -> None:
    def is_wrong(source: str) -> bool:
        text = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
        raw = re.search(r"oklch\(|rgba?\(|hsla?\(|:\s*#[0-9a-f]{3,8}\b", text, re.I)
        return bool(raw) or not re.search(r"@layer (base|layout|components|utilities)", text)

    assert wrong((path for path in STYLES if path.name != "tokens.css"), is_wrong) == []


def test_stylesheets_use_only_tokens_that_exist() -> None:
    everything = "\n".join(sheet.read_text("utf-8") for sheet in STYLES)
    defined = set(re.findall(r"(--[\w-]+)\s*:", everything))
    assert set(re.findall(r"var\((--[\w-]+)", everything)) <= defined


def test_every_stylesheet_is_loaded_by_some_page() -> None:
    pages = "\n".join(template.read_text("utf-8") for template in TEMPLATES)
    names = (str(path.relative_to(PROJECT / "static")) for path in STYLES)
    assert [name for name in names if name not in pages] == []


def test_every_module_says_what_it_is_for_and_keeps_to_the_policy() -> None:
    def is_wrong(text: str) -> bool:
        barred = r"\beval\(|new Function|(?<!template\.)innerHTML|document\.write"
        return not text.startswith("//") or bool(re.search(barred, text))

    assert wrong(MODULES, is_wrong) == []
