"""Addresses under /api/v1/ that are this room's, and the bulk call's where Dakota has it."""

from django.urls import path

from accounts.api.later import asynchronous
from customers.api import customers, import_deeds, imports, preview, results, rows
from customers.api.bulk_import import BulkImport, BulkImportAsDakota
from customers.api.connection import ConnectionView
from customers.api.events import EventsView

BULK = "customers/bulk-import-sumsub-tokens"

urlpatterns = [
    path(BULK, asynchronous(BulkImport.as_view()), name="api_bulk"),
    path("imports", imports.ImportsView.as_view(), name="api_imports"),
    path("imports/<str:import_id>", imports.ImportView.as_view(), name="api_import"),
    path("imports/<str:import_id>/rows", rows.RowsView.as_view(), name="api_rows"),
    path("imports/<str:import_id>/reasons", rows.ReasonsView.as_view(), name="api_reasons"),
    path(
        "imports/<str:import_id>/events",
        asynchronous(EventsView.as_view()),
        name="api_import_events",
    ),
    path("imports/<str:import_id>/results", results.ResultsView.as_view(), name="api_results"),
    path(
        "imports/<str:import_id>/results.csv",
        results.ResultsCsvView.as_view(),
        name="api_results_csv",
    ),
    path("imports/<str:import_id>/start", import_deeds.StartView.as_view(), name="api_start"),
    path("imports/<str:import_id>/pause", import_deeds.PauseView.as_view(), name="api_pause"),
    path("imports/<str:import_id>/resume", import_deeds.ResumeView.as_view(), name="api_resume"),
    path("imports/<str:import_id>/cancel", import_deeds.CancelView.as_view(), name="api_cancel"),
    path("imports/<str:import_id>/retry", import_deeds.RetryView.as_view(), name="api_retry"),
    path("imports/<str:import_id>/preview", preview.PreviewView.as_view(), name="api_preview"),
    path(
        "imports/<str:import_id>/start-passing", preview.PassingView.as_view(), name="api_passing"
    ),
    path("rows/<str:row_id>", rows.RowView.as_view(), name="api_row"),
    path("customers", customers.CustomersView.as_view(), name="api_customers"),
    path("customers/<str:customer_id>", customers.CustomerView.as_view(), name="api_customer"),
    path(
        "applications/<str:application_id>",
        customers.ApplicationView.as_view(),
        name="api_application",
    ),
    path("connection", ConnectionView.as_view(), name="api_connection"),
]
as_dakota = [path(BULK, asynchronous(BulkImportAsDakota.as_view()), name="api_bulk_as_dakota")]
