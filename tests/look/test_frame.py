"""The frame of each page: sidebar by rights, badge of the environment, components page."""

import re
from collections.abc import Callable
from datetime import date
from http import HTTPStatus

import pytest
from django.test import Client, override_settings

from accounts.models import User
from config.navigation import navigation
from tests.parts.partners import make_partner

pytestmark = pytest.mark.django_db

SignedIn = Callable[[User], Client]


def links(page: str) -> list[str]:
    """The words of the sidebar's links."""
    sidebar = page[page.index('class="sidebar"') : page.index('class="sheet"')]
    return re.findall(r"</svg>([A-Z][\w ]+)(?:<span.*</span>)?</a>", sidebar)


def test_sidebar_shows_what_the_role_may_open(
    client_for: SignedIn, auditor: User, outsider: User
) -> None:
    assert "Audit" in links(client_for(auditor).get("/account/").content.decode())
    assert "Audit" not in links(client_for(outsider).get("/account/").content.decode())


def test_every_link_of_the_sidebar_opens(
    client_for: SignedIn, admin: User, officer: User, donor_operator: User
) -> None:
    for person in (admin, officer, donor_operator):
        browser = client_for(person)
        request = browser.get("/account/").wsgi_request
        for group in navigation(request):
            for page in group.pages:
                assert browser.get(page.address).status_code == HTTPStatus.OK, page.title


def test_sidebar_counts_the_partners_that_wait_for_somebody(
    client_for: SignedIn, admin: User
) -> None:
    make_partner(
        name="Ostermoor Pay",
        client_id="ostermoor",
        is_donor=True,
        agreement_ends_on=date(2020, 1, 1),
    )
    sidebar = navigation(client_for(admin).get("/account/").wsgi_request)
    counts = {page.title: page.count for group in sidebar for page in group.pages}
    assert counts["Partners"] == 1
    assert counts["Imports"] == 0


def test_page_in_view_is_marked_once(client_for: SignedIn, auditor: User) -> None:
    page = client_for(auditor).get("/audit/").content.decode()
    sidebar = page[page.index('class="sidebar"') : page.index('class="sheet"')]
    assert sidebar.count('aria-current="page"') == 1


@pytest.mark.parametrize(
    ("token", "address", "badge"),
    [
        ("sbx:abc", "https://api.sumsub.com", "Sandbox"),
        ("prd:abc", "https://api.sumsub.com", "Production"),
        ("old-token", "https://api.sumsub.com", "Production"),
        ("", "https://api.sumsub.com", "Not connected"),
        ("prd:abc", "http://127.0.0.1:8001", "Local sandbox"),
    ],
)
def test_badge_names_the_environment(
    client_for: SignedIn, viewer: User, token: str, address: str, badge: str
) -> None:
    with override_settings(SUMSUB_APP_TOKEN=token, SUMSUB_BASE_URL=address):
        page = client_for(viewer).get("/account/").content.decode()
    assert f"{badge}</span>" in page[page.index('class="topbar"') :]


def test_components_page_draws_every_part(client_for: SignedIn, viewer: User) -> None:
    page = client_for(viewer).get("/look/").content.decode()
    for part in ("hero", "bar", "notice", "empty", "reasons", "timeline", "dialog", "dropzone"):
        assert re.search(rf'class="{part}\b', page), part
    assert "{#" not in page
    assert "{%" not in page


@override_settings(PRODUCTION=True)
def test_components_page_is_not_there_in_production(client_for: SignedIn, viewer: User) -> None:
    assert client_for(viewer).get("/look/").status_code == HTTPStatus.NOT_FOUND


def test_name_of_a_person_is_escaped(client_for: SignedIn, viewer: User) -> None:
    User.objects.filter(pk=viewer.pk).update(name="<script>alert(1)</script>")
    page = client_for(viewer).get("/account/").content.decode()
    assert "<script>alert" not in page
