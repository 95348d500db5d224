"""How reviews go on by themselves, and to which verdict."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, until


def reused(sandbox: Sandbox, people: dict[str, dict[str, str]], who: str, level: str) -> str:
    """The recipient's new applicant."""
    donor, recipient = Caller(sandbox, sandbox.donor), Caller(sandbox, sandbox.recipient)
    token = donor.mint(people[who]["applicant_id"], sandbox.recipient.client_id)
    reply = recipient.reuse(token, level=level)
    assert reply.json["review"]["reviewStatus"] == "pending"
    made: str = reply.json["id"]
    return made


def status_of(caller: Caller, applicant_id: str) -> dict[str, Any]:
    found: dict[str, Any] = caller.get(f"/resources/applicants/{applicant_id}/status").json
    return found


def settled(caller: Caller, applicant_id: str) -> dict[str, Any]:
    """The review once it has stopped moving."""
    until(lambda: status_of(caller, applicant_id)["reviewStatus"] not in ("pending", "queued"))
    return status_of(caller, applicant_id)


@pytest.mark.parametrize(
    ("who", "status", "result"),
    [
        ("demo-approved", "completed", ("GREEN", None, None)),
        ("demo-review-on-hold", "onHold", None),
        ("demo-review-awaiting-user", "awaitingUser", None),
        ("demo-review-rejected", "completed", ("RED", "FINAL", ["FORGERY"])),
        ("demo-review-resubmission", "completed", ("RED", "RETRY", ["UNSATISFACTORY_PHOTOS"])),
    ],
)
def test_the_verdict_follows_from_the_person_shared(
    sandbox: Sandbox,
    people: dict[str, dict[str, str]],
    recipient: Caller,
    who: str,
    status: str,
    result: tuple[str, str | None, list[str] | None] | None,
) -> None:
    assert people[who]["outcome"] == "approved"
    review = settled(recipient, reused(sandbox, people, who, "id-only"))
    assert review["reviewStatus"] == status
    given = review.get("reviewResult")
    found = given and (
        given["reviewAnswer"],
        given.get("reviewRejectType"),
        given.get("rejectLabels"),
    )
    assert found == result


def test_a_person_decides_what_was_put_on_hold(
    sandbox: Sandbox, people: dict[str, dict[str, str]], recipient: Caller
) -> None:
    made = reused(sandbox, people, "demo-review-on-hold", "id-only")
    assert settled(recipient, made)["reviewStatus"] == "onHold"
    before = [e for e in sandbox.ledger() if e["applicant_id"] == made]
    assert [e["event"] for e in before] == ["redeemed"], "a review on hold has no verdict yet"
    target = f"/resources/applicants/{made}/status/testCompleted"
    assert recipient.post(target, {"reviewAnswer": "GREEN"}).status == 200
    assert status_of(recipient, made)["reviewResult"] == {"reviewAnswer": "GREEN"}


def test_a_copy_trusts_the_donors_verdict_and_a_copy_checked_again_does_not(
    sandbox: Sandbox, people: dict[str, dict[str, str]], donor: Caller, recipient: Caller
) -> None:
    person = people["demo-review-rejected"]["applicant_id"]
    answers = []
    for query in ("", "&trustReview=false"):
        token = donor.mint(person, sandbox.recipient.client_id)
        target = f"/resources/applicants/-/import?shareToken={token}{query}"
        made = recipient.post(target).json["id"]
        answers.append(settled(recipient, made)["reviewResult"]["reviewAnswer"])
    assert answers == ["GREEN", "RED"]


def test_a_check_asked_for_by_hand_waits_for_a_person(
    sandbox: Sandbox, people: dict[str, dict[str, str]], recipient: Caller
) -> None:
    made = recipient.post("/resources/applicants?levelName=id-only", {}).json["id"]
    recipient.post(f"/resources/applicants/{made}/status/pending")
    # Long enough for the clockwork: a reuse made after it comes to its verdict.
    settled(recipient, reused(sandbox, people, "demo-approved", "id-only"))
    assert status_of(recipient, made)["reviewStatus"] == "pending"


def test_a_review_is_queued_half_way_to_its_verdict() -> None:
    long = {"review_delay_ms": 40_000}
    with process.start(applicants=30, scenario=long) as slow:
        people = {person["external_user_id"]: person for person in slow.applicants()}
        recipient = Caller(slow, slow.recipient)
        made = reused(slow, people, "demo-approved", "id-only")
        slow.set_faults({**long, "clock_offset_seconds": 21})
        until(lambda: status_of(recipient, made)["reviewStatus"] == "queued")
        slow.set_faults({**long, "clock_offset_seconds": 41})
        until(lambda: status_of(recipient, made)["reviewStatus"] == "completed")


def test_a_token_file_names_people_with_a_difficult_review_only_when_asked(
    sandbox: Sandbox,
) -> None:
    usual = sandbox.tokens_csv(300, "columns=external_id")
    approved = sandbox.tokens_csv(300, "columns=external_id&outcome=approved")
    asked = sandbox.tokens_csv(8, "columns=external_id&outcome=review")
    one = sandbox.tokens_csv(1, "columns=external_id,outcome&outcome=review:watch-list")
    assert "demo-review" not in usual + approved
    assert set(asked.split()[1:]) == {
        "demo-review-on-hold",
        "demo-review-rejected",
        "demo-review-resubmission",
        "demo-review-awaiting-user",
    }
    assert one.split()[1] == "demo-review-on-hold,approved"


def test_reviews_under_way_are_brought_to_their_verdict_after_a_restart(
    tmp_path: Path,
) -> None:
    with process.start(
        state=tmp_path,
        applicants=40,
        post_limit="none",
        get_limit="none",
        scenario={"review_delay_ms": 600_000},
    ) as first:
        donor, recipient = Caller(first, first.donor), Caller(first, first.recipient)
        person = first.applicants(1)[0]["applicant_id"]
        made = [
            recipient.reuse(donor.mint(person, first.recipient.client_id)).json["id"]
            for _ in range(150)
        ]
        assert status_of(recipient, made[-1])["reviewStatus"] == "pending"
    late = {"review_delay_ms": 0, "clock_offset_seconds": 601}
    with process.start(state=tmp_path, applicants=40, get_limit="none", scenario=late) as again:
        until(lambda: sum(e["event"] == "reviewed" for e in again.ledger()) == 150)
        stamp = str(int(time.time()) + 601)
        target = f"/resources/applicants/{made[0]}/status"
        reply = Caller(again, again.recipient).call("GET", target, b"", stamp)
        assert reply.json["reviewResult"] == {"reviewAnswer": "GREEN"}
