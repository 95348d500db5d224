"""Fixtures: the cast. One person for each role, and one without any."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from accounts.rights import Role

PASSWORD = "correct horse battery staple"
CAST = {
    "Alma Admin": Role.ADMIN,
    "Olga Officer": Role.COMPLIANCE_OPERATOR,
    "Doris Donor": Role.DONOR_OPERATOR,
    "Aurel Auditor": Role.AUDITOR,
    "Vera Viewer": Role.VIEWER,
}
"""One person for each role, signing in as `<first name>@relay.example`."""


def make_person(name: str, *roles: Role) -> User:
    """Store a person with these roles, signing in as `<first name>@relay.example`."""
    address = f"{name.split()[0].lower()}@relay.example"
    person = User.objects.create_user(address, PASSWORD, name=name)
    person.groups.set(Group.objects.filter(name__in=roles))
    assert person.groups.count() == len(roles)
    return person


def add_cast() -> None:
    """Store the whole cast, in an installation of its own."""
    for name, role in CAST.items():
        make_person(name, role)


@pytest.fixture
def admin(db: None) -> User:
    """Alma looks after the installation: partners, people, the connection."""
    return make_person("Alma Admin", Role.ADMIN)


@pytest.fixture
def officer(db: None) -> User:
    """Olga imports share tokens and decides about customers."""
    return make_person("Olga Officer", Role.COMPLIANCE_OPERATOR)


@pytest.fixture
def donor_operator(db: None) -> User:
    """Doris generates share tokens for partners."""
    return make_person("Doris Donor", Role.DONOR_OPERATOR)


@pytest.fixture
def auditor(db: None) -> User:
    """Aurel reads the audit trail."""
    return make_person("Aurel Auditor", Role.AUDITOR)


@pytest.fixture
def viewer(db: None) -> User:
    """Vera looks, without personal data."""
    return make_person("Vera Viewer", Role.VIEWER)


@pytest.fixture
def outsider(db: None) -> User:
    """Otto is signed in and has no role at all."""
    return make_person("Otto Outsider")


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """`client_for(person)`: a browser-like client in which that person is signed in."""

    def signed_in(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
