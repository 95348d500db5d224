"""Addresses below /api/: the contract, the pages that explain it, and version 1."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts.api import docs_page
from accounts.api.nowhere import NowhereView

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema", docs_page.schema, name="api_schema"),
    path("docs/", docs_page.reference, name="api_docs"),
    path("docs/errors/", docs_page.errors, name="api_errors"),
    path("docs/<slug:anchor>/", docs_page.chapter, name="api_chapter"),
    path("v1/", include("accounts.api.urls")),
    path("v1/", include("sharing.api.urls")),
    path("v1/", include("customers.api.urls")),
    re_path(r"^(?P<rest>.*)$", NowhereView.as_view(), name="api_nowhere"),
]
