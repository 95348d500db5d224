"""Add customers: by hand, by file, by paste; what is taken, what is refused and how it is said."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, User
from customers.models import Customer, Import, ImportSource, ImportState, Row, RowState
from sharing.models import PartnerState
from sumsub.sandbox.process import Sandbox
from tests.parts.pages import words
from tests.parts.partners import make_partner

SignIn = Callable[[User], Client]
ADD = "/customers/add/"
SAME_FILE = "/customers/add/same-file/"
GOOD = b"token\r\n_act-aaaa-1\r\n_act-bbbb-2\r\n"


@pytest.fixture
def office(officer: User, client_for: SignIn, connected: Sandbox) -> Client:
    """A compliance operator at work, in an installation connected to the sandbox."""
    return client_for(officer)


def upload(client: Client, content: bytes, **fields: str) -> Any:
    file = SimpleUploadedFile(fields.pop("name", "tokens.csv"), content, "text/csv")
    return client.post(ADD, {"level": "id-only", "mode": "reuse", "file": file} | fields)


def test_the_template_is_a_csv_with_the_one_column_token(office: Client) -> None:
    answer = office.get("/customers/add/template.csv")
    assert answer.content == b"token\r\n"
    assert answer["Content-Disposition"].startswith("attachment")


def test_levels_come_from_sumsub_with_the_default_first(office: Client, connected: Sandbox) -> None:
    page = words(office.get(ADD))
    levels = connected.workspace("recipient").levels
    assert page.index(f'value="{levels[0]}"') < page.index(f'value="{levels[1]}"')


def test_a_file_is_stored_started_and_shown(office: Client, officer: User) -> None:
    answer = upload(office, GOOD)
    imported = Import.objects.get()
    assert answer["Location"] == f"/imports/{imported.pk}/"
    assert (imported.state, imported.total_count) == (ImportState.RUNNING, 2)
    assert (imported.source, imported.file_name) == (ImportSource.FILE, "tokens.csv")
    assert imported.created_by == officer
    deeds = AuditEvent.objects.filter(subject=f"import:{imported.pk}").values_list(
        "deed", flat=True
    )
    assert set(deeds) == {"import.created", "import.started"}


def test_pasted_share_tokens_are_imported_without_a_file(office: Client) -> None:
    fields = {"level": "id-only", "mode": "copy", "pasted": "_act-aaaa-1\n_act-bbbb-2\n"}
    office.post(ADD, fields)
    imported = Import.objects.get()
    assert (imported.source, imported.mode) == (ImportSource.PASTE, "copy")
    assert imported.total_count == 2


def test_one_share_token_is_imported_as_a_paste_of_one(office: Client) -> None:
    office.post(ADD, {"level": "id-only", "mode": "reuse", "single": " _act-aaaa-1 "})
    imported = Import.objects.get()
    assert (imported.source, imported.total_count) == (ImportSource.PASTE, 1)
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert "/customers/add/?how=token" in page


def test_a_file_counts_before_what_was_typed(office: Client) -> None:
    upload(office, GOOD, single="_act-other", pasted="_act-another")
    assert Import.objects.get().source == ImportSource.FILE
    assert Row.objects.count() == 2


COPY = {"level": "id-only", "mode": "copy", "pasted": "_act-aaaa-1"}


@pytest.mark.parametrize(
    ("said", "told", "words_of_it"),
    [
        ("", None, "Review inherited, as nothing was said"),
        ("inherit", True, "Review inherited"),
        ("recheck", False, "Rechecked by Sumsub"),
    ],
)
def test_a_copy_is_told_what_was_chosen_and_the_import_shows_it(
    office: Client, said: str, told: bool | None, words_of_it: str
) -> None:
    steps = ["SELFIE", "PROOF_OF_RESIDENCE"]
    answer = office.post(ADD, COPY | {"trust_review": said, "reset_steps": steps})
    imported = Import.objects.get()
    assert imported.copy_trust_review is told
    assert imported.reset_steps == ("SELFIE", "PROOF_OF_RESIDENCE")
    page = words(office.get(answer["Location"]))
    assert f"<li>{words_of_it}</li>" in page
    assert "<li>Asks again for Selfie, Proof of address</li>" in page


def test_what_is_only_for_a_copy_is_left_out_of_reusable_kyc(office: Client) -> None:
    options = {"mode": "reuse", "trust_review": "recheck", "reset_steps": ["SELFIE"]}
    answer = office.post(ADD, COPY | options)
    imported = Import.objects.get()
    assert (imported.copy_trust_review, imported.reset_steps) == (None, ())
    assert "Rechecked" not in words(office.get(answer["Location"]))


def test_a_step_that_sumsub_does_not_have_is_refused_in_a_sentence(office: Client) -> None:
    answer = office.post(ADD, COPY | {"reset_steps": ["SELFIE", "SHOE_SIZE"]})
    assert answer.status_code == 422
    assert "Sumsub has no step “SHOE_SIZE” for individuals." in words(answer)
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"name\r\nAda\r\n", "The first line has no column named “token”."),
        (b"token\r\n", "The file has a header and no share token below it."),
        (b"PK\x03\x04" + b"\0" * 40, "not a CSV file"),
        (b"token\r\n=HYPERLINK(1)\r\n", "line 2"),
        (b'token\r\n"_act-aaaa', "The quote opened on line 2 is never closed."),
    ],
    ids=["empty", "no token column", "no rows", "xlsx", "only faulty lines", "open quote"],
)
def test_a_file_that_cannot_be_taken_is_refused_in_a_sentence_and_nothing_is_stored(
    office: Client, content: bytes, sentence: str
) -> None:
    answer = upload(office, content, level="id-only", mode="copy")
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not Import.objects.exists()


def test_after_a_refusal_the_choices_are_kept(office: Client) -> None:
    page = words(upload(office, b"", mode="copy"))
    chosen = page[page.index('value="copy"') :].split(">")[0]
    assert "checked" in chosen


def test_a_file_over_the_limit_is_refused_in_a_sentence(office: Client, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1024
    answer = upload(office, b"token\r\n" + b"_act-aaaa\r\n" * 200)
    assert answer.status_code == 422
    assert "larger than" in words(answer)


def test_neither_file_nor_paste_is_a_sentence_not_an_error(office: Client) -> None:
    answer = office.post(ADD, {"level": "id-only", "mode": "reuse"})
    assert answer.status_code == 422
    assert "Choose a CSV file of share tokens." in words(answer)


def test_a_share_token_of_a_refused_file_never_comes_back_in_the_page(office: Client) -> None:
    answer = upload(office, b'token\r\n_act-secret-9999\r\n"_act-open')
    assert b"_act-secret-9999" not in answer.content
    pasted = office.post(ADD, {"level": "none", "mode": "reuse", "pasted": "_act-secret-9999"})
    assert pasted.status_code == 422
    assert b"_act-secret-9999" not in pasted.content
    single = office.post(ADD, {"level": "none", "mode": "reuse", "single": "_act-secret-9999"})
    assert single.status_code == 422
    assert b"_act-secret-9999" not in single.content


def test_a_level_that_sumsub_does_not_have_is_refused(office: Client) -> None:
    assert upload(office, GOOD, level="no-such-level").status_code == 422
    assert not Import.objects.exists()


def test_the_same_file_again_waits_for_a_persons_word(office: Client) -> None:
    upload(office, GOOD)
    answer = upload(office, GOOD)
    again = Import.objects.latest("pk")
    assert again.state == ImportState.STAGED
    page = words(office.get(answer["Location"]))
    assert "Same file as before." in page
    assert "Olga Officer imported it on" in page


def test_the_same_file_again_is_started_when_that_was_confirmed(office: Client) -> None:
    upload(office, GOOD)
    upload(office, GOOD, again="on")
    again = Import.objects.latest("pk")
    assert again.state != ImportState.STAGED
    assert Row.objects.of(again).in_state(RowState.DUPLICATE).count() == 2


def test_the_same_file_is_told_of_after_days_too_and_then_starts_at_once(office: Client) -> None:
    upload(office, GOOD)
    Import.objects.update(created_at=timezone.now() - timedelta(days=3))
    seen = office.get(SAME_FILE, {"sha256": hashlib.sha256(GOOD).hexdigest()}).json()
    assert (seen["found"], seen["recent"]) == (True, False)
    assert "Olga Officer imported it on" in seen["sentence"]
    upload(office, GOOD)
    assert Import.objects.latest("pk").state != ImportState.STAGED


def test_the_browser_may_ask_whether_a_file_was_seen_before(office: Client) -> None:
    upload(office, GOOD)
    digest = hashlib.sha256(GOOD).hexdigest()
    seen = office.get(SAME_FILE, {"sha256": digest}).json()
    assert (seen["found"], seen["recent"]) == (True, True)
    assert "Olga Officer imported it at" in seen["sentence"]
    assert not office.get(SAME_FILE, {"sha256": "0" * 64}).json()["found"]


def test_only_active_donors_can_be_chosen(office: Client) -> None:
    make_partner(name="Giver", client_id="giver", is_donor=True)
    make_partner(name="Taker", client_id="taker", is_recipient=True)
    make_partner(name="Resting", client_id="resting", is_donor=True, state=PartnerState.PAUSED)
    page = words(office.get(ADD))
    assert "Giver" in page
    assert "Taker" not in page
    assert "Resting (resting)" not in page
    assert "Resting is paused, so nothing is imported from it." in page


def test_where_a_partner_is_required_an_import_without_one_is_refused(
    office: Client, settings: Settings
) -> None:
    settings.REQUIRE_PARTNER = True
    giver = make_partner(name="Giver", client_id="giver", is_donor=True)
    assert "Choose the donor of this file." in words(upload(office, GOOD))
    upload(office, GOOD, partner=str(giver.pk))
    assert Import.objects.get().partner == giver


def test_a_customer_entered_by_hand_gets_a_draft_application(office: Client) -> None:
    person = {"name": "Ada Mercer", "country": "nl", "email": "ada@mail.example"}
    answer = office.post(f"{ADD}?how=manual", person | {"date_of_birth": "1988-06-04"})
    customer = Customer.objects.get()
    assert answer["Location"] == f"/customers/{customer.pk}/"
    assert (customer.country, customer.application.status) == ("NLD", "pending")
    assert AuditEvent.objects.filter(deed="customer.created").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("country", "1"), ("country", "ZZ"), ("date_of_birth", "2999-01-01"), ("email", "no")],
)
def test_a_customer_with_an_impossible_field_is_not_created(
    office: Client, field: str, value: str
) -> None:
    person = {"name": "Ada Mercer", "country": "NL", "email": "", "date_of_birth": ""}
    answer = office.post(f"{ADD}?how=manual", person | {field: value})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in words(answer)
    assert not Customer.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "admin", "auditor", "donor_operator", "outsider"])
def test_only_who_manages_applications_may_add(
    role: str, request: pytest.FixtureRequest, client_for: SignIn
) -> None:
    client = client_for(request.getfixturevalue(role))
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, {"pasted": "_act-aaaa"}).status_code == 403
    assert not Import.objects.exists()
