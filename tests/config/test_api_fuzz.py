"""Every operation with whatever its contract allows and forbids, in this process, with one key.

`make fuzz` does the same for longer, in all phases, against a running server, with the keys of
each role.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django.fixtures import Settings
from schemathesis.checks import negative_data_rejection, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.api.reference import contract
from sumsub.sandbox.process import Sandbox
from tests.fuzz.ids import put_ids
from tests.parts.all_things import all_things
from tests.parts.api_callers import Program

SCHEMA = schemathesis.openapi.from_dict(contract())
SCHEMA.app = get_wsgi_application()
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
]


@pytest.fixture
def things(db: None, connected: Sandbox, settings: Settings) -> dict[str, str]:
    """Something for every id of an address, so that not all is 404."""
    settings.BULK_IMPORT_WAIT = 0.05
    return all_things()


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A server would close the connection that this test's transaction is on (as Client does)."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@SCHEMA.parametrize()
@examples(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_input_is_answered_with_what_the_contract_does_not_say(
    case: Any, things: dict[str, str], program: Program
) -> None:
    put_ids(case, things)
    headers = {"X-Api-Key": program.text}
    case.call_and_validate(headers=headers, checks=CHECKS)
