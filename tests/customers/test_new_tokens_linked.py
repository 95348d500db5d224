"""What the link to a new share token means for the old row."""

import csv
import io

import pytest
from django.test import Client

from accounts.models import User
from customers import decisions, retrying
from customers.books import Books
from customers.control import NotPossible
from customers.models import Row, RowState
from customers.redemption.settling import Settlement
from customers.timing import Timing
from sharing.database_clock import database_now
from sumsub.records import Applicant, Lookup
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import (
    drain_to_the_end,
    ledger_agrees,
    outcome,
    started,
    tokens,
)
from tests.customers.renewals import (
    an_import,
    asked,
    links,
    mark,
    newest,
    sent,
)
from tests.parts.import_maker import make_import, make_row
from tests.parts.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

S = RowState


def test_a_renewed_row_is_not_retried_and_keeps_no_share_token(
    office: Client, officer: User
) -> None:
    imported = an_import(S.REFUSED)
    later = database_now().replace(year=2099)
    Row.objects.of(imported).update(token_sealed=b"sealed", token_until=later, deadline_at=later)
    sent(office, imported, f"token,token_mark\n_act-x,{mark(imported, 2)}\n")
    row = Row.objects.of(imported).get()
    assert (row.token_sealed, row.token_until) == (None, None)
    with pytest.raises(NotPossible):
        retrying.at_another_level(row.pk, "id-relaxed", by=officer)


def test_what_is_found_under_the_old_id_belongs_to_the_old_row() -> None:
    imported = an_import(S.NOT_IMPORTED)
    heir = make_row(make_import(S.PENDING), 9, S.PENDING)
    Row.objects.of(imported).update(renewed_by=heir)
    row = Row.objects.of(imported).get()
    found = Applicant(id="66f0c2a4e19b7d35", external_user_id=row.external_user_id)
    books = Books([imported.pk])
    settlement = Settlement(books, database_now(), Timing())
    settlement.looked_up(row, row.version, Lookup(exists=True, applicant=found))
    settlement.store()
    books.close()
    row.refresh_from_db()
    assert (row.state, row.applicant_id, row.renewed_by) == (S.IMPORTED, found.id, heir)
    assert not decisions.may_try_another_level(row, settlement.circumstances(row))


def test_rows_that_came_to_nothing_become_customers_by_the_donors_new_file(
    far_end: Sandbox, office: Client
) -> None:
    imported = started(b"token\n_act-dead-1\n_act-dead-2\n")
    assert drain_to_the_end(imported) == {S.REFUSED: 2}
    listed = asked(office, imported)
    fresh = csv.DictReader(io.StringIO(tokens(far_end, 2, outcome("approved")).decode()))
    out = io.StringIO()
    back = csv.DictWriter(out, list(listed[0]))
    back.writeheader()
    back.writerows(line | {"token": new["token"]} for line, new in zip(listed, fresh, strict=True))
    sent(office, imported, out.getvalue())
    assert drain_to_the_end(newest()) == {S.IMPORTED: 2}
    assert links(imported) == {2: (newest().pk, 2), 3: (newest().pk, 3)}
    ledger_agrees(far_end, newest())
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert f"Replaced by line 2 of import {newest().pk}: imported." in page
