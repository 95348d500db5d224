"""Faults on request: by header, by rule, with dice."""

from __future__ import annotations

import http.client
import itertools
import json
import time
from typing import Any

import pytest

from sumsub.sandbox.process import Sandbox
from tests.parts.waiting import wait_until
from tests.sandbox.caller import Caller, Reply, send, sha256

People = dict[str, dict[str, str]]


@pytest.fixture
def token(sandbox: Sandbox, people: People, donor: Caller) -> str:
    return donor.mint(people["demo-approved"]["applicant_id"], sandbox.recipient.client_id)


def events(sandbox: Sandbox, token: str) -> list[str]:
    return [e["event"] for e in sandbox.ledger() if e["token_sha256"] == sha256(token)]


def fresh(sandbox: Sandbox) -> str:
    """A user id that nobody has."""
    return f"fault-{len(sandbox.ledger())}"


def faulty(recipient: Caller, token: str, user_id: str, fault: str) -> Reply:
    return recipient.reuse(token, user_id, x_sandbox_fault=fault)


@pytest.mark.parametrize(
    ("fault", "redeemed"),
    [("drop_before_commit", False), ("drop_after_commit", True)],
)
def test_a_dropped_answer_leaves_the_truth_in_the_ledger(
    sandbox: Sandbox, recipient: Caller, token: str, fault: str, redeemed: bool
) -> None:
    user_id = fresh(sandbox)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        faulty(recipient, token, user_id, fault)
    assert recipient.lookup(user_id).json["exists"] is redeemed
    wanted = ["minted", "redeemed", "dropped"] if redeemed else ["minted", "dropped"]
    assert events(sandbox, token) == wanted


@pytest.mark.parametrize(
    ("fault", "status", "redeemed"),
    [
        ("error_before_commit", 500, False),
        ("error_after_commit", 502, True),
        ("throttle", 429, False),
        ("html", 502, False),
        ("truncate", 200, True),
    ],
)
def test_a_spoilt_answer_commits_or_not_as_its_name_says(
    sandbox: Sandbox, recipient: Caller, token: str, fault: str, status: int, redeemed: bool
) -> None:
    user_id = fresh(sandbox)
    assert faulty(recipient, token, user_id, fault).status == status
    assert recipient.lookup(user_id).json["exists"] is redeemed
    assert ("redeemed" in events(sandbox, token)) is redeemed


def test_truncated_json_cannot_be_read(recipient: Caller, token: str) -> None:
    reply = faulty(recipient, token, "", "truncate")
    assert reply.body.startswith(b'{"id":')
    # The cut may fall inside a character of a name, then it is not even text.
    with pytest.raises((json.JSONDecodeError, UnicodeDecodeError)):
        json.loads(reply.body)


def test_the_html_of_an_edge_is_no_json(recipient: Caller, token: str) -> None:
    reply = faulty(recipient, token, "", "html")
    assert reply.headers["content-type"].startswith("text/html")
    assert reply.body.startswith(b"<!DOCTYPE html>")


def test_latency_delays_the_answer(recipient: Caller, token: str) -> None:
    before = time.monotonic()
    assert faulty(recipient, token, "", "latency=300").status == 200
    assert time.monotonic() - before >= 0.3


@pytest.mark.parametrize(("fault", "status"), [("error_before_commit=503", 503), ("html=403", 403)])
def test_the_header_may_name_the_status(
    recipient: Caller, token: str, fault: str, status: int
) -> None:
    assert faulty(recipient, token, "", fault).status == status


def test_the_header_may_ask_for_several_faults_and_for_spread(
    sandbox: Sandbox, recipient: Caller, token: str
) -> None:
    user_id = fresh(sandbox)
    before = time.monotonic()
    reply = faulty(recipient, token, user_id, "latency=100~50, error_after_commit=504,latency=50")
    assert time.monotonic() - before >= 0.15
    assert reply.status == 504
    assert recipient.lookup(user_id).json["exists"] is True


def test_a_stale_read_does_not_know_the_newest(
    sandbox: Sandbox, recipient: Caller, token: str
) -> None:
    user_id = fresh(sandbox)
    made = recipient.reuse(token, user_id).json["id"]
    assert recipient.lookup(user_id, x_sandbox_fault="stale").json == {"exists": False}
    assert recipient.lookup(user_id).json["applicant"]["id"] == made


@pytest.mark.parametrize(
    "words",
    ["explode", "latency=-1", "latency=1~", "drop_after_commit=5", "html=200", "html=404~1"],
)
def test_an_unknown_word_in_the_header_is_a_bad_request(
    recipient: Caller, token: str, words: str
) -> None:
    assert faulty(recipient, token, "", words).status == 400
    assert recipient.reuse(token).status == 200


def rules(sandbox: Sandbox, *given: dict[str, Any], seed: int = 1) -> None:
    sandbox.set_faults({"seed": seed, "rules": list(given)})


@pytest.fixture
def calm(sandbox: Sandbox) -> Any:
    yield
    sandbox.set_faults({"rules": [], "review_delay_ms": 150})


@pytest.mark.usefixtures("calm")
def test_a_rule_strikes_its_call_as_often_as_it_may(sandbox: Sandbox, recipient: Caller) -> None:
    rules(sandbox, {"call": "levels", "do": "error_before_commit", "times": 2})
    levels = "/resources/applicants/-/levels"
    assert recipient.get("/resources/applicants/-/count").status == 200
    assert [recipient.get(levels).status for _ in range(3)] == [500, 500, 200]


@pytest.mark.usefixtures("calm")
def test_only_a_rule_that_struck_is_counted(sandbox: Sandbox, recipient: Caller) -> None:
    rules(
        sandbox,
        {"call": "*", "do": "stale", "times": 1},
        {"call": "levels", "do": "error_before_commit", "times": 1},
        {"call": "levels", "do": "html", "times": 2, "status": 403},
    )
    levels = "/resources/applicants/-/levels"
    recipient.reuse("nothing")  # a reuse has nothing to be stale about
    assert recipient.get(levels, x_sandbox_fault="truncate").status == 200
    told = [recipient.get(levels).status for _ in range(5)]
    assert told == [200, 500, 403, 403, 200]


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize(("lag_ms", "knows"), [(60_000, False), (0, True)])
def test_a_stale_read_that_lags_knows_what_was_made_and_decided_before(
    sandbox: Sandbox, recipient: Caller, token: str, lag_ms: int, knows: bool
) -> None:
    user_id = fresh(sandbox)
    made = recipient.reuse(token, user_id).json["id"]
    status = f"/resources/applicants/{made}/status"
    wait_until(lambda: recipient.get(status).json["reviewStatus"] == "completed", "the verdict")
    rules(sandbox, {"call": "*", "do": "stale", "lag_ms": lag_ms})
    assert recipient.lookup(user_id).json["exists"] is knows
    assert (recipient.get(status).json["reviewStatus"] == "completed") is knows


@pytest.mark.usefixtures("calm")
def test_a_throttled_call_meets_no_fault_and_a_fault_spends_the_limit(
    sandbox: Sandbox, recipient: Caller
) -> None:
    sandbox.set_faults(
        {
            "get_limit": "2/600s",
            "rules": [{"call": "levels", "do": "error_before_commit", "times": 3}],
        }
    )
    stranger = Caller(sandbox, sandbox.workspace("renamed"))
    levels = "/resources/applicants/-/levels"
    assert [stranger.get(levels).status for _ in range(4)] == [500, 500, 429, 429]
    assert [recipient.get(levels).status for _ in range(2)] == [500, 200]


@pytest.mark.usefixtures("calm")
def test_a_rule_may_name_an_applicant(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller, token: str
) -> None:
    unlucky = people["demo-approved-complete"]["applicant_id"]
    rules(sandbox, {"applicant_id": unlucky, "call": "*", "do": "error_after_commit"})
    assert recipient.reuse(token).status == 200
    assert donor.get(f"/resources/applicants/{unlucky}/one").status == 502
    wanted = {"applicantId": unlucky, "forClientId": sandbox.recipient.client_id}
    assert donor.post("/resources/accessTokens/shareToken", wanted).status == 502


@pytest.mark.usefixtures("calm")
def test_the_same_seed_gives_the_same_run(sandbox: Sandbox, recipient: Caller) -> None:
    def run(seed: int) -> list[int]:
        rules(sandbox, {"do": "html", "probability": 0.5}, seed=seed)
        return [recipient.get("/resources/applicants/-/levels").status for _ in range(30)]

    first = run(7)
    assert set(first) == {200, 502}
    assert run(7) == first
    assert run(8) != first


@pytest.mark.usefixtures("calm")
def test_the_order_of_calls_about_different_people_changes_nobodys_luck(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller
) -> None:
    everyone = [p["applicant_id"] for p in people.values() if p["outcome"] == "approved"][:6]
    turns = [(person, turn) for turn in range(4) for person in everyone]
    run = itertools.count()

    def luck(order: list[tuple[str, int]]) -> dict[str, list[int]]:
        """What each person's calls met: reads by the donor, reuses with ever new tokens."""
        tokens = {p: donor.mint(p, sandbox.recipient.client_id) for p in everyone}
        rules(sandbox, {"do": "html", "probability": 0.5}, seed=3)
        met: dict[str, list[int]] = {person: [] for person in everyone}
        for person, _ in order:
            read = donor.get(f"/resources/applicants/{person}/one").status
            tried = recipient.reuse(tokens[person]).status
            met[person] += [read, 502 if tried == 502 else 0]
        rules(sandbox, seed=next(run))
        return met

    forwards = luck(turns)
    assert luck(sorted(turns)) == forwards
    assert luck(turns[::-1]) == forwards
    assert len({str(met) for met in forwards.values()}) > 1


@pytest.mark.usefixtures("calm")
def test_the_rules_in_force_can_be_read(sandbox: Sandbox) -> None:
    rules(sandbox, {"call": "reuse", "applicant_id": None, "probability": 0.1,
                    "do": "drop_after_commit", "ms": 0})  # fmt: skip
    told = send(sandbox.url, "GET", "/_sandbox/faults").json
    assert told["seed"] == 1
    assert told["rules"][0]["do"] == "drop_after_commit"
    assert told["rules"][0]["probability"] == 0.1
    assert told["post_limit"] == "none"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ('{"rules": [\n{"do": "html"},\n]}', "line 3"),
        ('{"rules":\n [{"do": "vanish"}]}', "line 2: rules[0].do"),
        ('{"colour": "red"}', "line 1: colour"),
        ("[]", "line 1"),
    ],
)
def test_a_bad_scenario_is_refused_and_changes_nothing(
    sandbox: Sandbox, body: str, place: str
) -> None:
    before = send(sandbox.url, "GET", "/_sandbox/faults").json
    reply = send(sandbox.url, "PUT", "/_sandbox/faults", body.encode())
    assert reply.status == 400
    assert reply.json["description"].startswith(place)
    assert send(sandbox.url, "GET", "/_sandbox/faults").json == before


@pytest.mark.usefixtures("calm")
def test_a_refusal_spends_the_token_only_if_the_switch_says_so(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller
) -> None:
    person = people["demo-10513-doc-type"]["applicant_id"]
    spent = donor.mint(person, sandbox.recipient.client_id)
    kept = donor.mint(person, sandbox.recipient.client_id)
    assert recipient.reuse(kept).code == 10513
    assert recipient.reuse(kept, level="id-relaxed").status == 200
    sandbox.set_faults({"spend_on_refusal": True})
    assert recipient.reuse(spent).code == 10513
    assert recipient.reuse(spent, level="id-relaxed").status == 401


@pytest.mark.usefixtures("calm")
def test_a_taken_user_id_may_be_attached_to_by_switch(
    sandbox: Sandbox, people: People, donor: Caller, recipient: Caller, token: str
) -> None:
    sandbox.set_faults({"existing_user_id": "attach"})
    first = recipient.reuse(token, "attach-1").json["id"]
    person = people["demo-documents-no-selfie"]["applicant_id"]
    second = recipient.reuse(donor.mint(person, sandbox.recipient.client_id), "attach-1")
    assert second.json["id"] == first
    assert second.json["review"]["reviewStatus"] == "init"
