"""Django's entry for the room `customers`."""

from importlib import import_module

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """See docs/architecture.md for what lives in this room."""

    name = "customers"

    def ready(self) -> None:
        """Say what this room's deeds and objects are called in the audit trail."""
        import_module("customers.trail_words")
