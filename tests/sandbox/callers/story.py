"""An integrator's first script against Sumsub: standard library alone, nothing of this project.

Reads the line that the sandbox's ``--json`` prints, from standard input or a file, walks a share
token's whole way and writes one JSON object a step. ``story.mjs`` is the same in JavaScript.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import secrets
import sys
import time
from base64 import b64decode
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

PHOTO = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
APPLICANTS = "/resources/applicants"
MINT = "/resources/accessTokens/shareToken"
LEGACY = "/resources/accessTokens/-/shareToken"
REUSE = "/resources/api/reusableIdentity/reuse"
COPY = f"{APPLICANTS}/-/import"
LEVELS = f"{APPLICANTS}/-/levels"


@dataclass(frozen=True)
class Reply:
    """An answer, read to its end."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body, which must be a JSON object."""
        value: dict[str, Any] = json.loads(self.body)
        return value

    @property
    def refusal(self) -> dict[str, Any]:
        """What an error body says, with null for what it leaves out."""
        return {key: self.json.get(key) for key in ("code", "errorCode", "errorName")}

    @property
    def first_name(self) -> str | None:
        """What was read from a document, or else what the donor supplied."""
        known: dict[str, Any] = {**self.json.get("fixedInfo", {}), **self.json.get("info", {})}
        return known.get("firstName")

    @property
    def review(self) -> dict[str, Any]:
        """Status and verdict of an applicant object, or of a review object."""
        review = self.json.get("review", self.json)
        answer = review.get("reviewResult", {}).get("reviewAnswer")
        return {"review": review["reviewStatus"], "answer": answer}


class Client:
    """Speaks as one workspace; ``slow`` is by how many seconds its clock lags behind."""

    def __init__(self, url: str, token: str, secret: str, slow: float = 0.0) -> None:
        parts = urlsplit(url)
        self._address = parts.hostname or "", parts.port or 80
        self._token = token
        self._secret = secret.encode()
        self.slow = slow

    def once(self, method: str, target: str, body: bytes = b"", **headers: str) -> Reply:
        """One signed request; ``headers`` are named with underscores."""
        stamp = str(int(time.time() - self.slow))
        signed = f"{stamp}{method}{target}".encode() + body
        signature = hmac.new(self._secret, signed, hashlib.sha256).hexdigest()
        mine = {
            "X-App-Token": self._token,
            "X-App-Access-Ts": stamp,
            "X-App-Access-Sig": signature,
            "Content-Type": "application/json",
        }
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection(*self._address, timeout=30)) as connection:
            connection.request(method, target, body, mine | more)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())

    def call(self, method: str, target: str, body: bytes = b"", **headers: str) -> Reply:
        """As patient as the rate limit wants; each attempt is signed afresh."""
        while (reply := self.once(method, target, body, **headers)).status == 429:
            time.sleep(float(reply.headers["Retry-After"]))
        return reply

    def get(self, target: str) -> Reply:
        return self.call("GET", target)

    def post(self, target: str, value: Any = None) -> Reply:
        return self.call("POST", target, b"" if value is None else json.dumps(value).encode())

    def upload(self, applicant_id: str, kind: str) -> Reply:
        """A document's image, as a form of two parts; the whole raw body is signed."""
        boundary = secrets.token_hex(12)
        body = b""
        metadata = json.dumps({"idDocType": kind, "country": "FRA"}).encode()
        for name, media, content in (
            ('name="metadata"', "application/json", metadata),
            ('name="content"; filename="photo.png"', "image/png", PHOTO + kind.encode()),
        ):
            body += f"--{boundary}\r\nContent-Disposition: form-data; {name}\r\n".encode()
            body += f"Content-Type: {media}\r\n\r\n".encode() + content + b"\r\n"
        form = f"multipart/form-data; boundary={boundary}"
        target = f"{APPLICANTS}/{applicant_id}/info/idDoc"
        return self.call("POST", target, body + f"--{boundary}--\r\n".encode(), Content_Type=form)


def tell(step: str, reply: Reply, **facts: Any) -> None:
    """Write one step."""
    sys.stdout.write(json.dumps({"step": step, "status": reply.status, **facts}) + "\n")


def until(check: Callable[[], Reply], good: Callable[[Reply], bool], rest: float = 0.1) -> Reply:
    """Ask until the answer will do; gives the last one up as it is."""
    deadline = time.monotonic() + 30
    while not good(reply := check()) and time.monotonic() < deadline:
        time.sleep(rest)
    return reply


def look_up(client: Client, external_id: str) -> Reply:
    """Whether the workspace has somebody of that id."""
    return client.get(f"{APPLICANTS}/-/byExternalUserId/{quote(external_id, safe='')}")


def tell_steps(name: str, client: Client, applicant_id: str) -> None:
    """Which steps are done, and with which kind of document."""
    reply = client.get(f"{APPLICANTS}/{applicant_id}/requiredIdDocsStatus")
    kinds = {step: (found or {}).get("idDocType") for step, found in reply.json.items()}
    tell(name, reply, kinds=kinds)


class Story:
    """A donor with an applicant of its own, and a recipient who is to have the same person."""

    def __init__(self, url: str, donor: dict[str, Any], recipient: dict[str, Any]) -> None:
        self.url = url
        self.recipient_id = recipient["client_id"]
        self.keys = recipient["app_token"], recipient["secret_key"]
        self.recipient = Client(url, *self.keys)
        self.donor = Client(url, donor["app_token"], donor["secret_key"])
        mark = secrets.token_hex(6)
        self.external_id, self.customer_id = f"story py/ü+{mark}", f"customer {mark}"
        self.applicant_id = self.token = ""

    def begin(self) -> None:
        tell("api status", Client(self.url, "", "").get("/resources/status/api"))
        for name, client in (("donor", self.donor), ("recipient", self.recipient)):
            reply = client.get(LEVELS)
            names = [item["name"] for item in reply.json["items"]]
            tell(f"levels of the {name}", reply, names=names, total=reply.json["totalItems"])
        tell("read with a body", self.donor.call("GET", LEVELS, b"{}"))

    def make_an_applicant(self) -> None:
        about = {"firstName": "Zoë", "lastName": "Łukasik", "dob": "1990-04-12"}
        person = {"externalUserId": self.external_id, "fixedInfo": about | {"country": "FRA"}}
        target = f"{APPLICANTS}?levelName=id-only"
        reply = self.donor.post(target, person)
        self.applicant_id = reply.json["id"]
        same = reply.json["externalUserId"] == self.external_id
        tell("create", reply, same_external_id=same, **reply.review)
        again = self.donor.post(target, person)
        says_id = again.json["description"].endswith(f"already exists: {self.applicant_id}")
        tell("create again", again, says_id=says_id)

    def have_it_approved(self) -> None:
        for kind in ("PASSPORT", "SELFIE"):
            reply = self.donor.upload(self.applicant_id, kind)
            image, said = reply.headers["X-Image-Id"] or "", reply.json.get("idDocType")
            tell(f"upload {kind}", reply, image_id=image.isdigit(), document=said)
        again = self.donor.upload(self.applicant_id, "SELFIE")
        tell("upload SELFIE again", again, **again.refusal)
        one = f"{APPLICANTS}/{self.applicant_id}"
        tell("pending", self.donor.post(f"{one}/status/pending"))
        reply = self.donor.get(f"{one}/status")
        tell("status", reply, **reply.review)
        tell("complete", self.donor.post(f"{one}/status/testCompleted", {"reviewAnswer": "GREEN"}))

    def read_it(self) -> None:
        quoted = quote(self.external_id, safe="")
        for name, place in (
            ("id", self.applicant_id),
            ("external id", f"-;externalUserId={quoted}"),
            ("encoded external id", f"-%3BexternalUserId%3D{quoted}"),
        ):
            reply = self.donor.get(f"{APPLICANTS}/{place}/one")
            same = reply.json["id"] == self.applicant_id
            tell(f"read by {name}", reply, same=same, **reply.review)
        reply = look_up(self.donor, self.external_id)
        same = reply.json["applicant"]["id"] == self.applicant_id
        tell("look up", reply, exists=reply.json["exists"], same=same)
        reply = look_up(self.donor, f"{self.external_id}x")
        tell("look up somebody unknown", reply, exists=reply.json["exists"])
        tell_steps("steps", self.donor, self.applicant_id)
        reply = self.recipient.get(f"{APPLICANTS}/{self.applicant_id}/status")
        tell("read somebody else's", reply, **reply.refusal)

    def minted(self, seconds: int | str = 600) -> Reply:
        wanted = {"applicantId": self.applicant_id, "forClientId": self.recipient_id}
        return self.donor.post(MINT, wanted | {"ttlInSecs": seconds})

    def mint(self) -> None:
        query = f"applicantId={self.applicant_id}&forClientId={self.recipient_id}"
        by_query = self.donor.call("POST", f"{LEGACY}?{query}", Content_Encoding="utf-8")
        replies = {"mint": self.minted(), "mint, seconds as text": self.minted("600")}
        for name, reply in (replies | {"mint by query": by_query}).items():
            self.token = reply.json["token"]
            mine = reply.json["forClientId"] == self.recipient_id
            tell(name, reply, for_recipient=mine, fits=20 < len(self.token) <= 1024)
        reply = self.donor.post(MINT, {"applicantId": "0" * 24, "forClientId": "nobody_1"})
        tell("mint for nobody", reply, **reply.refusal)

    def reuse_query(self, token: str) -> str:
        who = {"shareToken": token, "userId": self.customer_id}
        return urlencode(who | {"levelName": "id-relaxed"}, quote_via=quote)

    def preview(self) -> None:
        for method in ("GET", "POST"):
            reply = self.recipient.call(method, f"{REUSE}/preview?{self.reuse_query(self.token)}")
            kept = look_up(self.recipient, self.customer_id).json["exists"]
            tell(f"preview by {method}", reply, first_name=reply.first_name, kept=kept)

    def reuse(self) -> None:
        """The token that was previewed twice, with parameters that mean nothing beside ours."""
        reply = self.recipient.post(f"{REUSE}?{self.reuse_query(self.token)}&sourceKey=&x=1&x=2")
        shared_id = reply.json["id"]
        facts = {"new_id": shared_id != self.applicant_id, "first_name": reply.first_name}
        facts["same_external_id"] = reply.json["externalUserId"] == self.customer_id
        tell("reuse", reply, **facts, **reply.review)
        one = f"{APPLICANTS}/{shared_id}/one"
        reply = until(lambda: self.recipient.get(one), lambda r: r.review["answer"] is not None)
        tell("verdict", reply, **reply.review)
        tell_steps("steps of the reuse", self.recipient, shared_id)
        reply = self.recipient.post(f"{REUSE}?{self.reuse_query(self.token)}")
        tell("reuse again", reply, **reply.refusal)

    def copy(self) -> None:
        alone = urlencode({"shareToken": self.minted().json["token"]})
        for method in ("GET", "POST"):
            reply = self.recipient.call(method, f"{COPY}/preview?{alone}")
            marked = reply.json["externalUserId"].startswith("preview-random-")
            tell(f"preview of the copy by {method}", reply, marked=marked, **reply.review)
        query = f"{alone}&levelName=id-and-poa&userId=&resetIdDocSetTypes="
        reply = self.recipient.post(f"{COPY}?{query}")
        marked = reply.json["externalUserId"].startswith("copy-")
        tell("copy", reply, marked=marked, **reply.review)
        tell_steps("steps of the copy", self.recipient, reply.json["id"])
        reply = self.recipient.post(f"{COPY}?{alone}")
        tell("copy again", reply, **reply.refusal)

    def meet_bad_tokens(self) -> None:
        reply = self.recipient.post(f"{REUSE}?{self.reuse_query('_act-never-heard-of')}")
        tell("reuse an unknown token", reply, **reply.refusal)
        target = f"{REUSE}/preview?{self.reuse_query(self.minted(1).json['token'])}"
        reply = until(lambda: self.recipient.get(target), lambda reply: reply.status != 200)
        dead = "is invalid now: created at" in reply.json["description"]
        tell("preview an expired token", reply, says_when=dead, **reply.refusal)
        fresh = self.minted().json["token"]
        reply = self.donor.post(f"{REUSE}?{self.reuse_query(fresh)}")
        tell("reuse a token for another", reply, **reply.refusal)

    def meet_bad_credentials(self) -> None:
        token, secret = self.keys
        wrong = {
            "wrong secret": Client(self.url, token, "x" * 32),
            "unknown token": Client(self.url, f"sbx:{'A' * 24}.{'B' * 32}", secret),
            "no token": Client(self.url, "", secret),
        }
        for name, client in wrong.items():
            reply = client.get(LEVELS)
            tell(name, reply, **reply.refusal)
        late = Client(self.url, token, secret, slow=3600)
        reply = late.get(LEVELS)
        server_says = parsedate_to_datetime(reply.headers["Date"]).timestamp()
        skew = server_says - (time.time() - late.slow)
        tell("stale clock", reply, an_hour_slow=abs(skew - 3600) < 30, **reply.refusal)
        late.slow -= skew
        tell("corrected clock", late.get(LEVELS))

    def meet_the_limit(self) -> None:
        """Read as fast as we can until we are told to wait, then wait as long as we are told."""
        reply = until(lambda: self.recipient.once("GET", LEVELS), lambda r: r.status == 429, 0)
        seconds = reply.headers["Retry-After"] or ""
        tell("too fast", reply, seconds=seconds.isdigit(), code=reply.json.get("code"))
        time.sleep(float(seconds or 0))
        tell("after the wait", self.recipient.once("GET", LEVELS))


def main() -> None:
    """Credentials from a file or from standard input, never from the command line."""
    text = Path(sys.argv[1]).read_text("utf-8") if len(sys.argv) > 1 else sys.stdin.readline()
    told = json.loads(text)
    by_name = {workspace["name"]: workspace for workspace in told["workspaces"]}
    story = Story(told["url"], by_name["donor"], by_name["recipient"])
    for chapter in (
        *(story.begin, story.make_an_applicant, story.have_it_approved, story.read_it),
        *(story.mint, story.preview, story.reuse, story.copy),
        *(story.meet_bad_tokens, story.meet_bad_credentials, story.meet_the_limit),
    ):
        chapter()


if __name__ == "__main__":
    main()
