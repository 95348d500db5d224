"""The bulk call: Dakota's shapes, honest counts, and one answer for one key."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from accounts.api.codes import Code
from accounts.models import AuditEvent, KeptCall
from accounts.scopes import Scope
from customers import control, redemption
from customers.models import Customer, Import, Row, RowState
from sharing.models import Partner, PartnerState
from sumsub.sandbox.process import Sandbox
from tests.accounts.test_api_doors import refused
from tests.customers.engine import outcome, tokens
from tests.parts.api_callers import Program
from tests.parts.partners import make_partner
from tests.parts.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.both_databases

BULK = "/customers/bulk-import-sumsub-tokens"
OURS = f"/api/v1{BULK}"
DAKOTAS = {"total", "succeeded", "failed", "results"}
DAKOTAS_ROW = {"name", "success", "customer_id", "application_id", "error"}


@pytest.fixture
def draining(far_end: Sandbox) -> Iterator[None]:
    """A worker at work in a thread."""
    stop = threading.Event()
    worker = threading.Thread(target=redemption.drain, kwargs={"until": stop.is_set, "stop": stop})
    worker.start()
    yield
    stop.set()
    worker.join(PATIENCE)


def fresh(far_end: Sandbox, count: int, query: str = "") -> list[str]:
    """Share tokens out of the sandbox."""
    lines = tokens(far_end, count, query).decode().splitlines()
    place = lines[0].split(",").index("token")
    return [line.split(",")[place].strip('"') for line in lines[1:]]


def bulk(program: Program, texts: list[Any], *, key: str = "", path: str = BULK) -> Any:
    return program.post(path, {"tokens": texts}, key=key or str(uuid4()))


def test_dakotas_client_gets_dakotas_answer(
    far_end: Sandbox, draining: None, program: Program
) -> None:
    good = fresh(far_end, 2, outcome("approved"))
    bad = fresh(far_end, 1, outcome("refused:10513"))
    answer = bulk(program, [good[0], *bad, "no token at all", good[1]])
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert found.keys() >= DAKOTAS
    assert (found["total"], found["succeeded"], found["failed"]) == (4, 2, 2)
    assert found["undecided"] == 0
    assert [one["success"] for one in found["results"]] == [True, False, False, True]
    for one in found["results"]:
        present = one.keys() & DAKOTAS_ROW
        if one["success"]:
            assert present == {"name", "success", "customer_id", "application_id"}
            assert one["name"] not in ("", "Unknown")
        else:
            assert present == {"name", "success", "error"}
            assert one["name"] == "Unknown"
            assert one["error"].startswith("Failed to redeem share token: ")
    assert found["results"][1]["error_code"] == 10513
    assert Customer.objects.count() == 2


def test_beside_dakotas_fields_stand_ours(
    far_end: Sandbox, draining: None, program: Program
) -> None:
    found = bulk(program, fresh(far_end, 1, outcome("approved"))).json()["results"][0]
    row = Row.objects.get()
    assert found["row"] == f"row_{row.pk}"
    assert found["import_id"] == f"imp_{row.import_ref_id}"
    assert found["state"] == "imported"
    assert found["retry"] == "no"
    assert found["provider_applicant_id"] == row.applicant_id
    customer = program.get(f"/api/v1/customers/{found['customer_id']}").json()
    assert customer["name"] == found["name"]
    assert customer["application_id"] == found["application_id"]


def test_names_are_masked_for_a_client_without_personal_data(
    far_end: Sandbox, draining: None, program_with: Callable[..., Program]
) -> None:
    blind = program_with(Scope.IMPORTS_WRITE)
    found = bulk(blind, fresh(far_end, 1, outcome("approved"))).json()["results"][0]
    assert found["success"]
    assert "…" in found["name"]


def test_a_repetition_gets_the_stored_answer_and_sends_nothing(
    far_end: Sandbox, draining: None, program: Program
) -> None:
    texts, key = fresh(far_end, 2, outcome("approved")), str(uuid4())
    first = bulk(program, texts, key=key)
    second = bulk(program, texts, key=key)
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert second.json() == first.json()
    assert Import.objects.count() == 1
    assert [event["event"] for event in far_end.ledger()].count("redeemed") == 2


def test_the_same_key_with_another_body_is_refused(
    far_end: Sandbox, draining: None, program: Program
) -> None:
    key = str(uuid4())
    bulk(program, fresh(far_end, 1), key=key)
    refused(bulk(program, fresh(far_end, 1), key=key), Code.IDEMPOTENCY_KEY_REUSED)
    assert Import.objects.count() == 1


def test_keys_of_two_clients_and_of_two_addresses_have_nothing_to_do_with_each_other(
    far_end: Sandbox, draining: None, program: Program, program_with: Callable[..., Program]
) -> None:
    texts, key = fresh(far_end, 1, outcome("approved")), str(uuid4())
    other = program_with(*Scope)
    answers = [
        bulk(program, texts, key=key),
        bulk(other, texts, key=key),
        bulk(program, texts, key=key, path=OURS),
    ]
    assert all("Idempotency-Replayed" not in one for one in answers)
    # The second and third are duplicates, which count as their owner does.
    assert [one.json()["succeeded"] for one in answers] == [1, 1, 1]
    assert Customer.objects.count() == 1


def test_rows_that_are_open_when_the_wait_ends_are_not_called_failed(
    far_end: Sandbox, settings: Settings, program: Program
) -> None:
    settings.BULK_IMPORT_WAIT = 0.3
    found = bulk(program, fresh(far_end, 2)).json()
    assert (found["succeeded"], found["failed"], found["undecided"]) == (0, 0, 2)
    for one in found["results"]:
        assert not one["success"]
        assert one["error"].startswith("Not finished, do not mint again. ")
        assert one["retry"] == "wait"


def test_rows_in_doubt_are_said_to_be_in_doubt(
    far_end: Sandbox, draining: None, settings: Settings, program: Program
) -> None:
    settings.BULK_IMPORT_WAIT = 0.6
    texts = fresh(far_end, 1)
    drop = {"call": "reuse", "probability": 1, "do": "drop_after_commit"}
    away = {"call": "lookup", "probability": 1, "do": "error_before_commit"}
    far_end.set_faults({"seed": 1, "rules": [drop, away]})

    def said() -> str:
        found = bulk(program, texts).json()
        assert found["undecided"] == 1
        return str(found["results"][0]["error"])

    doubt = "In doubt, do not mint again. "
    wait_until(lambda: said().startswith(doubt), "the answer that never came is told as a doubt")


def test_a_repetition_after_a_crash_before_the_answer_gets_the_truth(
    far_end: Sandbox, draining: None, settings: Settings, program: Program
) -> None:
    """The first call's server died while it waited: the key is there, the answer is not."""
    # No verdict comes between the two answers, which are the same then to the last field.
    far_end.set_faults({"review_delay_ms": 3_600_000})
    texts, key = fresh(far_end, 2, outcome("approved")), str(uuid4())
    first = bulk(program, texts, key=key).json()
    KeptCall.objects.update(status=None, answer_sealed=None, answered_at=None)
    again = bulk(program, texts, key=key)
    assert again.json() == first
    assert again["Idempotency-Replayed"] == "true"
    assert Import.objects.count() == 1


def test_a_list_without_a_usable_text_is_answered_and_stores_nothing(
    transactional_db: None, program: Program
) -> None:
    found = bulk(program, ["", "two words"]).json()
    assert (found["total"], found["failed"], found["undecided"]) == (2, 2, 0)
    assert [one["row"] for one in found["results"]] == [None, None]
    assert not Import.objects.exists()


def test_the_import_belongs_to_the_client(
    far_end: Sandbox, draining: None, program: Program
) -> None:
    bulk(program, fresh(far_end, 1))
    imported = Import.objects.get()
    assert imported.created_by == program.client.account
    assert imported.source == "api"
    deeds = AuditEvent.objects.of_deeds("import.created", "import.started")
    assert {(one.actor_label, one.source) for one in deeds} == {
        ("Onboarding service (API client)", "api")
    }


def test_a_cancelled_import_ends_the_wait(far_end: Sandbox, program: Program) -> None:
    def cancel() -> None:
        try:
            wait_until(Import.objects.exists, "the call stored its import")
            control.cancel(Import.objects.get().pk, by=None)
        finally:
            connection.close()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    found = bulk(program, fresh(far_end, 2)).json()
    canceller.join()
    assert (found["failed"], found["undecided"]) == (2, 0)
    assert {one["state"] for one in found["results"]} == {RowState.CANCELLED}


# ---- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"tokens": []}, Code.INVALID_REQUEST),
        ({}, Code.INVALID_REQUEST),
        ({"tokens": "text"}, Code.INVALID_REQUEST),
        ({"tokens": ["x"], "level": "id-only"}, Code.INVALID_REQUEST),
        ({"tokens": ["x", 5]}, Code.INVALID_REQUEST),
        ({"tokens": [{"token": "x"}]}, Code.INVALID_REQUEST),
        ({"tokens": ["x"] * 101}, Code.TOO_MANY_TOKENS),
    ],
)
def test_a_wrong_request_is_a_400_that_names_where_larger_lists_go(
    db: None, program: Program, body: dict[str, Any], code: Code
) -> None:
    found = refused(program.post(BULK, body, key="k"), code)
    if "level" not in body and body:
        assert "/api/v1/imports" in str(found) + code.about.remedy


def test_a_missing_or_odd_key_is_a_400(db: None, program: Program) -> None:
    body = {"tokens": ["x"]}
    refused(program.post(BULK, body), Code.IDEMPOTENCY_KEY_MISSING)
    refused(program.post(BULK, body, key="k" * 256), Code.IDEMPOTENCY_KEY_INVALID)
    refused(program.post(BULK, body, key="a b"), Code.IDEMPOTENCY_KEY_INVALID)
    refused(program.post(BULK, body, X_Idempotency_Key=" "), Code.IDEMPOTENCY_KEY_INVALID)
    two = program.post(BULK, body, key="one", Idempotency_Key="two")
    refused(two, Code.IDEMPOTENCY_KEY_INVALID)


def test_a_missing_scope_is_a_401_as_with_dakota(
    db: None, program_with: Callable[..., Program]
) -> None:
    refused(bulk(program_with(Scope.IMPORTS_READ), ["x"]), Code.NOT_PERMITTED)


def test_where_a_donor_must_be_named_the_call_says_so_and_frees_its_key(
    db: None, settings: Settings, program: Program
) -> None:
    settings.REQUIRE_PARTNER = True
    found = refused(bulk(program, ["_act-x"], key="k"), Code.INVALID_REQUEST)
    assert [one["field"] for one in found["errors"]] == ["partner"]
    assert "/partners/par_" in found["errors"][0]["message"]
    assert not KeptCall.objects.exists()


def test_the_donor_is_named_beside_the_tokens_or_by_the_base_url(
    far_end: Sandbox, draining: None, settings: Settings, program: Program
) -> None:
    settings.REQUIRE_PARTNER = True
    donor = make_partner(name="Ostermoor", client_id="ostermoor_1", is_donor=True)
    texts = fresh(far_end, 3, outcome("approved"))
    base_url = f"/partners/par_{donor.pk}"
    answers = [
        program.post(BULK, {"tokens": texts[:1], "partner": f"par_{donor.pk}"}, key="1"),
        program.post(BULK, {"tokens": texts[1:2], "partner": "ostermoor_1"}, key="2"),
        bulk(program, texts[2:], key="3", path=f"{base_url}{BULK}"),
    ]
    assert [one.json()["succeeded"] for one in answers] == [1, 1, 1]
    assert {one.partner for one in Import.objects.all()} == {donor}
    again = bulk(program, texts[2:], key="3", path=f"{base_url}{BULK}")
    assert again.json() == answers[2].json()
    assert again["Idempotency-Replayed"] == "true"


def test_a_donor_that_is_unknown_contradicted_or_paused_is_refused(
    db: None, program: Program
) -> None:
    donor = make_partner(name="Ostermoor", client_id="ostermoor_1", is_donor=True)
    other = make_partner(name="Westerholt", client_id="westerholt_1", is_donor=True)
    body = {"tokens": ["_act-x"], "partner": "nobody_1"}
    refused(program.post(BULK, body, key="1"), Code.INVALID_REQUEST)
    below = f"/partners/par_{donor.pk}{BULK}"
    refused(
        program.post(below, {"tokens": ["_act-x"], "partner": f"par_{other.pk}"}, key="2"),
        Code.INVALID_REQUEST,
    )
    refused(bulk(program, ["_act-x"], key="3", path=f"/partners/par_999{BULK}"), Code.NOT_FOUND)
    Partner.objects.filter(pk=donor.pk).update(state=PartnerState.PAUSED)
    refused(bulk(program, ["_act-x"], key="4", path=below), Code.NOT_ALLOWED)
    assert not Import.objects.exists()
