"""Copy Applicant as the other mode: its own parameters, and a review that is the donor's."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from customers.creation import draft_application
from customers.models import (
    Application,
    Customer,
    Import,
    ImportMode,
    ReviewChange,
    Row,
    RowState,
)
from customers.reviews.shown import shown_change, shown_review
from customers.timing import Timing
from sumsub.calls import copy
from sumsub.records import Applicant
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import (
    SHORT,
    drain_to_the_end,
    drain_until,
    ledger_agrees,
    outcome,
    started,
    tokens,
)
from tests.parts.pages import words

APPROVED = outcome("approved")


def reviews_read(count: int) -> None:
    """Drain until so many reviews were read by a GET."""
    drain_until(lambda: Application.objects.filter(review_checks__gte=1).count() == count)


def test_what_a_copy_is_told_is_on_the_wire() -> None:
    said = copy("_act-1", "id-only", "kr-1", ("SELFIE", "IDENTITY"), trust_review=False).target
    assert b"resetIdDocSetTypes=SELFIE%2CIDENTITY" in said
    assert b"trustReview=false" in said
    assert b"trustReview=true" in copy("_act-1", trust_review=True).target
    assert b"trustReview" not in copy("_act-1").target


def test_a_copy_inherits_unless_it_is_told_otherwise(far_end: Sandbox) -> None:
    imported = started(tokens(far_end, 1, APPROVED), mode=ImportMode.COPY, trust_review=True)
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 1}
    reviews_read(1)
    application = Application.objects.get()
    assert application.inherited_review
    assert shown_review(application).label == "Approved at the donor only"
    history = [shown_change(change).label for change in application.review_changes.all()]
    assert "Approved" not in history
    assert not Customer.objects.filter(kyc_status="approved").exists()
    ledger_agrees(far_end, imported)


def test_a_rechecked_copy_shows_no_review_before_it_was_read(
    far_end: Sandbox, settings: Settings
) -> None:
    settings.REDEMPTION_TIMING = SHORT | {"review_offsets": [3, 4, 5]}
    imported = started(tokens(far_end, 1, APPROVED), mode=ImportMode.COPY, trust_review=False)
    drain_until(Row.objects.of(imported).in_state(RowState.IMPORTED).exists)
    application = Application.objects.get()
    assert not application.inherited_review
    assert (application.review_checks, application.sumsub_review_status) == (0, "")
    assert shown_review(application).label == "Not read yet"
    approved = Application.objects.filter(sumsub_review_answer="GREEN", review_checks__gte=1)
    drain_until(approved.exists)
    assert shown_review(approved.get()).label == "Approved"
    assert set(ReviewChange.objects.values_list("source", flat=True)) == {"lookup"}
    assert Customer.objects.get().kyc_status == "approved"


def test_steps_that_are_reset_are_asked_for_again(far_end: Sandbox) -> None:
    imported = started(
        tokens(far_end, 1, APPROVED), mode=ImportMode.COPY, reset_steps=("IDENTITY",)
    )
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 1}
    reviews_read(1)
    assert Application.objects.get().sumsub_review_status == "init"


def test_the_donors_applicant_and_a_questionnaire_are_read_and_shown(
    far_end: Sandbox, office: Client
) -> None:
    body = {"id": "66f1", "copyOf": "5e0a", "questionnaires": [{"id": "funds"}]}
    applicant = Applicant.from_json(body)
    assert (applicant.copy_of, applicant.questionnaire_present) == ("5e0a", True)
    imported = started(tokens(far_end, 1, APPROVED), mode=ImportMode.COPY)
    drain_to_the_end(imported)
    row, known = Row.objects.get(), Application.objects.get()
    drafted = draft_application(
        row, applicant, imported, known.customer, timezone.now(), Timing.current()
    )
    known.source_applicant_id = drafted.source_applicant_id
    known.has_questionnaire = drafted.has_questionnaire
    known.save()
    page = words(office.get(f"/customers/{Customer.objects.get().pk}/"))
    assert "Copied from the donor's applicant" in page
    assert ">5e0a<" in page
    assert "Came along; its answers are at Sumsub" in page


def test_the_command_line_tells_what_a_copy_is_told(
    far_end: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tokens.csv"
    file.write_bytes(tokens(far_end, 1, APPROVED))
    with pytest.raises(SystemExit) as refused:
        call_command("import_tokens", str(file), "--recheck")
    assert refused.value.code == 2
    assert "belong to --copy" in capsys.readouterr().err
    steps = ("--copy", "--reset-steps", "SELFIE, IDENTITY", "--trust-review")
    with pytest.raises(SystemExit):
        call_command("import_tokens", str(file), "--level", "id-only", *steps)
    imported = Import.objects.get()
    assert imported.mode == ImportMode.COPY
    assert (imported.reset_steps, imported.copy_trust_review) == (("SELFIE", "IDENTITY"), True)
    assert "under most rules that is no KYC" in capsys.readouterr().out
