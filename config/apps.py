"""Django's entry for the wiring. Loading it registers the start-up checks of config.checks."""

from django.apps import AppConfig

import config.checks  # noqa: F401 - registers the checks


class ConfigConfig(AppConfig):
    """The wiring has no models of its own."""

    name = "config"
