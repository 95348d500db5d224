"""What the Add page learns before anything is sent: history by hash, and the clock."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from customers.intake import seen_before
from customers.models import (
    Gate,
    GateReason,
    GateScope,
    Import,
    ImportState,
    Row,
    RowState,
)
from customers.shares import Shares, shares_now
from tests.customers.storing import stored
from tests.parts.import_maker import make_import
from tests.parts.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HISTORY = "/customers/add/history/"
SignIn = Callable[[User], Client]


def digests(*share_tokens: str) -> list[bytes]:
    return [hashlib.sha256(one.encode()).digest() for one in share_tokens]


def ask(client: Client, *share_tokens: str) -> Any:
    body = b"".join(digests(*share_tokens))
    return client.post(HISTORY, body, content_type="application/octet-stream")


def cancel(imported: Import) -> None:
    rows = Row.objects.of(imported)
    rows.update(state=RowState.CANCELLED, token_sealed=None, version=F("version") + 1)


def test_a_share_token_that_is_owned_is_found_by_its_hash_and_named(office: Client) -> None:
    first = stored("token\n_act-1\n_act-2\n")
    answer = ask(office, "_act-9", "_act-2").json()
    assert (answer["owned"], answer["again"]) == ([1], [])
    (told,) = answer["told"]
    assert told["why"] == f"Already in line 3 of import {first.pk}, not started."
    assert told["address"] == f"/imports/{first.pk}/?order=file&q=3"


def test_what_the_history_says_is_what_storing_decides() -> None:
    cancel(stored("token\n_act-1\n_act-2\n"))
    stored("token\n_act-2\n_act-3\n")
    said = seen_before(digests("_act-1", "_act-2", "_act-3", "_act-4"))
    assert (set(said.owned), set(said.again)) == ({1, 2}, {0})
    imported = stored("token\n_act-1\n_act-2\n_act-3\n_act-4\n")
    states = Row.objects.of(imported).order_by("line").values_list("state", "look_first")
    assert list(states) == [
        ("staged", True),
        ("duplicate", False),
        ("duplicate", False),
        ("staged", False),
    ]


def test_asking_the_history_stores_nothing_and_needs_two_questions_for_a_whole_chunk() -> None:
    stored("token\n" + "".join(f"_act-{n}\n" for n in range(4000)))
    before = Import.objects.count(), Row.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        said = seen_before(digests(*(f"_act-{n}" for n in range(2000, 6000))))
    assert len(said.owned) == 2000
    assert len(asked) == 2
    assert (Import.objects.count(), Row.objects.count()) == before


def test_a_question_that_is_no_list_of_hashes_or_too_long_is_refused(office: Client) -> None:
    for body in (b"x" * 31, b"x" * 32 * 4001):
        answer = office.post(HISTORY, body, content_type="application/octet-stream")
        assert answer.status_code == 400
    assert ask(office).json() == {"owned": [], "again": [], "told": []}


def test_only_a_hundred_rows_of_an_answer_are_told_in_words(office: Client) -> None:
    share_tokens = [f"_act-{n}" for n in range(120)]
    stored("token\n" + "\n".join(share_tokens))
    answer = ask(office, *share_tokens).json()
    assert (len(answer["owned"]), len(answer["told"])) == (120, 100)


def test_who_may_import_but_not_see_imports_learns_no_row(client_for: SignIn) -> None:
    stored("token\n_act-1\n")
    person = make_person("Ines Importer")
    group = Group.objects.create(name="importers")
    group.permissions.add(Permission.objects.get(codename="manage_compliance_applications"))
    person.groups.add(group)
    (told,) = ask(client_for(person), "_act-1").json()["told"]
    assert told == {"place": 0, "why": "Already in another import."}


@pytest.mark.parametrize("role", ["viewer", "admin", "auditor", "donor_operator", "outsider"])
def test_only_who_may_import_may_ask(
    role: str, request: pytest.FixtureRequest, client_for: SignIn
) -> None:
    client = client_for(request.getfixturevalue(role))
    assert ask(client, "_act-1").status_code == 403
    assert client.get("/customers/add/clock/").status_code == 403


def test_who_is_signed_out_meanwhile_is_told_so_and_not_sent_away() -> None:
    client = Client(headers={"accept": "*/*"})
    assert ask(client, "_act-1").status_code == 401


# ---- the clock ------------------------------------------------------------------------------


def test_a_new_import_waits_for_as_many_rows_of_each_other_import_as_it_has_itself() -> None:
    shares = Shares(rate=10.0, others=(5, 1000))
    assert shares.seconds_until(1) == pytest.approx(0.3)
    assert shares.seconds_until(100) == pytest.approx((100 + 5 + 100) / 10)
    assert Shares(rate=None, others=(5,)).seconds_until(100) == 0


def test_the_clock_knows_what_other_imports_still_send(office: Client) -> None:
    make_import(*[RowState.PENDING] * 7)
    make_import(RowState.PENDING, state=ImportState.PAUSED)
    make_import(RowState.IMPORTED, state=ImportState.FINISHED)
    answer = office.get("/customers/add/clock/").json()
    assert answer["others"] == [7]
    assert answer["held"] == []


def test_a_closed_gate_is_told_with_whom_it_concerns_but_not_another_imports_own() -> None:
    held = make_import(RowState.PENDING)
    for scope in (GateScope.COPY.value, f"{GateScope.IMPORT}:{held.pk}"):
        Gate.objects.create(scope=scope, reason=GateReason.DISABLED, closed_at=timezone.now())
    now = shares_now()
    assert [one.scope for one in now.held] == ["copy"]
    assert "Copy Applicant" in now.held[0].sentence
    assert now.others == ()
