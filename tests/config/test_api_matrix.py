"""Who may do what through the API: every address, every method, every scope, own and unknown ids.

The addresses come from the URL map. One without a line in LINES fails, so nobody adds a door and
forgets to say who has its key.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.api.ids import Kind, shown_id
from accounts.api.views import ApiView
from accounts.models import ApiClient, AuditEvent
from accounts.scopes import Scope
from customers.models import Import, ImportState, RowState
from tests.parts.api_callers import Program
from tests.parts.api_things import ids_of
from tests.parts.donors_things import SHARING_LINES, donors_things
from tests.parts.import_maker import make_import

ANY = None
JSON = "application/json"
NO_HANDLER = {"options", "head"}
VARIABLE = re.compile(r"<str:(\w+)>")
PLACE = re.compile(r"{(\w+)}")

# Address name → method → the scope it needs. ANY: every key.
LINES: dict[str, dict[str, Scope | None]] = {
    "api_client": {"GET": ANY},
    "api_events": {"GET": Scope.AUDIT_READ},
    "api_event": {"GET": Scope.AUDIT_READ},
    "api_levels": {"GET": Scope.LEVELS_READ},
    "api_bulk": {"POST": Scope.IMPORTS_WRITE},
    "api_bulk_as_dakota": {"POST": Scope.IMPORTS_WRITE},
    "api_bulk_from": {"POST": Scope.IMPORTS_WRITE},
    "api_imports": {"GET": Scope.IMPORTS_READ, "POST": Scope.IMPORTS_WRITE},
    "api_import": {"GET": Scope.IMPORTS_READ},
    "api_rows": {"GET": Scope.IMPORTS_READ},
    "api_reasons": {"GET": Scope.IMPORTS_READ},
    "api_import_events": {"GET": Scope.IMPORTS_READ},
    "api_results": {"GET": Scope.RESULTS_READ},
    "api_results_csv": {"GET": Scope.RESULTS_READ},
    "api_start": {"POST": Scope.IMPORTS_WRITE},
    "api_pause": {"POST": Scope.IMPORTS_WRITE},
    "api_resume": {"POST": Scope.IMPORTS_WRITE},
    "api_cancel": {"POST": Scope.IMPORTS_WRITE},
    "api_retry": {"POST": Scope.IMPORTS_WRITE},
    "api_preview": {"GET": Scope.IMPORTS_READ, "POST": Scope.IMPORTS_WRITE},
    "api_passing": {"POST": Scope.IMPORTS_WRITE},
    "api_renewal": {"POST": Scope.IMPORTS_WRITE},
    "api_donor_list": {"GET": Scope.RESULTS_READ},
    "api_row": {"GET": Scope.IMPORTS_READ},
    "api_row_history": {"GET": Scope.IMPORTS_READ},
    "api_row_guide": {"GET": Scope.IMPORTS_READ},
    "api_row_ask": {"POST": Scope.IMPORTS_WRITE},
    "api_row_close": {"POST": Scope.IMPORTS_WRITE},
    "api_customers": {"GET": Scope.CUSTOMERS_READ, "POST": Scope.CUSTOMERS_WRITE},
    "api_customer": {"GET": Scope.CUSTOMERS_READ},
    "api_applications": {"GET": Scope.APPLICATIONS_READ},
    "api_application": {"GET": Scope.APPLICATIONS_READ, "PATCH": Scope.APPLICATIONS_WRITE},
    "api_timeline": {"GET": Scope.APPLICATIONS_READ},
    "api_attest": {"POST": Scope.APPLICATIONS_WRITE},
    "api_submit": {"POST": Scope.APPLICATIONS_SUBMIT},
    "api_take": {"POST": Scope.APPLICATIONS_DECIDE},
    "api_approve": {"POST": Scope.APPLICATIONS_DECIDE},
    "api_decline": {"POST": Scope.APPLICATIONS_DECIDE},
    "api_request_information": {"POST": Scope.APPLICATIONS_DECIDE},
    "api_reopen": {"POST": Scope.APPLICATIONS_DECIDE},
    "api_check": {"POST": Scope.APPLICATIONS_DECIDE},
    "api_applicant_link": {
        "GET": Scope.APPLICATIONS_READ,
        "POST": Scope.APPLICANT_LINKS_WRITE,
    },
    "api_link_revoke": {"POST": Scope.APPLICANT_LINKS_WRITE},
    "api_link_take_over": {"POST": Scope.APPLICANT_LINKS_WRITE},
    "api_documents": {"GET": Scope.APPLICATIONS_READ, "POST": Scope.APPLICATIONS_WRITE},
    "api_document_content": {"GET": Scope.DOCUMENTS_READ},
    "api_document_remove": {"POST": Scope.APPLICATIONS_WRITE},
    "api_pairs": {"GET": Scope.CUSTOMERS_READ},
    "api_pair": {"GET": Scope.CUSTOMERS_READ},
    "api_pair_decide": {"POST": Scope.CUSTOMERS_WRITE},
    "api_tasks": {"GET": Scope.TASKS_READ},
    "api_tasks_assign": {"POST": Scope.TASKS_WRITE},
    "api_tasks_plan": {"POST": Scope.TASKS_WRITE},
    "api_task": {"GET": Scope.TASKS_READ, "PATCH": Scope.TASKS_WRITE},
    "api_task_assign": {"POST": Scope.TASKS_WRITE},
    "api_colleagues": {"GET": Scope.TASKS_READ},
    "api_notes": {"GET": Scope.TASKS_READ, "POST": Scope.TASKS_WRITE},
    "api_note": {"GET": Scope.TASKS_READ, "DELETE": Scope.TASKS_WRITE},
    "api_gates": {"GET": Scope.CONNECTION_READ},
    "api_gate_open": {"POST": Scope.IMPORTS_WRITE},
    "api_endpoints": {"GET": Scope.WEBHOOKS_READ, "POST": Scope.WEBHOOKS_WRITE},
    "api_endpoint": {
        "GET": Scope.WEBHOOKS_READ,
        "PATCH": Scope.WEBHOOKS_WRITE,
        "DELETE": Scope.WEBHOOKS_WRITE,
    },
    "api_endpoint_pause": {"POST": Scope.WEBHOOKS_WRITE},
    "api_endpoint_resume": {"POST": Scope.WEBHOOKS_WRITE},
    "api_endpoint_rotate": {"POST": Scope.WEBHOOKS_WRITE},
    "api_endpoint_test": {"POST": Scope.WEBHOOKS_WRITE},
    "api_deliveries": {"GET": Scope.WEBHOOKS_READ},
    "api_replay_failed": {"POST": Scope.WEBHOOKS_WRITE},
    "api_delivery": {"GET": Scope.WEBHOOKS_READ},
    "api_replay": {"POST": Scope.WEBHOOKS_WRITE},
    "api_connection": {"GET": Scope.CONNECTION_READ},
    **SHARING_LINES,
    "api_nowhere": {},
}
# Ids that name nothing, or something of another kind.
UNKNOWN = (
    "{kind}_999999999",
    "{kind}_0",
    "{kind}_01",
    "1",
    "{kind}_",
    "xyz_1",
    "{kind}_" + "f" * 32,
    "{kind}_" + "9" * 30,
)
# Bodies that are whole, where an empty one is refused before the id is looked at.
BODIES: dict[str, dict[str, Any]] = {
    "api_application": {"version": 1},
    "api_attest": {"kind": "e_sign", "name": "Ada Mercer"},
    "api_approve": {"version": 1},
    "api_decline": {"version": 1, "reason": "x"},
    "api_request_information": {"version": 1, "reason": "x"},
    "api_reopen": {"reason": "x"},
    "api_check": {"kind": "identity", "words": "x"},
    "api_document_remove": {"reason": "x"},
    "api_row_ask": {"words": "x"},
    "api_row_close": {"words": "x"},
    "api_endpoint_rotate": {"secret_made_at": "2026-11-29T09:15:01Z"},
    "api_replay_failed": {"since": "2026-11-29T09:15:01Z"},
    "api_retry": {"level": "id-only", "reason": "x"},
    "api_preview": {"kind": "all"},
    "api_pair_decide": {"state": "linked", "seen": "suspected"},
    "api_task": {"due_on": None},
    "api_task_assign": {"to": "nobody"},
    "api_notes": {"words": "x"},
    "api_partner_tokens": {"way": "in"},
    "api_partner_steps": {"way": "in", "step": "sent"},
    "api_batch_again": {"rows": "lost"},
}
# Where a parameter is asked for before the id is looked at.
QUERIES = {"api_pre_check": "?recipient=par_1"}
# Forms, whose body is no JSON.
FORMS = {"api_agreement_documents": {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.4 %%EOF")}}
# What Dakota answers to a missing permission.
REFUSED = {"api_bulk": 401, "api_bulk_as_dakota": 401, "api_bulk_from": 401}


@dataclass(frozen=True)
class Route:
    """One address of the URL map with the methods that its view has."""

    name: str
    path: str
    methods: tuple[str, ...]
    in_contract: bool


def api_routes(resolver: URLResolver, prefix: str = "/") -> Iterator[Route]:
    """Every address whose view is one of the API's."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from api_routes(entry, prefix + str(entry.pattern))
        elif issubclass(getattr(entry.callback, "cls", object), ApiView):
            yield _route(entry, prefix)


def _route(entry: URLPattern, prefix: str) -> Route:
    view: type[ApiView] = entry.callback.cls  # type: ignore[attr-defined]
    methods = [name.upper() for name in view.http_method_names if hasattr(view, name)]
    path = VARIABLE.sub(r"{\1}", prefix + str(entry.pattern))
    kept = tuple(name for name in methods if name.lower() not in NO_HANDLER)
    return Route(entry.name or "", path, kept, view.in_contract)


ROUTES = list(api_routes(get_resolver()))
DOORS = [
    pytest.param(route, method, id=f"{method} {route.name}")
    for route in ROUTES
    for method in route.methods
]
WITH_IDS = [entry for entry in DOORS if "{" in entry.values[0].path]  # type: ignore[union-attr]


@pytest.fixture
def own(db: None) -> dict[str, str]:
    """Ids of things that are there."""
    imported = make_import(RowState.IMPORTED, RowState.REFUSED, state=ImportState.FINISHED)
    return ids_of(imported) | donors_things()


def address(route: Route, ids: dict[str, str], program: Program) -> str:
    """The address with these ids; the event is the latest one, which may just have been made."""
    event = AuditEvent.objects.latest("pk").pk
    return route.path.format_map(ids | {"event_id": shown_id(Kind.EVENT, event)})


def called(program: Program, method: str, path: str) -> Any:
    """The call with an empty body, where it has one."""
    return program.send(method, path, None if method == "GET" else {}, key="a key")


def with_body(
    program: Program, method: str, name: str, path: str, body: object, key: str = "a key"
) -> Any:
    """The call with a body, which is a form where the address takes one."""
    if method == "POST" and name in FORMS:
        return program.upload(path, FORMS[name])
    return program.send(method, path, None if method == "GET" else body, key=key)


def test_every_address_and_method_has_its_line() -> None:
    assert {route.name: set(route.methods) for route in ROUTES} == {
        name: set(methods) for name, methods in LINES.items()
    }
    assert len(ROUTES) > 20


@pytest.mark.parametrize(("route", "method"), DOORS)
def test_a_door_opens_for_its_scope_and_for_no_other(
    route: Route,
    method: str,
    own: dict[str, str],
    connected: object,
    program_with: Callable[..., Program],
) -> None:
    needed = LINES[route.name][method]
    wrong = []
    program = program_with()
    for scope in Scope:
        ApiClient.objects.update(scopes=[scope.value])
        answer = called(program, method, address(route, own, program))
        opened = answer.status_code not in (401, 403)
        if opened is not (needed in (ANY, scope)):
            wrong.append((scope.value, answer.status_code))
        if not opened:
            assert answer.status_code == REFUSED.get(route.name, 403)
        assert answer.status_code < 500
    assert not wrong
    imports = Import.objects.count()
    assert imports == 1, "nothing was made by a call that was refused, or said nothing"


@pytest.mark.parametrize(("route", "method"), DOORS)
def test_a_door_is_shut_for_strangers_and_signed_in_people(
    route: Route, method: str, own: dict[str, str], program: Program, client_for: Any, admin: Any
) -> None:
    path = address(route, own, program)
    for browser in (Client(), client_for(admin)):
        answer = browser.generic(method, path, b"{}", content_type="application/json")
        assert answer.status_code == 401


@pytest.mark.parametrize(("route", "method"), WITH_IDS)
def test_an_id_of_nothing_or_of_another_kind_is_404(
    route: Route, method: str, own: dict[str, str], program: Program
) -> None:
    names = PLACE.findall(route.path)
    answers = {}
    for name, unknown in itertools.product(names, UNKNOWN):
        kind = own.get(name, "evt_1").partition("_")[0]
        path = route.path.format_map(own | {name: unknown.format(kind=kind)})
        path += QUERIES.get(route.name, "")
        body = BODIES.get(route.name, {})
        answer = with_body(program, method, route.name, path, body, key=unknown)
        answers[name, unknown] = answer.status_code
    assert answers == dict.fromkeys(itertools.product(names, UNKNOWN), 404)
