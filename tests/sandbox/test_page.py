"""The page for people, what it shows and does, and who may not use it."""

from __future__ import annotations

import csv
import html
import http.client
import io
import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, Reply, send, sha256

CHANGING = (
    ("PUT", "/_sandbox/faults", b"{}"),
    ("PUT", "/_sandbox/workspaces/stranger", b"{}"),
    ("POST", "/_sandbox/mint", b"{}"),
)


def page(sandbox: Sandbox, query: str = "") -> str:
    reply = send(sandbox.url, "GET", f"/?{query}")
    assert reply.status == 200, reply.body
    return reply.body.decode()


def shown(text: str) -> list[str]:
    """External ids of the applicants in the page's table, in order."""
    table = text[text.index('id="applicants"') : text.index('id="token-file"')]
    return re.findall(r'data-mint="[0-9a-f]+" data-name="([^"]+)"', table)


def listed(sandbox: Sandbox, query: str = "") -> Any:
    reply = send(sandbox.url, "GET", f"/_sandbox/applicants?{query}")
    assert reply.status == 200, reply.body
    return reply.json


# what it shows


def test_the_page_shows_every_workspace_with_its_keys_hidden_until_asked(sandbox: Sandbox) -> None:
    text = page(sandbox)
    for workspace in sandbox.workspaces:
        assert f">{workspace.client_id}<" in text
        for secret in (workspace.app_token, workspace.secret_key, workspace.webhook_secret):
            assert re.search(
                rf'<details class="secret">(?:(?!</details>).)*{re.escape(secret)}', text
            )
    assert "<details open" not in text


def test_the_page_shows_levels_faults_and_where_programs_ask(sandbox: Sandbox) -> None:
    text = page(sandbox)
    for level in sandbox.recipient.levels:
        assert f"<code>{level}</code>" in text
    assert "DRIVERS" in text
    assert "No fault is in force" in text
    assert "/_sandbox/tokens.csv?n=20" in text


def test_the_page_says_what_a_reuse_does_at_the_level_chosen(sandbox: Sandbox) -> None:
    assert "Still asked for: selfie" in _row_of(page(sandbox), "demo-documents-no-selfie")
    assert "Refused 10513" in _row_of(page(sandbox), "demo-10513-doc-type")
    assert "rejected for good" in _row_of(page(sandbox), "demo-review-rejected")
    relaxed = page(sandbox, "level=id-relaxed")
    assert "Approved" in _row_of(relaxed, "demo-documents-no-selfie")
    assert "Approved" in _row_of(relaxed, "demo-10513-doc-type")


def _row_of(text: str, external_id: str) -> str:
    return next(row for row in text.split("<tr>") if f"<code>{external_id}</code>" in row)


def test_the_page_filters_by_outcome_and_by_name(sandbox: Sandbox) -> None:
    named = shown(page(sandbox, "outcome=refused:10507"))
    assert {"demo-10507-pending", "demo-10507-rejected"} <= set(named)
    assert "demo-approved" not in named
    assert shown(page(sandbox, "q=demo-10516-minor")) == ["demo-10516-minor"]
    assert shown(page(sandbox, "q=DEMO-10507")) == ["demo-10507-pending", "demo-10507-rejected"]
    assert "Nobody fits" in page(sandbox, "q=there-is-no-such-person")


def test_a_search_text_is_shown_as_text(sandbox: Sandbox) -> None:
    text = page(sandbox, "q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_filter_that_makes_no_sense_is_refused(sandbox: Sandbox) -> None:
    for query in ("level=nope", "after=nobody"):
        for path in ("/", "/_sandbox/applicants"):
            assert send(sandbox.url, "GET", f"{path}?{query}").status == 400


def test_following_the_pages_shows_everybody_once(sandbox: Sandbox) -> None:
    names: list[str] = []
    query: str | None = ""
    while query is not None:
        text = page(sandbox, query)
        names += shown(text)
        on = re.search(r'<a href="/\?([^"#]+)#applicants" data-swap="applicants">Next', text)
        query = html.unescape(on[1]) if on else None
    assert sorted(names) == sorted(
        p["external_user_id"] for p in listed(sandbox, "limit=999")["items"]
    )
    assert names[0] == "demo-approved"


def test_the_page_ends_with_the_newest_events(sandbox: Sandbox) -> None:
    sandbox.tokens_csv(2)
    newest = sandbox.ledger()[-1]
    rows = page(sandbox).partition('id="ledger-rows"')[2]
    assert rows.index(f">{newest['seq']}</th>") < rows.index(f">{newest['seq'] - 1}</th>")


# what it lets people do


def test_a_share_token_minted_on_the_page_is_redeemed_once(
    sandbox: Sandbox, recipient: Caller, people: dict[str, dict[str, str]]
) -> None:
    person = people["demo-approved"]
    made = _mint(sandbox, {"applicant_id": person["applicant_id"], "ttl": "60"}).json
    assert made["for_client_id"] == sandbox.recipient.client_id
    event = next(e for e in sandbox.ledger() if e["token_sha256"] == sha256(made["token"]))
    assert (event["event"], event["applicant_id"]) == ("minted", person["applicant_id"])
    assert recipient.reuse(made["token"]).status == 200
    assert recipient.reuse(made["token"]).status == 401


def test_a_share_token_for_somebody_else_does_not_serve_the_recipient(
    sandbox: Sandbox, recipient: Caller, people: dict[str, dict[str, str]]
) -> None:
    wanted = {
        "applicant_id": people["demo-approved"]["applicant_id"],
        "for_client_id": sandbox.workspace("stranger").client_id,
    }
    assert recipient.reuse(_mint(sandbox, wanted).json["token"]).code == 10502


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"applicant_id": "nobody"}, 404),
        ({"applicant_id": 7}, 400),
        ({"ttl": "soon"}, 400),
        ({"for_client_id": ""}, 400),
    ],
)
def test_a_senseless_wish_for_a_share_token_is_refused(
    sandbox: Sandbox, people: dict[str, dict[str, str]], change: dict[str, Any], status: int
) -> None:
    wanted = {"applicant_id": people["demo-approved"]["applicant_id"], **change}
    reply = _mint(sandbox, wanted)
    assert reply.status == status
    assert reply.json["description"]


def _mint(sandbox: Sandbox, wanted: dict[str, Any]) -> Reply:
    return send(sandbox.url, "POST", "/_sandbox/mint", json.dumps(wanted).encode())


def test_the_form_for_a_token_file_may_tick_several_columns(sandbox: Sandbox) -> None:
    text = sandbox.tokens_csv(2, "ttl=60&outcome=&columns=token&columns=label&columns=outcome")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [sorted(row) for row in rows] == [["label", "outcome", "token"]] * 2


def test_the_first_calls_work_as_printed(sandbox: Sandbox) -> None:
    printed = re.findall(r'<pre id="command-\d" tabindex="0">(.*?)</pre>', page(sandbox), re.DOTALL)
    commands = [html.unescape(found) for found in printed]
    assert len(commands) == 3
    levels, minted = (json.loads(_shell(command)) for command in commands[:2])
    assert {item["name"] for item in levels["items"]} == set(sandbox.recipient.levels)
    redeem = commands[2].replace("SHARE_TOKEN='…'", f"SHARE_TOKEN='{minted['token']}'")
    redeemed = json.loads(_shell(redeem))
    assert redeemed["externalUserId"] == "customer-1"


def _shell(command: str) -> str:
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=300, check=True
    )
    return done.stdout


def test_the_ledger_can_be_asked_for_its_newest_events_only(sandbox: Sandbox) -> None:
    sandbox.tokens_csv(5)
    before = sandbox.ledger()[-1]["seq"]
    lines = send(sandbox.url, "GET", "/_sandbox/ledger.jsonl?after=0&newest=3").body.splitlines()
    first, second, last = (json.loads(line)["seq"] for line in lines)
    assert (first, second) == (last - 2, last - 1)
    # Other tests' reviews go on meanwhile.
    assert before <= last <= sandbox.ledger()[-1]["seq"]


def test_a_list_goes_on_where_it_stopped_and_says_when_it_ends(sandbox: Sandbox) -> None:
    everybody = listed(sandbox, "limit=1000")
    assert everybody["next"] is None
    pieces: list[dict[str, str]] = []
    after = ""
    while after is not None:
        piece = listed(sandbox, f"limit=90&after={after}")
        assert len(piece["items"]) <= 90
        pieces += piece["items"]
        after = piece["next"]
    assert pieces == everybody["items"]


def test_a_list_can_be_of_one_outcome_at_one_level(sandbox: Sandbox) -> None:
    strict = listed(sandbox, "level=strict&outcome=approved&limit=1000")["items"]
    names = [person["external_user_id"] for person in strict]
    assert "demo-approved-complete" in names
    assert "demo-approved" not in names
    refused = listed(sandbox, "outcome=refused&limit=4")["items"]
    assert len(refused) == 4
    assert all(person["outcome"].startswith("refused:") for person in refused)


# who may not use it


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", "http://localhost:1"])
def test_another_web_page_may_not_change_anything(sandbox: Sandbox, origin: str) -> None:
    for method, path, body in CHANGING:
        reply = send(sandbox.url, method, path, body, {"Origin": origin})
        assert (reply.status, "Another web page" in reply.json["description"]) == (403, True)


def test_the_sandboxs_own_page_may(sandbox: Sandbox) -> None:
    own = {"Origin": sandbox.url, "Sec-Fetch-Site": "same-origin"}
    assert send(sandbox.url, *CHANGING[1], own).status == 200


def test_another_web_page_may_link_here_but_not_load_from_here(sandbox: Sandbox) -> None:
    cross = {"Sec-Fetch-Site": "cross-site"}
    path = "/_sandbox/tokens.csv?n=1"
    picture = {**cross, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    frame = {**cross, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
    link = {**cross, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert [send(sandbox.url, "GET", path, headers=h).status for h in (picture, frame, link)] == [
        403,
        403,
        200,
    ]


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "127.0.0.1.elsewhere.example:8001", "10.0.0.7", "a@localhost"]
)
def test_a_name_that_is_not_ours_opens_nothing(sandbox: Sandbox, host: str) -> None:
    for path in ("/", "/_sandbox/faults", "/_sandbox/page.js"):
        status, body = _as_host(sandbox, path, host)
        assert (status, b"--host" in body) == (403, True)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:81", "127.0.0.1", "[::1]:8001"])
def test_every_name_of_this_machines_own_loopback_opens_it(sandbox: Sandbox, host: str) -> None:
    assert _as_host(sandbox, "/_sandbox/faults", host)[0] == 200


def _as_host(sandbox: Sandbox, path: str, host: str) -> tuple[int, bytes]:
    parts = urlsplit(sandbox.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)
    try:
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", host)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_the_page_allows_only_its_own_files_and_they_are_there(sandbox: Sandbox) -> None:
    reply = send(sandbox.url, "GET", "/")
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    text = reply.body.decode()
    files = set(re.findall(r'(?:src|href)="(/_sandbox/[a-z]+\.(?:js|css|svg))"', text))
    assert len(files) == 4
    for file in files:
        served = send(sandbox.url, "GET", file)
        assert (served.status, len(served.body) > 100) == (200, True)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


# a large one


@pytest.fixture(scope="module")
def million() -> Iterator[Sandbox]:
    with process.start(applicants=1_000_000) as running:
        yield running


def test_a_million_applicants_are_shown_by_the_page(million: Sandbox) -> None:
    text = page(million)
    assert len(shown(text)) == 50
    far = listed(million, "q=user-987654")["items"]
    assert [person["external_user_id"] for person in far] == ["user-987654"]
    on = listed(million, f"limit=1&after={far[0]['applicant_id']}")["items"]
    assert [person["external_user_id"] for person in on] == ["user-987655"]


def test_a_search_through_a_million_stops_and_says_where_to_go_on(million: Sandbox) -> None:
    text = page(million, "q=nobody-has-this-name")
    assert "Search on" in text
    assert shown(text) == []
