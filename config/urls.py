"""All addresses. Each room brings its own; here they only get their place."""

from django.urls import URLPattern, URLResolver, include, path

from config.health import healthz, readyz
from config.metrics import metrics
from customers.api.urls import as_dakota
from customers.views.overview import overview

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("accounts/", include("accounts.sign_in_urls")),
    path("api/", include("config.api_urls")),
    path("", include(as_dakota)),
    path("", overview, name="overview"),
    path("", include("accounts.urls")),
    path("", include("customers.urls")),
    path("", include("sharing.urls")),
]

handler400 = "accounts.error_pages.bad_request"
handler403 = "accounts.error_pages.forbidden"
handler404 = "accounts.error_pages.not_found"
handler500 = "accounts.error_pages.server_error"
