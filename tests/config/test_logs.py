"""Nothing secret leaves the process in a log line, by whatever way it came in."""

import io
import json
import logging
import logging.config
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog
from django.test import Client

from config.environment import PROJECT
from config.logs import logging_config
from config.redaction import redact

SHARE_TOKEN = "_act-sbx-jwt-eyJhbGciOiJub25lIn0.eyJqdGkiOiJfYWN0LXNieC0wMDAwIn0."
JWT = "eyJhbGciOiJub25lIn0.eyJqdGkiOiJfYWN0In0."
APP_TOKEN = "sbx:AbCdEfGhIjKlMnOpQrStUvWx.0123456789abcdef0123456789abcdef"
OPAQUE = "c4n4ry-without-any-shape"


@pytest.fixture(params=[False, True], ids=["json", "coloured"])
def lines(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Everything written by our root handler, in both renderings."""
    text = io.StringIO()
    handler = logging_config(debug=request.param)
    handler["handlers"]["standard_error"]["stream"] = text
    logging.config.dictConfig(handler)
    yield text
    logging.config.dictConfig(logging_config())


@pytest.mark.parametrize("secret", [SHARE_TOKEN, JWT, APP_TOKEN])
def test_secrets_with_a_shape_are_removed_from_every_part_of_a_line(
    lines: io.StringIO, secret: str
) -> None:
    logging.getLogger("some.library").warning("told %s and {%s}", secret, {"inner": secret})
    structlog.get_logger("ours").warning("event", anything=secret, nested={"deep": [secret]})
    try:
        kept = {"local": secret}
        raise ValueError(f"Token {secret} is invalid now") from KeyError(kept["local"])
    except ValueError:
        logging.getLogger("other.library").exception("failed with %r", secret)
        structlog.get_logger("ours").exception("failed")
    written = lines.getvalue()
    assert secret not in written
    assert secret.split(".")[0] not in written
    assert written.count("[removed]") >= 6
    assert "is invalid now" in written


def test_local_variables_of_a_traceback_are_not_shown(lines: io.StringIO) -> None:
    def inner() -> None:
        held = OPAQUE
        raise RuntimeError(f"{len(held)} characters")

    try:
        inner()
    except RuntimeError:
        structlog.get_logger("ours").exception("failed")
    assert "RuntimeError: 24 characters" in lines.getvalue()
    assert OPAQUE not in lines.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        f"GET /resources/api/reusableIdentity/reuse?shareToken={OPAQUE}&levelName=id-only",
        f"X-App-Token: {OPAQUE}",
        f"x-app-access-sig: {OPAQUE}",
        f"{{'X-App-Access-Sig': '{OPAQUE}', 'X-App-Access-Ts': '1'}}",
        f"[(b'authorization', b'Bearer {OPAQUE}')]",
        f"Authorization: Bearer {OPAQUE}",
        f"Cookie: sessionid={OPAQUE}; csrftoken={OPAQUE}",
        f"set-cookie: __Host-sessionid={OPAQUE}; Path=/",
        f'{{"token": "{OPAQUE}", "forClientId": "acme"}}',
        json.dumps({"body": json.dumps({"token": OPAQUE})}),
        f"SUMSUB_SECRET_KEY={OPAQUE}",
        f"csrfmiddlewaretoken={OPAQUE}&next=/",
        f"postgres://relay:{OPAQUE}@db:5432/relay",
    ],
)
def test_secrets_without_a_shape_are_known_by_their_name(text: str) -> None:
    assert OPAQUE not in redact(text)


@pytest.mark.parametrize(
    "name", ["share_token", "sumsub_secret_key", "Authorization", "x_app_token"]
)
def test_a_value_bound_under_a_secret_name_is_removed(lines: io.StringIO, name: str) -> None:
    structlog.get_logger("ours").warning("event", **{name: OPAQUE})
    assert OPAQUE not in lines.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "token mark 3fa9c1d2e4b5, line 17, import 41",
        "the share token was refused with 10503",
        "GET /imports/41/rows?state=refused",
        "applicant 64f0cc3bd383aba9c83ddaca at http://127.0.0.1:8001/resources",
    ],
)
def test_what_operators_need_stays(text: str) -> None:
    assert redact(text) == text


def test_a_line_is_one_json_object_with_level_logger_time_and_message() -> None:
    code = (
        "import logging, logging.config; from config.logs import logging_config; "
        "logging.config.dictConfig(logging_config()); "
        "logging.getLogger('customers').info('row %s settled', 7)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    line = json.loads(done.stderr)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"level": "info", "logger": "customers", "message": "row 7 settled"}


@pytest.mark.parametrize("name", ["httpx", "httpcore", "uvicorn.access"])
def test_loggers_that_print_whole_addresses_are_silent_at_info(
    lines: io.StringIO, name: str
) -> None:
    logging.getLogger(name).info("HTTP Request: POST https://api.sumsub.com/?shareToken=x")
    assert lines.getvalue() == ""


@pytest.mark.parametrize("name", ["celery", "celery.task", "uvicorn", "uvicorn.error"])
def test_loggers_that_bring_handlers_of_their_own_use_ours(lines: io.StringIO, name: str) -> None:
    own = io.StringIO()
    logging.getLogger(name).addHandler(logging.StreamHandler(own))
    logging.config.dictConfig(logging_config())
    logging.getLogger(name).error("failed")
    assert own.getvalue() == ""


@pytest.mark.parametrize("address", ["/customers/", "/api/v1/customers"])
def test_what_somebody_searches_for_is_in_no_line(
    lines: io.StringIO, client: Client, db: None, address: str
) -> None:
    client.get(address, {"q": "Ada Mercer", "external_id": "004417"})
    written = lines.getvalue()
    assert f"GET {address}" in written
    assert "Mercer" not in written
    assert "004417" not in written
