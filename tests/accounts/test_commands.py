"""People from the command line, and the demo's cast."""

from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from accounts.adapter import ClosedAccountAdapter
from accounts.demo import DEMO_PEOPLE, create_demo_people
from accounts.models import AuditEvent, User
from accounts.rights import Role

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

STRONG = "seven brown kettles sing"


def add_person(*, email: str = "Nils@Relay.example", roles: tuple[str, ...] = ("viewer",)) -> str:
    """What the command prints."""
    out = StringIO()
    arguments = [part for role in roles for part in ("--role", role)]
    call_command("add_person", email, "--name", "Nils Holm", *arguments, stdout=out)
    return out.getvalue()


def test_person_is_added_with_roles_and_an_audit_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAY_PASSWORD", STRONG)
    printed = add_person(roles=("viewer", "auditor"))
    person = User.objects.get(email="nils@relay.example")
    assert person.role_names == ["auditor", "viewer"]
    assert person.check_password(STRONG)
    assert STRONG not in printed
    event = AuditEvent.objects.get(deed="person.added")
    assert (event.subject, event.actor_label) == (f"person:{person.pk}", "command line")


def test_weak_password_adds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAY_PASSWORD", "nils holm")
    with pytest.raises(CommandError):
        add_person()
    assert not User.objects.exists()


def test_same_address_is_refused_whatever_its_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAY_PASSWORD", STRONG)
    add_person()
    with pytest.raises(CommandError, match="already"):
        add_person(email="NILS@relay.example")


def test_unknown_role_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAY_PASSWORD", STRONG)
    with pytest.raises(CommandError):
        add_person(roles=("superuser",))


def test_nobody_can_sign_up(client: Client) -> None:
    assert not ClosedAccountAdapter().is_open_for_signup(client.get("/").wsgi_request)


def test_demo_has_somebody_for_each_role_and_somebody_with_two() -> None:
    create_demo_people(STRONG)
    people = {person.email: person for person in User.objects.all()}
    assert {role for p in people.values() for role in p.role_names} == set(Role)
    assert max(len(person.role_names) for person in people.values()) == 2
    assert not any(person.is_superuser for person in people.values())


def test_demo_cast_is_made_once_and_keeps_changed_passwords() -> None:
    first = create_demo_people(STRONG)[0]
    first.set_password("another sentence of mine")
    first.save()
    create_demo_people(STRONG)
    first.refresh_from_db()
    assert User.objects.count() == len(DEMO_PEOPLE)
    assert first.check_password("another sentence of mine")


@override_settings(PRODUCTION=True)
def test_demo_people_do_not_exist_in_production() -> None:
    with pytest.raises(ImproperlyConfigured):
        create_demo_people(STRONG)
    assert not User.objects.exists()
