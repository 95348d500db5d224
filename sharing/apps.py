"""Django's entry for the room `sharing`."""

from importlib import import_module

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """See docs/architecture.md for what lives in this room."""

    name = "sharing"

    def ready(self) -> None:
        """Say what this room's deeds and objects are called in the audit trail."""
        import_module("sharing.trail_words")
