"""Fixtures: things that wait, of every kind."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from accounts.rights import Role
from customers.models import Application, Lookalikes, Row, RowState
from customers.work.kinds import kinds_for
from customers.work.queue import Queue
from customers.work.tasks import Task, told
from customers.work.wanted import Wanted
from tests.customers.applications import make_application
from tests.parts.import_maker import make_import
from tests.parts.people import make_person


@pytest.fixture
def office(officer: User, client_for: Callable[[User], Client]) -> Client:
    """Olga at work."""
    return client_for(officer)


@pytest.fixture
def oskar(db: None) -> User:
    """A second officer."""
    return make_person("Oskar Officer", Role.COMPLIANCE_OPERATOR)


@pytest.fixture
def lost_row(db: None) -> Row:
    """A row that only a person can settle."""
    imported = make_import(RowState.NEEDS_PERSON)
    return Row.objects.of(imported).get()


@pytest.fixture
def pair(draft: Application) -> Lookalikes:
    """Two customers who may be one."""
    other = make_application().customer
    return Lookalikes.objects.create(first=draft.customer, second=other, by_name=True)


def tasks_of(person: User, **wanted: object) -> list[Task]:
    """What the queue shows this person, in its order."""
    question = Wanted(**wanted)  # type: ignore[arg-type]
    found = Queue(kinds_for(person)).first(question, 1000)
    return told(found, by_name=True)


def about(thing: Application | Row | Lookalikes, person: User) -> Task:
    """The task about this thing."""
    return next(one for one in tasks_of(person, put_off=False) if one.key == thing.pk)
