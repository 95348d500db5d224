"""Addresses under /api/v1/ that are this room's."""

from django.urls import path

from sharing.api.levels import LevelsView

urlpatterns = [path("levels", LevelsView.as_view(), name="api_levels")]
