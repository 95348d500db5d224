"""Addresses under /api/v1/ that are this room's."""

from django.urls import path

from accounts.api import who

urlpatterns = [
    path("client", who.ClientView.as_view(), name="api_client"),
    path("audit-events", who.EventsView.as_view(), name="api_events"),
    path("audit-events/<str:event_id>", who.EventView.as_view(), name="api_event"),
]
