"""Submitting and deciding an application: what is refused, what is written down, the story."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, User
from customers.applying import attesting, checking, completing, deciding, documents, submitting
from customers.applying.deeds import Author, NotPossible, Overtaken, subject_of
from customers.applying.items import Item
from customers.applying.missing import facts_of, missing
from customers.applying.timeline import timeline
from customers.models import (
    Application,
    ApplicationStatus,
    AttestationKind,
    CheckKind,
    PaperKind,
)
from tests.customers.applications import (
    PDF,
    bring_to,
    check,
    complete,
    make_application,
    make_manual,
    now,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
S = ApplicationStatus


def test_an_incomplete_application_is_not_submitted_and_says_why(
    olga: Author, officer: User
) -> None:
    application = complete(make_application(), officer, but=["employment_status"])
    with pytest.raises(submitting.Incomplete) as refusal:
        submitting.submit(application.pk, olga)
    assert [need.item for need in refusal.value.needs] == [Item.EMPLOYMENT]
    assert now(application).status == S.PENDING


def test_the_usual_way_is_written_down_step_by_step(officer: User) -> None:
    application = bring_to(S.APPROVED, make_application(), officer)
    steps = application.status_changes.values_list("leaves", "enters", "by_label")
    assert list(steps) == [
        ("pending", "submitted", "Olga Officer"),
        ("submitted", "under_review", "Olga Officer"),
        ("under_review", "approved", "Olga Officer"),
    ]
    deeds = AuditEvent.objects.about(subject_of(application.pk)).values_list("deed", flat=True)
    assert list(deeds[:3]) == [
        "application.approved",
        "application.taken",
        "application.submitted",
    ]


def decide(application: Application, how: str, author: Author, **more: Any) -> None:
    deeds: dict[str, Callable[..., Any]] = {
        "take": deciding.take,
        "approve": deciding.approve,
        "decline": deciding.decline,
        "ask": deciding.ask,
        "reopen": deciding.reopen,
        "submit": submitting.submit,
    }
    if how in ("decline", "ask", "reopen"):
        more = {"reason": "So."} | more
    deeds[how](application.pk, author, **more)


@pytest.mark.parametrize(
    ("status", "impossible"),
    [
        (S.PENDING, ["take", "approve", "ask", "reopen"]),
        (S.SUBMITTED, ["submit", "approve", "decline", "ask", "reopen"]),
        (S.UNDER_REVIEW, ["submit", "take", "reopen"]),
        (S.REQUEST_FOR_INFORMATION, ["take", "approve", "ask", "reopen"]),
        (S.APPROVED, ["submit", "take", "approve", "decline", "ask"]),
        (S.DECLINED, ["submit", "take", "approve", "decline", "ask"]),
    ],
)
def test_what_does_not_fit_the_status_is_refused(
    status: S, impossible: list[str], olga: Author, officer: User
) -> None:
    application = make_application()
    if status != S.PENDING:
        bring_to(status, application, officer)
    for how in impossible:
        with pytest.raises(NotPossible):
            decide(application, how, olga)
    assert now(application).status == status


@pytest.mark.parametrize("how", ["decline", "ask"])
def test_a_refusal_and_a_request_need_their_reason(how: str, olga: Author, officer: User) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    for reason in ("  ", "x" * 1001):
        with pytest.raises(NotPossible):
            decide(application, how, olga, reason=reason)


def test_a_reason_stays_out_of_the_audit_trail(olga: Author, officer: User) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    deciding.decline(application.pk, olga, reason="Ada's payslip is forged.")
    events = AuditEvent.objects.about(subject_of(application.pk))
    assert "payslip" not in str(list(events.values_list("details", flat=True)))
    assert now(application).status_changes.last().reason == "Ada's payslip is forged."  # type: ignore[union-attr]


def test_nobody_is_approved_on_the_donors_word_alone(olga: Author, officer: User) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(inherited_review=True), officer)
    with pytest.raises(NotPossible, match="copied from the donor"):
        deciding.approve(application.pk, olga)


def test_a_manual_customer_is_approved_once_the_checks_are_recorded(
    olga: Author, officer: User
) -> None:
    application = bring_to(S.UNDER_REVIEW, make_manual(), officer)
    with pytest.raises(NotPossible, match="Sanctions"):
        deciding.approve(application.pk, olga)
    check(application, officer)
    deciding.approve(application.pk, olga, reason="All in order.")
    with pytest.raises(NotPossible):
        checking.record(application.pk, CheckKind.IDENTITY, "Again.", olga)


def test_checks_by_hand_are_for_those_whom_sumsub_does_not_know(olga: Author) -> None:
    with pytest.raises(NotPossible, match="Sumsub checks this person"):
        checking.record(make_application().pk, CheckKind.IDENTITY, "Seen.", olga)


def test_what_was_asked_for_is_missing_until_it_comes_anew(olga: Author, officer: User) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    wanted = [Item.WEALTH_DOCUMENTS, Item.EMPLOYMENT]
    deciding.ask(application.pk, olga, reason="A newer payslip.", items=wanted)
    fresh = Application.objects.with_facts().get(pk=application.pk)
    lacking = missing(facts_of(fresh), fresh.created_at.date())
    assert [need.item for need in lacking] == [Item.EMPLOYMENT, Item.WEALTH_DOCUMENTS]
    completing.save(application.pk, {"employment_status": "retired"}, olga)
    documents.add(application.pk, PaperKind.WEALTH, "new.pdf", PDF + b"\n", olga)
    attesting.attest(application.pk, AttestationKind.ACCURACY, "Ada Mercer", olga)
    assert now(application).waiting_on == "us"
    submitting.submit(application.pk, olga)


def test_only_what_can_be_given_here_can_be_asked_for(olga: Author, officer: User) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    with pytest.raises(NotPossible):
        deciding.ask(application.pk, olga, reason="So.", items=[Item.REVIEW])


def test_a_decision_on_a_page_that_is_out_of_date_is_refused(
    olga: Author, oskar: Author, officer: User
) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    seen = application.version
    deciding.ask(application.pk, olga, reason="So.")
    completing.save(application.pk, {"city": "Delft"}, olga)
    with pytest.raises(Overtaken, match=r"Olga Officer changed “Town”.*asked for information"):
        deciding.decline(application.pk, oskar, reason="So.", based_on=seen)


@pytest.mark.parametrize(
    ("decided", "back"),
    [(S.APPROVED, S.UNDER_REVIEW), (S.DECLINED, S.UNDER_REVIEW), (S.PENDING, S.PENDING)],
)
def test_a_decision_is_taken_back_to_where_it_was_made(
    decided: S, back: S, olga: Author, officer: User
) -> None:
    application = make_application()
    if decided == S.PENDING:
        deciding.decline(application.pk, olga, reason="Rejected at Sumsub.")
    else:
        bring_to(decided, application, officer)
    deciding.reopen(application.pk, olga, reason="A mistake.")
    assert now(application).status == back


def test_the_database_itself_refuses_a_step_that_no_application_takes() -> None:
    application = make_application()
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(status=S.APPROVED)


def test_the_story_tells_who_did_what_and_joins_one_sitting(
    olga: Author, oskar: Author, officer: User
) -> None:
    application = make_application()
    completing.save(application.pk, {"city": "Delft"}, olga)
    completing.save(application.pk, {"street": "Markt 1"}, olga)
    completing.save(application.pk, {"email": "a@mail.example"}, oskar)
    complete(application, officer)
    deciding.decline(application.pk, olga, reason="Not plausible.")
    told = timeline(now(application))
    assert (told[0].what, told[0].by, told[0].words) == (
        "Declined",
        "Olga Officer",
        "Not plausible.",
    )
    sittings = [(one.what, one.by) for one in told if one.fields]
    assert sittings[-2:] == [
        ("Changed: e-mail", "Oskar Officer"),
        ("Changed: town, street and number", "Olga Officer"),
    ]
    assert all(a.at - b.at >= timedelta(0) for a, b in pairwise(told))
