"""This room's own pages; allauth's are in `accounts.sign_in_urls`."""

from django.urls import path

from accounts import (
    account_page,
    api_clients_page,
    audit_page,
    look_page,
    notices_page,
    saved_filters_page,
)

app_name = "accounts"

urlpatterns = [
    path("audit/", audit_page.trail, name="audit"),
    path("audit/trail.csv", audit_page.export_csv, name="audit_csv"),
    path("audit/trail.json", audit_page.export_json, name="audit_json"),
    path("audit/verify/", audit_page.verify, name="audit_verify"),
    path("audit/checks/<int:pk>/", audit_page.check, name="audit_check"),
    path("audit/checks/<int:pk>/go-on/", audit_page.go_on, name="audit_check_go_on"),
    path("account/", account_page.account, name="account"),
    path("account/notices/", account_page.mail_notices, name="mail_notices"),
    path("account/notices/choices/", account_page.choose_notices, name="choose_notices"),
    path("notices/", notices_page.notices, name="notices"),
    path("notices/bell/", notices_page.bell, name="bell"),
    path("notices/read/", notices_page.read_all, name="notices_read"),
    path("notices/<int:pk>/read/", notices_page.read, name="notice_read"),
    path("filters/<slug:page>/save/", saved_filters_page.save, name="filter_save"),
    path("filters/<int:pk>/rename/", saved_filters_page.rename, name="filter_rename"),
    path("filters/<int:pk>/delete/", saved_filters_page.delete, name="filter_delete"),
    path("filters/<int:pk>/default/", saved_filters_page.set_default, name="filter_default"),
    path("settings/api-clients/", api_clients_page.clients, name="api_clients"),
    path("settings/api-clients/add/", api_clients_page.add, name="api_client_add"),
    path("settings/api-clients/<int:pk>/", api_clients_page.client, name="api_client"),
    path("settings/api-clients/<int:pk>/edit/", api_clients_page.edit, name="api_client_edit"),
    path(
        "settings/api-clients/<int:pk>/rotate/", api_clients_page.rotate, name="api_client_rotate"
    ),
    path(
        "settings/api-clients/<int:pk>/revoke/", api_clients_page.revoke, name="api_client_revoke"
    ),
    path("settings/api-keys/<int:pk>/revoke/", api_clients_page.revoke_key, name="api_key_revoke"),
    path("look/", look_page.parts, name="look"),
]
