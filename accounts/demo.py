"""The cast of the demo: one invented person a role, and one with two. Never in production."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.rights import Role
from accounts.roles import give_roles


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to sign in as."""

    email: str
    name: str
    roles: tuple[Role, ...]


DEMO_PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson("ilse@relay.example", "Ilse Varnholt", (Role.COMPLIANCE_OPERATOR,)),
    DemoPerson("tomas@relay.example", "Tomas Reidel", (Role.DONOR_OPERATOR,)),
    DemoPerson("anneke@relay.example", "Anneke Rosendahl", (Role.ADMIN,)),
    DemoPerson("bram@relay.example", "Bram Oostervelt", (Role.VIEWER,)),
    DemoPerson("sunniva@relay.example", "Sunniva Eklarsen", (Role.AUDITOR,)),
    DemoPerson(
        "yara@relay.example", "Yara El-Temsani", (Role.COMPLIANCE_OPERATOR, Role.DONOR_OPERATOR)
    ),
)


def create_demo_people(password: str) -> list[User]:
    """Make those of the cast who are not there yet, all with `password`; returns the whole cast.

    Running it again changes nobody. Raises ImproperlyConfigured in production.
    """
    if settings.PRODUCTION:
        raise ImproperlyConfigured("Demo people are for an installation of this machine only.")
    return [_present(person, password) for person in DEMO_PEOPLE]


@transaction.atomic
def _present(person: DemoPerson, password: str) -> User:
    known = User.objects.filter(email=person.email).first()
    if known:
        return known
    user = User.objects.create_user(person.email, password, name=person.name)
    give_roles(user, person.roles)
    audit.record("person.added", actor=None, subject=f"person:{user.pk}", source="demo")
    return user
