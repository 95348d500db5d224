"""An address of the API as its room's URL map says it."""

from django.urls import URLPattern, path

from accounts.api.views import ApiView


def door(place: str, view: type[ApiView], name: str) -> URLPattern:
    """The view at a place below /api/v1/, and the name by which others find it."""
    return path(place, view.as_view(), name=name)
