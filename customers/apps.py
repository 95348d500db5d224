"""Django's entry for the room `customers`."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """See docs/architecture.md for what lives in this room."""

    name = "customers"
    default_auto_field = "django.db.models.BigAutoField"
