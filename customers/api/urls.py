"""Addresses under /api/v1/ that are this room's, and the bulk call's where Dakota has it."""

from django.urls import path

from accounts.api.later import asynchronous
from customers.api import (
    application_decisions,
    application_deeds,
    applications,
    customers,
    deliveries,
    documents,
    gates,
    import_deeds,
    imports,
    pairs,
    preview,
    renewals,
    results,
    row_deeds,
    rows,
    task_notes,
    task_people,
    tasks,
    tasks_together,
    webhook_deeds,
    webhooks,
)
from customers.api.bulk_import import BulkImport, BulkImportAsDakota, BulkImportFrom
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
    path(
        "imports/<str:import_id>/new-tokens", renewals.NewTokensView.as_view(), name="api_renewal"
    ),
    path(
        "imports/<str:import_id>/new-tokens-please.csv",
        renewals.DonorListView.as_view(),
        name="api_donor_list",
    ),
    path("rows/<str:row_id>", rows.RowView.as_view(), name="api_row"),
    path("rows/<str:row_id>/history", row_deeds.HistoryView.as_view(), name="api_row_history"),
    path("rows/<str:row_id>/guide", row_deeds.GuideView.as_view(), name="api_row_guide"),
    path("rows/<str:row_id>/ask-again", row_deeds.AskAgainView.as_view(), name="api_row_ask"),
    path("rows/<str:row_id>/close", row_deeds.CloseView.as_view(), name="api_row_close"),
    path("customers", customers.CustomersView.as_view(), name="api_customers"),
    path("customers/<str:customer_id>", customers.CustomerView.as_view(), name="api_customer"),
    path("applications", applications.ApplicationsView.as_view(), name="api_applications"),
    path(
        "applications/<str:application_id>",
        applications.ApplicationView.as_view(),
        name="api_application",
    ),
    path(
        "applications/<str:application_id>/timeline",
        applications.TimelineView.as_view(),
        name="api_timeline",
    ),
    path(
        "applications/<str:application_id>/attestations",
        application_deeds.AttestView.as_view(),
        name="api_attest",
    ),
    path(
        "applications/<str:application_id>/submit",
        application_deeds.SubmitView.as_view(),
        name="api_submit",
    ),
    path(
        "applications/<str:application_id>/take",
        application_decisions.TakeView.as_view(),
        name="api_take",
    ),
    path(
        "applications/<str:application_id>/approve",
        application_decisions.ApproveView.as_view(),
        name="api_approve",
    ),
    path(
        "applications/<str:application_id>/decline",
        application_decisions.DeclineView.as_view(),
        name="api_decline",
    ),
    path(
        "applications/<str:application_id>/request-information",
        application_decisions.AskView.as_view(),
        name="api_request_information",
    ),
    path(
        "applications/<str:application_id>/reopen",
        application_decisions.ReopenView.as_view(),
        name="api_reopen",
    ),
    path(
        "applications/<str:application_id>/checks",
        application_decisions.CheckView.as_view(),
        name="api_check",
    ),
    path(
        "applications/<str:application_id>/documents",
        documents.DocumentsView.as_view(),
        name="api_documents",
    ),
    path(
        "applications/<str:application_id>/documents/<str:document_id>/content",
        documents.DocumentContentView.as_view(),
        name="api_document_content",
    ),
    path(
        "applications/<str:application_id>/documents/<str:document_id>/remove",
        documents.DocumentRemovalView.as_view(),
        name="api_document_remove",
    ),
    path("pairs", pairs.PairsView.as_view(), name="api_pairs"),
    path("pairs/<str:pair_id>", pairs.PairView.as_view(), name="api_pair"),
    path("pairs/<str:pair_id>/decide", pairs.DecideView.as_view(), name="api_pair_decide"),
    path("tasks", tasks.TasksView.as_view(), name="api_tasks"),
    path("tasks/assign", tasks_together.AssignManyView.as_view(), name="api_tasks_assign"),
    path("tasks/plan", tasks_together.PlanManyView.as_view(), name="api_tasks_plan"),
    path("tasks/<str:task_id>", tasks.TaskView.as_view(), name="api_task"),
    path("tasks/<str:task_id>/assign", task_people.AssignView.as_view(), name="api_task_assign"),
    path(
        "tasks/<str:task_id>/colleagues",
        task_people.ColleaguesView.as_view(),
        name="api_colleagues",
    ),
    path("tasks/<str:task_id>/notes", task_notes.NotesView.as_view(), name="api_notes"),
    path("tasks/<str:task_id>/notes/<str:note_id>", task_notes.NoteView.as_view(), name="api_note"),
    path("gates", gates.GatesView.as_view(), name="api_gates"),
    path("gates/<str:gate_id>/open", gates.GateOpeningView.as_view(), name="api_gate_open"),
    path("webhook-endpoints", webhooks.EndpointsView.as_view(), name="api_endpoints"),
    path(
        "webhook-endpoints/<str:endpoint_id>", webhooks.EndpointView.as_view(), name="api_endpoint"
    ),
    path(
        "webhook-endpoints/<str:endpoint_id>/pause",
        webhook_deeds.PauseView.as_view(),
        name="api_endpoint_pause",
    ),
    path(
        "webhook-endpoints/<str:endpoint_id>/resume",
        webhook_deeds.ResumeView.as_view(),
        name="api_endpoint_resume",
    ),
    path(
        "webhook-endpoints/<str:endpoint_id>/rotate",
        webhook_deeds.RotateView.as_view(),
        name="api_endpoint_rotate",
    ),
    path(
        "webhook-endpoints/<str:endpoint_id>/test",
        webhook_deeds.TestingView.as_view(),
        name="api_endpoint_test",
    ),
    path(
        "webhook-endpoints/<str:endpoint_id>/deliveries",
        deliveries.DeliveriesView.as_view(),
        name="api_deliveries",
    ),
    path(
        "webhook-endpoints/<str:endpoint_id>/replay-failed",
        deliveries.ReplayFailedView.as_view(),
        name="api_replay_failed",
    ),
    path(
        "webhook-deliveries/<str:delivery_id>",
        deliveries.DeliveryView.as_view(),
        name="api_delivery",
    ),
    path(
        "webhook-deliveries/<str:delivery_id>/replay",
        deliveries.ReplayView.as_view(),
        name="api_replay",
    ),
    path("connection", ConnectionView.as_view(), name="api_connection"),
]
as_dakota = [
    path(BULK, asynchronous(BulkImportAsDakota.as_view()), name="api_bulk_as_dakota"),
    path(
        f"partners/<str:partner_id>/{BULK}",
        asynchronous(BulkImportFrom.as_view()),
        name="api_bulk_from",
    ),
]
