"""What the first request would otherwise wait for: addresses, views and templates."""

from pathlib import Path

from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.urls import reverse


def warm_up() -> None:
    """Load every view and template before the first request comes: together they take a second."""
    reverse("overview")
    for engine in engines.all():
        if isinstance(engine, DjangoTemplates):
            _load_templates(engine)


def _load_templates(engine: DjangoTemplates) -> None:
    """Compile our own templates; the engine keeps them."""
    for folder in map(Path, engine.dirs):
        for file in folder.rglob("*.html"):
            engine.get_template(file.relative_to(folder).as_posix())
