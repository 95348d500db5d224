"""No share token, secret or personal datum leaves the package by a side door."""

import io
import logging
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from sumsub import calls
from sumsub.errors import Answered, SumsubError
from sumsub.records import Applicant, ShareToken
from sumsub.redaction import safe_text
from sumsub.transport import quieten_logs
from tests.sumsub.conftest import Send
from tests.sumsub.far_end import Behaviour, FarEnd, answers, drops, raw, sends, stalls

# Opaque, as Sumsub warns: nothing in its shape says that it is a share token.
TOKEN = "opaque/canary+token=="
SHAPED = "_act-sbx-jwt-eyJhbGciOiJub25lIn0.eyJqdGkiOiJjYW5hcnkifQ."
ECHO = f"Token {TOKEN} ({quote(TOKEN, safe='')}) is invalid"

STORIES: dict[str, Behaviour] = {
    "success": answers(200, {"id": "66f1", "shareToken": TOKEN}),
    "broken success": sends(raw(200, ECHO.encode())),
    "token refused": answers(401, {"description": ECHO}),
    "rule refused": answers(400, {"errorCode": 10513, "errorName": TOKEN, "description": ECHO}),
    "conflict": answers(409, {"description": ECHO, "correlationId": TOKEN}),
    "page": sends(raw(403, ECHO.encode())),
    "redirect": answers(302, None, Location=f"/login?shareToken={quote(TOKEN, safe='')}"),
    "server error": answers(500, {"description": ECHO}),
    "dropped": drops,
    "silent": stalls,
    "not HTTP": sends(f"{TOKEN}\r\n\r\n".encode(), then_close=True),
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything logged anywhere at any level."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def outcome(send: Send, call: calls.Call[Any]) -> tuple[object, str]:
    """What a call ended in, and its traceback with the variables of our frames and httpx's."""
    try:
        return send(call, read_timeout=0.1), ""
    except SumsubError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        told.stack[:] = [frame for frame in told.stack if "/tests/" not in frame.filename]
        return error, "".join(told.format())


def assert_secret(*texts: str) -> None:
    for text in texts:
        assert TOKEN not in text
        assert quote(TOKEN, safe="") not in text
        assert "canary" not in text


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_share_token_shows_nowhere_whatever_happens(
    send: Send, far_end: FarEnd, log: io.StringIO, story: Behaviour
) -> None:
    far_end.will(story)
    call = calls.reuse(TOKEN, "id-only", "cust-42")
    ended, trace = outcome(send, call)
    assert quote(TOKEN, safe="") in far_end.received[0].target.decode(), "it was really sent"
    assert_secret(repr(call), str(call), repr(ended), str(ended), trace, log.getvalue())
    if isinstance(ended, Exception):
        assert_secret(repr(vars(ended)), repr(ended.args))
        assert ended.__context__ is None, "no frame of httpx hangs on to it"


def test_log_of_a_run_holds_no_line_of_httpx(send: Send, far_end: FarEnd, log: io.StringIO) -> None:
    logging.getLogger("a.witness").debug("the log does work")
    send(calls.api_status())
    assert "the log does work" in log.getvalue()
    assert "HTTP" not in log.getvalue()
    assert "send_request" not in log.getvalue()


@pytest.mark.parametrize("name", ["httpx", "httpcore"])
@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (logging.NOTSET, logging.WARNING),
        (logging.DEBUG, logging.WARNING),
        (logging.ERROR, logging.ERROR),
    ],
)
def test_loggers_of_httpx_are_raised_to_warning_and_never_lowered(
    name: str, level: int, expected: int
) -> None:
    logger = logging.getLogger(name)
    logger.setLevel(level)
    quieten_logs()
    found = logger.level
    logger.setLevel(logging.WARNING)
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        f"Token {SHAPED} is invalid",
        f"Token {SHAPED}",
        "Token _act-9b1f3c52-0d64-4a55-8f07-8c2d0f1f7a10-v2 is invalid now: created at",
        "Token _act-snsId-9b1f3c52-0d64-4a55 is invalid",
        f"?shareToken={quote(SHAPED, safe='')}&levelName=x",
        "eyJhbGciOiJub25lIn0.eyJqdGkiOiJjYW5hcnkifQ.",
    ],
)
def test_whatever_looks_like_a_share_token_is_taken_out(text: str) -> None:
    cleaned = safe_text(text)
    assert "[removed]" in cleaned
    for part in ("_act", "eyJ", "9b1f3c52", "8c2d0f1f"):
        assert part not in cleaned


def test_description_keeps_its_words_and_ends_at_500_characters(
    send: Send, far_end: FarEnd
) -> None:
    far_end.will(answers(400, {"description": f"Not valid: {SHAPED}. " + "x" * 1000}))
    ended, _ = outcome(send, calls.reuse(TOKEN, "id-only", "cust-42"))
    assert isinstance(ended, Answered)
    assert ended.description.startswith("Not valid: [removed]")
    assert len(ended.description) == 500


def test_credentials_show_in_no_error_and_no_log(
    send: Send, far_end: FarEnd, log: io.StringIO
) -> None:
    far_end.will(answers(401, {"errorCode": 4003}))
    ended, trace = outcome(send, calls.levels())
    sent = far_end.received[0].headers
    for text in (repr(ended), trace, log.getvalue()):
        assert "canary" not in text
        assert sent["x-app-access-sig"] not in text


def test_records_show_ids_and_no_person() -> None:
    person = {"firstName": "Ada", "lastName": "Moreau", "dob": "1990-04-12", "tin": "TIN-1"}
    documents = [{"idDocType": "PASSPORT", "country": "FRA", "number": "19XX0"}]
    shown = repr(
        Applicant.from_json(
            {
                "id": "66f1",
                "info": {**person, "idDocs": documents, "addresses": [{"town": "Lyon"}]},
                "fixedInfo": person,
                "email": "ada@example.test",
                "phone": "+33100000000",
                "review": {
                    "reviewStatus": "completed",
                    "reviewResult": {"moderationComment": "Ada, a sharper photo"},
                },
            }
        )
    )
    assert "66f1" in shown
    assert "completed" in shown
    for datum in ("Ada", "Moreau", "1990", "TIN-1", "19XX0", "Lyon", "ada@", "+331"):
        assert datum not in shown
    assert TOKEN not in repr(ShareToken(TOKEN, "c1"))
