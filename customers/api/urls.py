"""Addresses under /api/v1/ that are this room's, and the bulk call's where Dakota has it."""

from django.urls import path

from accounts.api.addresses import door
from accounts.api.later import asynchronous
from customers.api import (
    applicant_links,
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
_IMPORT = "imports/<str:import_id>"
_ROW = "rows/<str:row_id>"
_APPLICATION = "applications/<str:application_id>"
_TASK = "tasks/<str:task_id>"
_ENDPOINT = "webhook-endpoints/<str:endpoint_id>"

urlpatterns = [
    path(BULK, asynchronous(BulkImport.as_view()), name="api_bulk"),
    door("imports", imports.ImportsView, "api_imports"),
    door(_IMPORT, imports.ImportView, "api_import"),
    door(f"{_IMPORT}/rows", rows.RowsView, "api_rows"),
    door(f"{_IMPORT}/reasons", rows.ReasonsView, "api_reasons"),
    path(
        f"{_IMPORT}/events",
        asynchronous(EventsView.as_view()),
        name="api_import_events",
    ),
    door(f"{_IMPORT}/results", results.ResultsView, "api_results"),
    door(f"{_IMPORT}/results.csv", results.ResultsCsvView, "api_results_csv"),
    door(f"{_IMPORT}/start", import_deeds.StartView, "api_start"),
    door(f"{_IMPORT}/pause", import_deeds.PauseView, "api_pause"),
    door(f"{_IMPORT}/resume", import_deeds.ResumeView, "api_resume"),
    door(f"{_IMPORT}/cancel", import_deeds.CancelView, "api_cancel"),
    door(f"{_IMPORT}/retry", import_deeds.RetryView, "api_retry"),
    door(f"{_IMPORT}/preview", preview.PreviewView, "api_preview"),
    door(f"{_IMPORT}/start-passing", preview.PassingView, "api_passing"),
    door(f"{_IMPORT}/new-tokens", renewals.NewTokensView, "api_renewal"),
    door(f"{_IMPORT}/new-tokens-please.csv", renewals.DonorListView, "api_donor_list"),
    door(_ROW, rows.RowView, "api_row"),
    door(f"{_ROW}/history", row_deeds.HistoryView, "api_row_history"),
    door(f"{_ROW}/guide", row_deeds.GuideView, "api_row_guide"),
    door(f"{_ROW}/ask-again", row_deeds.AskAgainView, "api_row_ask"),
    door(f"{_ROW}/close", row_deeds.CloseView, "api_row_close"),
    door("customers", customers.CustomersView, "api_customers"),
    door("customers/<str:customer_id>", customers.CustomerView, "api_customer"),
    door("applications", applications.ApplicationsView, "api_applications"),
    door(_APPLICATION, applications.ApplicationView, "api_application"),
    door(f"{_APPLICATION}/timeline", applications.TimelineView, "api_timeline"),
    door(f"{_APPLICATION}/attestations", application_deeds.AttestView, "api_attest"),
    door(f"{_APPLICATION}/submit", application_deeds.SubmitView, "api_submit"),
    door(f"{_APPLICATION}/take", application_decisions.TakeView, "api_take"),
    door(f"{_APPLICATION}/approve", application_decisions.ApproveView, "api_approve"),
    door(f"{_APPLICATION}/decline", application_decisions.DeclineView, "api_decline"),
    door(
        f"{_APPLICATION}/request-information",
        application_decisions.AskView,
        "api_request_information",
    ),
    door(f"{_APPLICATION}/reopen", application_decisions.ReopenView, "api_reopen"),
    door(f"{_APPLICATION}/checks", application_decisions.CheckView, "api_check"),
    door(f"{_APPLICATION}/applicant-link", applicant_links.ApplicantLinkView, "api_applicant_link"),
    door(
        f"{_APPLICATION}/applicant-link/revoke", applicant_links.RevokeLinkView, "api_link_revoke"
    ),
    door(
        f"{_APPLICATION}/applicant-link/take-over",
        applicant_links.TakeOverView,
        "api_link_take_over",
    ),
    door(f"{_APPLICATION}/documents", documents.DocumentsView, "api_documents"),
    door(
        f"{_APPLICATION}/documents/<str:document_id>/content",
        documents.DocumentContentView,
        "api_document_content",
    ),
    door(
        f"{_APPLICATION}/documents/<str:document_id>/remove",
        documents.DocumentRemovalView,
        "api_document_remove",
    ),
    door("pairs", pairs.PairsView, "api_pairs"),
    door("pairs/<str:pair_id>", pairs.PairView, "api_pair"),
    door("pairs/<str:pair_id>/decide", pairs.DecideView, "api_pair_decide"),
    door("tasks", tasks.TasksView, "api_tasks"),
    door("tasks/assign", tasks_together.AssignManyView, "api_tasks_assign"),
    door("tasks/plan", tasks_together.PlanManyView, "api_tasks_plan"),
    door(_TASK, tasks.TaskView, "api_task"),
    door(f"{_TASK}/assign", task_people.AssignView, "api_task_assign"),
    door(f"{_TASK}/colleagues", task_people.ColleaguesView, "api_colleagues"),
    door(f"{_TASK}/notes", task_notes.NotesView, "api_notes"),
    door(f"{_TASK}/notes/<str:note_id>", task_notes.NoteView, "api_note"),
    door("gates", gates.GatesView, "api_gates"),
    door("gates/<str:gate_id>/open", gates.GateOpeningView, "api_gate_open"),
    door("webhook-endpoints", webhooks.EndpointsView, "api_endpoints"),
    door(_ENDPOINT, webhooks.EndpointView, "api_endpoint"),
    door(f"{_ENDPOINT}/pause", webhook_deeds.PauseView, "api_endpoint_pause"),
    door(f"{_ENDPOINT}/resume", webhook_deeds.ResumeView, "api_endpoint_resume"),
    door(f"{_ENDPOINT}/rotate", webhook_deeds.RotateView, "api_endpoint_rotate"),
    door(f"{_ENDPOINT}/test", webhook_deeds.TestingView, "api_endpoint_test"),
    door(f"{_ENDPOINT}/deliveries", deliveries.DeliveriesView, "api_deliveries"),
    door(f"{_ENDPOINT}/replay-failed", deliveries.ReplayFailedView, "api_replay_failed"),
    door("webhook-deliveries/<str:delivery_id>", deliveries.DeliveryView, "api_delivery"),
    door("webhook-deliveries/<str:delivery_id>/replay", deliveries.ReplayView, "api_replay"),
    door("connection", ConnectionView, "api_connection"),
]
as_dakota = [
    path(BULK, asynchronous(BulkImportAsDakota.as_view()), name="api_bulk_as_dakota"),
    path(
        f"partners/<str:partner_id>/{BULK}",
        asynchronous(BulkImportFrom.as_view()),
        name="api_bulk_from",
    ),
]
