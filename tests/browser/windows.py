"""Windows of people who are signed in, one for each person, and of some who are not (yet)."""

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import Any
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from playwright.sync_api import Browser, CDPSession, Page, Response, Route, expect

from tests.parts.browsers import patient_context, sign_in
from tests.parts.people import PASSWORD

NO_ONE = "stranger"
UNLUCKY = "unlucky"
HALFWAY = "halfway"
TWOFOLD = "tessa"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Windows:
    """`windows["olga"]` is her window: opened once, signed in once.

    `stranger` has not signed in, `unlucky` meets our errors, `tessa` has every second factor,
    `halfway` is Tessa after her password. `complaints` are the errors of the browser's console.
    """

    def __init__(self, browser: Browser, address: str, places: dict[str, Any]) -> None:
        self._browser = browser
        self.address = address
        self._open: dict[str, Page] = {}
        self.places = places
        self.complaints: list[str] = []

    def __getitem__(self, who: str) -> Page:
        if who not in self._open:
            self._open[who] = self._opened(who)
        return self._open[who]

    @property
    def host(self) -> str:
        """Host and port of the installation."""
        return urlsplit(self.address).netloc

    def close(self) -> None:
        """Close every window."""
        for page in self._open.values():
            page.context.close()

    def _opened(self, who: str) -> Page:
        page = self._empty()
        if who == UNLUCKY:
            # In a window of its own, because a window with a route does without its cache.
            page.route("**/broken/*/", _broken)
        elif who == HALFWAY:
            assert self[TWOFOLD], "she has turned her second factor on"
            sign_in(page, TWOFOLD)
        elif who != NO_ONE:
            sign_in(page, who)
        if who == TWOFOLD:
            add_app(page)
            self.places["key"] = add_key(page)[1]
        return page

    def _empty(self) -> Page:
        context = patient_context(
            self._browser,
            base_url=self.address,
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
        )
        page = context.new_page()
        page.on("console", lambda said: self._note(said.type, said.text))
        return page

    def _note(self, kind: str, text: str) -> None:
        # A page that answers 403 or 404 is a complaint for the console, but not for us.
        if kind == "error" and "the server responded with a status of" not in text:
            self.complaints.append(text)


def arrive(page: Page, address: str) -> Response | None:
    """Go there, and confirm with the password when what comes next asks for a fresh proof."""
    answer = page.goto(address)
    if "/reauthenticate/" in page.url and "/reauthenticate/" not in address:
        page.goto("/accounts/reauthenticate/?next=/account/")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
        page.wait_for_url("**/account/")
        answer = page.goto(address)
    return answer


def add_app(page: Page) -> list[str]:
    """Turn on an authenticator app; returns the recovery codes."""
    arrive(page, "/accounts/2fa/totp/activate/")
    secret = page.get_by_label("Key", exact=True).input_value()
    page.get_by_label("Code from the app").fill(code_now(secret))
    page.get_by_role("button", name="Turn on").click()
    # Another address asked for meanwhile would break the form's own request off.
    page.wait_for_url(lambda address: "/totp/activate/" not in address)
    arrive(page, "/accounts/2fa/recovery-codes/")
    return page.get_by_label("Unused recovery codes").inner_text().split()


def add_key(page: Page) -> tuple[CDPSession, int]:
    """Add a passkey that lives in this window; returns its device and its number."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    arrive(page, "/accounts/2fa/webauthn/add/")
    page.get_by_label("Name").fill("work laptop")
    page.get_by_label("Sign in with this key alone").check()
    page.get_by_role("button", name="Add the key").click()
    expect(page).not_to_have_url(re.compile("/add/$"))
    page.goto("/accounts/2fa/webauthn/")
    rename = page.get_by_role("link", name="Rename").get_attribute("href") or ""
    return device, int(rename.split("/")[-3])


def code_now(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238 with SHA-1, 30 s and six digits)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number: int = struct.unpack(">I", digest[start : start + 4])[0]
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"


def _broken(route: Route) -> None:
    """The pages for a request that nothing could be made of, and for an error of ours."""
    status = int(route.request.url.split("/")[-2])
    page = render_to_string(f"errors/{status}.html")
    route.fulfill(status=status, content_type="text/html; charset=utf-8", body=page)
