"""Every call we make to Sumsub: what goes on the wire, and how its answer is read."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar
from urllib.parse import quote

from sumsub import fields
from sumsub.records import Applicant, Level, Lookup, Review, ShareToken, StepStatus

T = TypeVar("T")

PreviewMethod = Literal["GET", "POST"]


@dataclass(frozen=True)
class Call(Generic[T]):
    """One call: `target` is the request line's path and query, percent-encoded, as it is signed.

    `share_token` is set on the calls that redeem or preview one: there a 401 without a code speaks
    of that token and not of our credentials, and the token is removed from every text we keep.
    `reads_body` is False where only the status matters.
    """

    name: str
    method: str
    target: bytes = field(repr=False)
    body: bytes = field(repr=False)
    parse: Callable[[object], T] = field(repr=False)
    share_token: str | None = field(default=None, repr=False)
    reads_body: bool = field(default=True, repr=False)


def share_token(
    applicant_id: str, for_client_id: str, ttl_seconds: int | None = None
) -> Call[ShareToken]:
    """Mint a share token; it lives 1200 s by default ("Sumsub: generate share token")."""
    wanted: dict[str, object] = {"applicantId": applicant_id, "forClientId": for_client_id}
    if ttl_seconds is not None:
        wanted["ttlInSecs"] = ttl_seconds
    body = json.dumps(wanted, separators=(",", ":")).encode()
    return Call(
        "share_token", "POST", b"/resources/accessTokens/shareToken", body, ShareToken.from_json
    )


def share_token_legacy(
    applicant_id: str, for_client_id: str, ttl_seconds: int | None = None
) -> Call[ShareToken]:
    """Mint a share token by the older form of the call, with everything in the query."""
    target = _target(
        "/resources/accessTokens/-/shareToken",
        ("applicantId", applicant_id),
        ("forClientId", for_client_id),
        ("ttlInSecs", None if ttl_seconds is None else str(ttl_seconds)),
    )
    return Call("share_token_legacy", "POST", target, b"", ShareToken.from_json)


def reuse(share_token: str, level_name: str, user_id: str) -> Call[Applicant]:
    """Redeem a share token: make an applicant with fresh checks ("Sumsub: reuse applicant")."""
    target = _target(
        "/resources/api/reusableIdentity/reuse",
        ("shareToken", share_token),
        ("levelName", level_name),
        ("userId", user_id),
    )
    return Call("reuse", "POST", target, b"", Applicant.from_json, share_token)


def reuse_preview(
    share_token: str,
    level_name: str,
    user_id: str | None = None,
    method: PreviewMethod = "GET",
) -> Call[Applicant]:
    """What a reuse would make; nothing is stored ("Sumsub: simulate reusing applicant").

    Sumsub's pages disagree on the method, so it is the caller's choice.
    """
    target = _target(
        "/resources/api/reusableIdentity/reuse/preview",
        ("shareToken", share_token),
        ("levelName", level_name),
        ("userId", user_id),
    )
    return Call("reuse_preview", method, target, b"", Applicant.from_preview, share_token)


def copy(
    share_token: str,
    level_name: str | None = None,
    user_id: str | None = None,
    reset_steps: Sequence[str] = (),
    trust_review: bool | None = None,
) -> Call[Applicant]:
    """Redeem a share token without fresh checks ("Sumsub: copy applicant profile").

    `reset_steps` are the steps to be asked for again, such as `SELFIE`. `trust_review` False asks
    for a recheck, True for the donor's result; None says nothing, and Sumsub inherits.
    """
    trusts = None if trust_review is None else str(trust_review).lower()
    target = _target(
        "/resources/applicants/-/import",
        ("shareToken", share_token),
        ("resetIdDocSetTypes", ",".join(reset_steps) or None),
        ("userId", user_id),
        ("levelName", level_name),
        ("trustReview", trusts),
    )
    return Call("copy", "POST", target, b"", Applicant.from_json, share_token)


def copy_preview(share_token: str, method: PreviewMethod = "GET") -> Call[Applicant]:
    """The applicant a copy would make; the share token stays usable."""
    target = _target("/resources/applicants/-/import/preview", ("shareToken", share_token))
    return Call("copy_preview", method, target, b"", Applicant.from_preview, share_token)


def applicant(applicant_id: str) -> Call[Applicant]:
    """An applicant by Sumsub's id."""
    target = _target(f"/resources/applicants/{_segment(applicant_id)}/one")
    return Call("applicant", "GET", target, b"", Applicant.from_json)


def applicant_by_external_id(external_id: str) -> Call[Applicant]:
    """An applicant by our id; a 404 proves nothing, ask `lookup` about absence."""
    target = _target(f"/resources/applicants/-;externalUserId={_segment(external_id)}/one")
    return Call("applicant_by_external_id", "GET", target, b"", Applicant.from_json)


def lookup(external_id: str) -> Call[Lookup]:
    """Whether our id is in use, said explicitly, with the applicant if it is."""
    target = _target(f"/resources/applicants/-/byExternalUserId/{_segment(external_id)}")
    return Call("lookup", "GET", target, b"", Lookup.from_json)


def review(applicant_id: str) -> Call[Review]:
    """Only the review of an applicant."""
    target = _target(f"/resources/applicants/{_segment(applicant_id)}/status")
    return Call("review", "GET", target, b"", _read_review)


def steps(applicant_id: str) -> Call[tuple[StepStatus, ...]]:
    """How far each step of an applicant's level is: what remains after a partial reuse."""
    target = _target(f"/resources/applicants/{_segment(applicant_id)}/requiredIdDocsStatus")
    return Call("steps", "GET", target, b"", StepStatus.all_from_json)


def levels() -> Call[tuple[Level, ...]]:
    """The workspace's verification levels; needs no permission."""
    return Call("levels", "GET", b"/resources/applicants/-/levels", b"", Level.all_from_json)


def api_status() -> Call[None]:
    """Ends without an error when the API is up: a harmless probe."""
    return Call("api_status", "GET", b"/resources/status/api", b"", _nothing, reads_body=False)


def applicant_count() -> Call[int | None]:
    """How many applicants the workspace has, if Sumsub says so: a check of credentials."""
    return Call("applicant_count", "GET", b"/resources/applicants/-/count", b"", _count)


def _target(path: str, *query: tuple[str, str | None]) -> bytes:
    given = [f"{key}={quote(value, safe='')}" for key, value in query if value is not None]
    return f"{path}?{'&'.join(given)}".encode() if given else path.encode()


def _segment(value: str) -> str:
    # A dot segment cannot be escaped: whatever stands between would resolve it to another path.
    if value in {"", ".", ".."}:
        raise ValueError("an id is needed here")
    return quote(value, safe="")


def _read_review(value: object) -> Review:
    source = fields.document(value)
    if not fields.text(source, "reviewStatus"):
        raise ValueError("no review status")
    return Review.from_json(source)


def _count(value: object) -> int | None:
    found = value.get("count", value.get("totalItems")) if isinstance(value, dict) else value
    return found if isinstance(found, int) else None


def _nothing(_: object) -> None:
    return None
