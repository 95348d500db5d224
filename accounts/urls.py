"""This room's own pages; allauth's are in `accounts.sign_in_urls`."""

from django.urls import path

from accounts import account_page, audit_page, look_page

app_name = "accounts"

urlpatterns = [
    path("audit/", audit_page.trail, name="audit"),
    path("audit/verify/", audit_page.verify, name="audit_verify"),
    path("account/", account_page.account, name="account"),
    path("look/", look_page.parts, name="look"),
]
