"""The donor's side: this process speaks for the sandbox's workspace `donor`."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from sharing.applicant_lookup import look_up
from sharing.models import Applicant, IssuedToken, Partner
from sumsub.sandbox.process import Sandbox
from tests.parts.far_end import connection_settings
from tests.parts.partners import make_partner

RECIPIENT = "recipient.example_200002"

Browse = Callable[[User], Client]


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """The broker that doubles as cache outlives a test."""
    cache.clear()


@pytest.fixture
def as_donor(settings: Settings, sandbox: Sandbox) -> Sandbox:
    """This process is connected to the sandbox's workspace `donor`."""
    for name, value in connection_settings(sandbox, "donor").items():
        setattr(settings, name, value)
    return sandbox


@pytest.fixture
def recipient(db: None) -> Partner:
    """The sandbox's workspace `recipient`, in our register."""
    return make_partner(name="Velmora Bank", client_id=RECIPIENT, is_recipient=True)


@pytest.fixture
def donor(db: None) -> Partner:
    """A company that shares with us."""
    return make_partner(name="Ostermoor Pay", client_id="ostermoor_pay_20551", is_donor=True)


@pytest.fixture
def applicant(as_donor: Sandbox, db: None) -> Applicant:
    """An approved applicant of ours, looked up."""
    return look_up("demo-approved-complete", by=None).applicant


@pytest.fixture
def exported(db: None) -> Applicant:
    """An applicant that we know from an export only."""
    return Applicant.objects.create(
        applicant_id="66f0c2a4e19b7d3500000001",
        external_user_id="004417",
        name="Henrike Valdamar",
        email="h.valdamar@mail.example",
        country="NLD",
        level_name="id-only",
        review_status="completed",
        review_answer="GREEN",
        source="csv",
    )


@pytest.fixture
def issued(exported: Applicant, recipient: Partner, donor_operator: User) -> IssuedToken:
    """A live line of the ledger."""
    now = timezone.now()
    return IssuedToken.objects.create(
        applicant=exported,
        partner=recipient,
        token_mark="f3a971c20b18",
        ttl_seconds=1200,
        issued_at=now,
        expires_at=now + timedelta(seconds=1200),
        issued_by=donor_operator,
    )
