"""Django's entry for the room `sharing`."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """See docs/architecture.md for what lives in this room."""

    name = "sharing"
    default_auto_field = "django.db.models.BigAutoField"
