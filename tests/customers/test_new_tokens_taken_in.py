"""Taking in the donor's new share tokens: an import of their own, linked row by row."""

import hashlib
import io
import re

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from customers import control, renewing, token_csv
from customers.books import counters_by_counting
from customers.intake import Options
from customers.models import Import, ImportMode, ImportSource, ImportState, Row, RowState
from customers.renewing import Scope
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import (
    started,
)
from tests.customers.renewals import (
    ENDED,
    address,
    an_import,
    digest,
    file_of,
    links,
    looked_at,
    mark,
    newest,
    sent,
)
from tests.parts.import_maker import change_row, make_import
from tests.parts.pages import words
from tests.parts.partners import make_partner

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

S = RowState


def test_the_new_file_becomes_an_import_linked_row_by_row(office: Client, officer: User) -> None:
    donor = make_partner(name="Ostermoor Pay", client_id="om", is_donor=True)
    imported = an_import(partner=donor, level_name="id-only")
    before = dict(Row.objects.of(imported).values_list("line", "version"))
    text = (
        "token,token_mark,branch\n"
        f"_act-x,{mark(imported, 4)},\n_act-y,{mark(imported, 2)},\n_act-z,{mark(imported, 3)},\n"
    )
    answer = sent(office, imported, text, partner=str(donor.pk))
    new = newest()
    assert answer.url == f"/imports/{new.pk}/"
    assert (new.renews, new.partner, new.level_name) == (imported, donor, "id-only")
    assert (new.mode, new.state, new.source) == ("reuse", ImportState.RUNNING, "file")
    assert new.unused_columns == ["branch"]
    assert links(imported) == {2: (new.pk, 3), 3: (new.pk, 4), 4: (new.pk, 2)}
    rows = Row.objects.of(imported)
    assert {row.line: row.version - 1 for row in rows} == before
    assert [row.state for row in rows.order_by("line")] == list(ENDED)
    imported.refresh_from_db()
    assert {row.change for row in rows} == {imported.change}
    assert counters_by_counting(imported.pk) == {one: imported.count(one) for one in RowState}
    event = AuditEvent.objects.get(deed="import.renewed")
    assert (event.actor, event.subject) == (officer, f"import:{imported.pk}")
    assert (event.details["rows"], event.details["by_mark"]) == (3, 3)
    assert "_act-" not in str([one.details for one in AuditEvent.objects.all()])


def test_of_a_list_half_filled_in_only_what_came_is_stored(office: Client) -> None:
    imported = an_import()
    text = (
        f"line,token_mark,reason,branch,token\n2,{mark(imported, 2)},Too old,west,_act-x\n"
        f"3,{mark(imported, 3)},Too old,,\n4,{mark(imported, 4)},Too old,,\n"
    )
    page = looked_at(office, imported, text)
    assert "2 lines of our list have no share token yet" in page
    assert "faulty" not in page
    sent(office, imported, text)
    assert (newest().total_count, newest().invalid_count) == (1, 0)
    # The columns that are ours are none that somebody might miss.
    assert newest().unused_columns == ["branch"]
    assert links(imported) == {2: (newest().pk, 2), 3: None, 4: None}


def test_the_list_as_the_donor_got_it_is_told_from_an_answer(office: Client) -> None:
    imported = an_import()
    empty = f"token_mark,token\n{mark(imported, 2)},\n{mark(imported, 3)},\n"
    assert "The column token is empty on every line" in looked_at(office, imported, empty)
    answer = sent(office, imported, empty)
    assert answer.status_code == 422
    assert words(answer).count("The column token is empty on every line") == 1
    assert Import.objects.count() == 1


def test_the_old_import_shows_what_became_of_its_rows(office: Client) -> None:
    imported = an_import(S.EXPIRED)
    sent(office, imported, f"token,token_mark\n_act-x,{mark(imported, 2)}\n")
    new = newest()
    change_row(Row.objects.of(new).get(), S.IMPORTED)
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert f"Replaced by line 2 of import {new.pk}: imported." in page
    assert "0 rows wait" in page
    assert f"brought new ones: {1} of 1 imported" in re.sub(r"<[^>]+>", "", page)
    assert f"New share tokens for import {imported.pk}" in re.sub(
        r"<[^>]+>", "", words(office.get(f"/imports/{new.pk}/"))
    )


def test_what_the_new_file_does_not_say_is_taken_over_from_the_old_row(office: Client) -> None:
    imported = an_import()
    Row.objects.of(imported).on_lines([2, 3]).update(
        label="Ada", external_id="LM-2", level_name="id-relaxed"
    )
    text = (
        "token,token_mark,label\n"
        f"_act-x,{mark(imported, 2)},\n"
        f"_act-y,{mark(imported, 3)},Bea\n"
        f"_act-z,{mark(imported, 4)},\n"
    )
    sent(office, imported, text)
    rows = Row.objects.of(newest()).order_by("line")
    assert [(row.label, row.external_id, row.level_name) for row in rows] == [
        ("Ada", "LM-2", "id-relaxed"),
        ("Bea", "LM-2", "id-relaxed"),
        ("", "", ""),
    ]


def test_another_level_chosen_for_the_new_import_is_every_rows(
    far_end: Sandbox, office: Client
) -> None:
    imported = an_import(S.EXPIRED)
    Row.objects.of(imported).update(level_name="id-relaxed")
    text = f"token,token_mark\n_act-x,{mark(imported, 2)}\n"
    sent(office, imported, text, level="id-and-liveness")
    assert newest().level_name == "id-and-liveness"
    assert Row.objects.of(newest()).get().level_name == ""


def test_a_copy_stays_a_copy_with_its_parameters(office: Client) -> None:
    imported = an_import(
        S.EXPIRED, mode=ImportMode.COPY, copy_trust_review=False, copy_reset_steps="SELFIE"
    )
    sent(office, imported, f"token,token_mark\n_act-x,{mark(imported, 2)}\n", mode="copy")
    assert (newest().mode, newest().copy_trust_review, newest().reset_steps) == (
        "copy",
        False,
        ("SELFIE",),
    )


def test_order_needs_a_confirmation(office: Client) -> None:
    imported = an_import()
    Row.objects.of(imported).on_lines([3]).update(label="Ada")
    text = "token\n_act-x\n_act-y\n_act-z\n"
    refused = sent(office, imported, text)
    assert refused.status_code == 422
    assert "Confirm the order below" in words(refused)
    assert Import.objects.count() == 1
    sent(office, imported, text, in_order="on")
    assert links(imported) == {line: (newest().pk, line) for line in (2, 3, 4)}
    assert Row.objects.of(newest()).get(line=3).label == "Ada"


def test_where_the_numbers_differ_order_hands_over_no_label(office: Client) -> None:
    imported = an_import()
    Row.objects.of(imported).update(label="Ada", external_id="LM-1")
    assert "The numbers differ" in looked_at(office, imported, "token\n_act-x\n")
    sent(office, imported, "token\n_act-x\n", in_order="on")
    row = Row.objects.of(newest()).get()
    assert (row.label, row.external_id) == ("", "")
    assert links(imported)[2] == (newest().pk, 2)


def test_share_tokens_can_be_pasted(office: Client) -> None:
    imported = an_import(S.EXPIRED)
    seen = words(office.post(address(imported, "pairing/"), {"pasted": "_act-x"}))
    form = {"level": "id-only", "mode": "reuse", "pairing": digest(seen), "in_order": "on"}
    office.post(address(imported), form | {"pasted": "_act-x"})
    assert links(imported) == {2: (newest().pk, 1)}
    assert newest().source == ImportSource.PASTE


def test_without_a_look_at_the_pairing_nothing_is_imported(office: Client) -> None:
    imported = an_import(S.EXPIRED)
    text = f"token,token_mark\n_act-x,{mark(imported, 2)}\n"
    form = {"level": "id-only", "mode": "reuse", "file": file_of(text)}
    answer = office.post(address(imported), form)
    assert answer.status_code == 422
    assert "Look at the pairing below" in words(answer)
    assert digest(words(answer)) == digest(looked_at(office, imported, text))
    assert "_act-" not in words(answer)


def test_surplus_is_left_out_unless_it_is_wanted(office: Client) -> None:
    first, second = an_import(S.EXPIRED), an_import(S.EXPIRED)
    for imported, wanted, stored in ((first, {}, 1), (second, {"with_surplus": "on"}, 2)):
        text = f"token,token_mark\n_act-{stored},{mark(imported, 2)}\n_act-s{stored},ffffffffffff\n"
        sent(office, imported, text, **wanted)
        assert newest().total_count == stored
        assert links(imported)[2] == (newest().pk, 2)


@pytest.mark.parametrize("state", [S.IMPORTED, S.CHECKING, S.NEEDS_PERSON, S.PENDING])
def test_a_share_token_for_a_row_that_may_have_an_applicant_is_never_imported(
    office: Client, state: RowState
) -> None:
    imported = an_import(state, S.EXPIRED)
    text = f"token,token_mark\n_act-x,{mark(imported, 2)}\n_act-y,{mark(imported, 3)}\n"
    sent(office, imported, text, with_surplus="on")
    new = Row.objects.of(newest()).get()
    assert new.token_mark == hashlib.sha256(b"_act-y").hexdigest()[:12]
    assert links(imported)[2] is None


def test_a_file_for_nobody_is_refused(office: Client) -> None:
    imported = an_import(S.IMPORTED)
    answer = sent(office, imported, "token\n_act-x\n")
    assert answer.status_code == 422
    assert "No share token of this file is for a row that waits." in words(answer)


def test_a_second_click_stores_nothing_more(office: Client) -> None:
    imported = an_import(S.EXPIRED)
    text = f"token,token_mark\n_act-x,{mark(imported, 2)}\n"
    form = {
        "level": "id-only",
        "mode": "reuse",
        "pairing": digest(looked_at(office, imported, text)),
    }
    office.post(address(imported), form | {"file": file_of(text)})
    again = office.post(address(imported), form | {"file": file_of(text)})
    assert again.status_code == 422
    assert "The rows changed since you looked." in words(again)
    assert Import.objects.count() == 2


def test_rows_that_changed_after_the_confirmation_keep_everything_from_being_stored(
    officer: User,
) -> None:
    imported = an_import(S.EXPIRED, S.EXPIRED)
    opened = token_csv.read(io.BytesIO(b"token\n_act-x\n_act-y\n"), max_rows=None)
    lines = list(opened.lines)
    pairing = renewing.pairing_for(imported, Scope(), lines)
    change_row(Row.objects.of(imported).get(line=3), S.CHECKING)
    options = Options("id-only", ImportSource.FILE, created_by=officer, renews=imported)
    with pytest.raises(renewing.Changed):
        renewing.store(opened, lines, pairing, options)
    assert Import.objects.count() == 1
    assert links(imported) == {2: None, 3: None}


def test_rows_of_an_import_cancelled_meanwhile_are_still_renewed(
    office: Client, officer: User
) -> None:
    imported = make_import(S.EXPIRED, S.PENDING)
    control.cancel(imported.pk, by=officer)
    text = "token\n_act-x\n_act-y\n"
    page = looked_at(office, imported, text, "?cancelled=yes")
    assert "2 share tokens found their rows" in page
    sent(office, imported, text, "?cancelled=yes", in_order="on")
    assert links(imported) == {2: (newest().pk, 2), 3: (newest().pk, 3)}


def test_a_donor_that_may_not_share_now_is_refused(office: Client) -> None:
    donor = make_partner(name="Ostermoor Pay", client_id="om", is_donor=True, state="paused")
    imported = an_import(S.EXPIRED, partner=donor)
    text = f"token,token_mark\n_act-x,{mark(imported, 2)}\n"
    answer = sent(office, imported, text, partner=str(donor.pk))
    assert answer.status_code == 422
    assert Import.objects.count() == 1


def test_the_very_same_share_token_is_replaced_as_ever_and_not_renewed(office: Client) -> None:
    imported = started(b"token\n_act-x\n")
    control.cancel(imported.pk, by=None)
    text = f"token,token_mark\n_act-x,{mark(imported, 2)}\n"
    sent(office, imported, text)
    row = Row.objects.of(imported).get()
    assert (row.renewed_by, row.replaced_by) == (None, Row.objects.of(newest()).get())


def test_a_share_token_that_is_in_another_import_leaves_the_row_waiting(office: Client) -> None:
    started(b"token\n_act-x\n")
    imported = an_import(S.EXPIRED)
    sent(office, imported, f"token,token_mark\n_act-x,{mark(imported, 2)}\n")
    assert Row.objects.of(newest()).get().state == S.DUPLICATE
    assert links(imported) == {2: None}
