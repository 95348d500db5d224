"""The room for people, rights and the audit trail."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Connects the receivers once models are loaded."""

    name = "accounts"

    def ready(self) -> None:
        """Hook sign-in into the audit trail, keep the roles in place after a flush, name deeds."""
        import_module("accounts.sign_in_trail")
        import_module("accounts.roles")
        import_module("accounts.trail_words")
