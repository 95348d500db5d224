"""Fixtures: a link for a draft as an import leaves it, and the applicant who opened it."""

import pytest
from django.test import Client

from customers.applicant_link import making
from customers.applicant_link.making import Made
from customers.applying.deeds import Author
from customers.models import Application


@pytest.fixture
def made(draft: Application, olga: Author) -> Made:
    """A fresh link for it."""
    return making.make(draft.pk, olga)


@pytest.fixture
def stranger() -> Client:
    """Somebody who is not signed in."""
    return Client(REMOTE_ADDR="203.0.113.7")
