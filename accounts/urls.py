"""This room's own pages; allauth's are in `accounts.sign_in_urls`."""

from django.urls import path

from accounts import account_page, audit_page, look_page, notices_page, saved_filters_page

app_name = "accounts"

urlpatterns = [
    path("audit/", audit_page.trail, name="audit"),
    path("audit/verify/", audit_page.verify, name="audit_verify"),
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
    path("look/", look_page.parts, name="look"),
]
