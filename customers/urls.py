"""Addresses of the recipient's pages."""

from django.urls import path

from customers.views import (
    add,
    applications,
    before,
    customers,
    downloads,
    help,
    imports,
    live,
    new_tokens,
    overview,
    retrying,
    rows,
)

app_name = "customers"

urlpatterns = [
    path("customers/", customers.customer_list, name="list"),
    path("customers/add/", add.add, name="add"),
    path("customers/add/template.csv", add.template, name="template"),
    path("customers/add/same-file/", before.same_file, name="same_file"),
    path("customers/add/history/", before.history, name="history"),
    path("customers/add/clock/", before.clock, name="clock"),
    path("customers/<uuid:pk>/", customers.customer_page, name="customer"),
    path("applications/<uuid:pk>/", applications.application_page, name="application"),
    path("imports/", imports.import_list, name="imports"),
    path("imports/<int:pk>/", imports.import_page, name="import"),
    path("imports/<int:pk>/live/", live.live, name="live"),
    path("imports/<int:pk>/updates/", live.updates, name="updates"),
    path("imports/<int:pk>/results.csv", downloads.results_csv, name="results"),
    path("imports/<int:pk>/results.json", downloads.results_json, name="results_json"),
    path("imports/<int:pk>/failed-rows.csv", downloads.failed_csv, name="failed"),
    path("imports/<int:pk>/failed-rows.json", downloads.failed_json, name="failed_json"),
    path("imports/<int:pk>/new-tokens/", new_tokens.new_tokens, name="new_tokens"),
    path("imports/<int:pk>/new-tokens/pairing/", new_tokens.pairing, name="pairing"),
    path("imports/<int:pk>/new-tokens/list.csv", new_tokens.donor_list, name="donor_list"),
    path("imports/<int:pk>/retry/", retrying.retry, name="retry"),
    path("imports/<int:pk>/rows/<int:line>/", rows.row_page, name="row"),
    path("imports/<int:pk>/rows/<int:line>/ask/", rows.ask, name="row_ask"),
    path("imports/<int:pk>/rows/<int:line>/close/", rows.close, name="row_close"),
    path("imports/<int:pk>/start/", imports.start, name="start"),
    path("imports/<int:pk>/pause/", imports.pause, name="pause"),
    path("imports/<int:pk>/resume/", imports.resume, name="resume"),
    path("imports/<int:pk>/cancel/", imports.cancel, name="cancel"),
    path("gates/<int:pk>/open/", imports.open_gate, name="open_gate"),
    path("help/importing-share-tokens/", help.importing_share_tokens, name="help"),
    path("overview/now/", overview.now, name="now"),
]
