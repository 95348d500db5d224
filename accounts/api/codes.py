"""Every problem that the API answers with: a stable code, its status, what it means, what to do.

The page /api/docs/errors/ and the contract are made from this table, so a code that is not here
cannot be answered. Codes are never renamed; a new one may come (docs/api-changelog.md).
"""

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus


class Code(StrEnum):
    """The codes, as `code` of a problem document says them."""

    INVALID_JSON = "invalid_json"
    INVALID_REQUEST = "invalid_request"
    IDEMPOTENCY_KEY_MISSING = "idempotency_key_missing"
    IDEMPOTENCY_KEY_INVALID = "idempotency_key_invalid"
    TOO_MANY_TOKENS = "too_many_tokens"
    KEY_MISSING = "key_missing"
    KEY_UNKNOWN = "key_unknown"
    KEY_EXPIRED = "key_expired"
    KEY_REVOKED = "key_revoked"
    NOT_PERMITTED = "not_permitted"
    SCOPE_MISSING = "scope_missing"
    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    STILL_RUNNING = "still_running"
    NOT_POSSIBLE = "not_possible"
    SHOWN_BEFORE = "shown_before"
    OVERTAKEN = "overtaken"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    FILE_REFUSED = "file_refused"
    DOCUMENT_REFUSED = "document_refused"
    INCOMPLETE = "incomplete"
    NOT_ALLOWED = "not_allowed"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    SUMSUB_REFUSED = "sumsub_refused"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    SUMSUB_UNREACHABLE = "sumsub_unreachable"
    BUSY = "busy"

    @property
    def about(self) -> "About":
        """Status, title and explanation."""
        return ABOUT[self]


@dataclass(frozen=True)
class About:
    """What a code means to whoever wrote the client."""

    status: HTTPStatus
    title: str
    meaning: str
    remedy: str


ABOUT: dict[Code, About] = {
    Code.INVALID_JSON: About(
        HTTPStatus.BAD_REQUEST,
        "The body is not JSON",
        "The body could not be read: it is no JSON object in UTF-8, is nested too deeply, or names "
        "a field twice.",
        "Send one JSON object in UTF-8.",
    ),
    Code.INVALID_REQUEST: About(
        HTTPStatus.BAD_REQUEST,
        "The request is not valid",
        "A field of the body or a parameter of the address has a wrong type or value, is missing, "
        "or is not known here.",
        "`errors` names each field and what is wrong with it. Nothing was done.",
    ),
    Code.IDEMPOTENCY_KEY_MISSING: About(
        HTTPStatus.BAD_REQUEST,
        "An idempotency key is required",
        "This call is only safe to repeat under a key, so it is not taken without one.",
        "Send a fresh UUID as X-Idempotency-Key, and the same one with each retry.",
    ),
    Code.IDEMPOTENCY_KEY_INVALID: About(
        HTTPStatus.BAD_REQUEST,
        "The idempotency key is not valid",
        "A key is 1 to 255 visible ASCII characters. Two headers that name different keys "
        "contradict each other.",
        "Send one key, best a UUID.",
    ),
    Code.TOO_MANY_TOKENS: About(
        HTTPStatus.BAD_REQUEST,
        "More than 100 share tokens",
        "The bulk call takes 1 to 100 share tokens and answers when they are settled.",
        "Send larger lists to /api/v1/imports, which answers at once.",
    ),
    Code.KEY_MISSING: About(
        HTTPStatus.UNAUTHORIZED,
        "No API key",
        "The request carries no key.",
        "Send the key as X-Api-Key, or as Authorization: Bearer.",
    ),
    Code.KEY_UNKNOWN: About(
        HTTPStatus.UNAUTHORIZED,
        "The API key is not known",
        "No client here has this key.",
        "Check that the key is whole and belongs to this installation.",
    ),
    Code.KEY_EXPIRED: About(
        HTTPStatus.UNAUTHORIZED,
        "The API key has expired",
        "The key was valid once; its time is over.",
        "An admin makes another one under Settings, API clients.",
    ),
    Code.KEY_REVOKED: About(
        HTTPStatus.UNAUTHORIZED,
        "The API key was revoked",
        "An admin took the key, or its client, out of use.",
        "An admin makes another one under Settings, API clients.",
    ),
    Code.NOT_PERMITTED: About(
        HTTPStatus.UNAUTHORIZED,
        "The key may not import share tokens",
        "The bulk call answers a missing scope with 401, as Dakota's does.",
        "An admin gives the client the scope imports:write.",
    ),
    Code.SCOPE_MISSING: About(
        HTTPStatus.FORBIDDEN,
        "The key lacks a scope",
        "The client is known and may not do this.",
        "`detail` names the scope. An admin gives it under Settings, API clients.",
    ),
    Code.ADDRESS_NOT_ALLOWED: About(
        HTTPStatus.FORBIDDEN,
        "Not from this address",
        "The client may call from certain networks only, and this call came from elsewhere.",
        "An admin changes the client's networks under Settings, API clients.",
    ),
    Code.NOT_FOUND: About(
        HTTPStatus.NOT_FOUND,
        "Not found",
        "There is nothing at this address, or nothing with this id.",
        "Check the address and the id. Ids carry their kind in front: imp_48, cus_….",
    ),
    Code.METHOD_NOT_ALLOWED: About(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "Not with this method",
        "The address answers to other methods; the header Allow names them.",
        "Use one of those.",
    ),
    Code.STILL_RUNNING: About(
        HTTPStatus.CONFLICT,
        "The first call with this key is still running",
        "This call is a repetition, and the first one has not come to its end.",
        "Repeat it with the same key after the seconds that Retry-After names. Do not mint again.",
    ),
    Code.NOT_POSSIBLE: About(
        HTTPStatus.CONFLICT,
        "Not possible as it stands",
        "What was asked for does not fit the state of the thing any more.",
        "`detail` says why. Read it again before the next step.",
    ),
    Code.SHOWN_BEFORE: About(
        HTTPStatus.GONE,
        "Shown before, and not kept",
        "The call was done under this key, and its answer held a secret: a share token, or what "
        "opens a hand-over. A repetition shows it for ten minutes, and not once it is of no use.",
        "`detail` names what was made. If it did not reach you, make another one under a fresh "
        "key; what nobody holds dies of age.",
    ),
    Code.OVERTAKEN: About(
        HTTPStatus.CONFLICT,
        "Somebody else was first",
        "The thing changed after the version that the call rests on, and the two do not go "
        "together. Nothing was done.",
        "`version` is the present one, `errors` names the fields that were changed. Read the thing "
        "again, decide again, and send that version.",
    ),
    Code.TOO_LARGE: About(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The body is too large",
        "The body has more bytes than this address takes.",
        "Split it into several imports.",
    ),
    Code.UNSUPPORTED_MEDIA_TYPE: About(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "Not in this content type",
        "The Content-Type is not one that this address reads, or the body is compressed.",
        "Send application/json, without Content-Encoding; a CSV file as multipart/form-data.",
    ),
    Code.FILE_REFUSED: About(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The file or list is refused",
        "The file or list as a whole cannot be used. Nothing was stored.",
        "`detail` says what is wrong with it, and names the line where one is at fault.",
    ),
    Code.DOCUMENT_REFUSED: About(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The document is refused",
        "The file is no PDF, JPEG or PNG, is damaged, or is something else than its name says.",
        "`detail` says what to do. Nothing was stored.",
    ),
    Code.INCOMPLETE: About(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Something is missing",
        "The application cannot be submitted yet.",
        "`errors` names everything that is missing, and `code` of each says who supplies it.",
    ),
    Code.NOT_ALLOWED: About(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Not allowed here",
        "The partner register does not allow it: the partner is paused or removed, has no "
        "agreement in force, or must be named.",
        "`detail` says which. An admin changes partners.",
    ),
    Code.IDEMPOTENCY_KEY_REUSED: About(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The idempotency key was used with another body",
        "A key stands for one request. This one came before with other contents.",
        "Use a fresh key for a new request, and the old one only to repeat the old request.",
    ),
    Code.SUMSUB_REFUSED: About(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Sumsub refuses",
        "Sumsub was asked, and its answer is no. Nothing was made.",
        "`detail` says why and who can change it. The idempotency key is free again.",
    ),
    Code.RATE_LIMITED: About(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many calls",
        "The client has used the calls of this minute.",
        "Wait the seconds that Retry-After names. RateLimit says what is left.",
    ),
    Code.SERVER_ERROR: About(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "An error of ours",
        "Something went wrong here. It is in the log under `request_id`.",
        "Repeat the call with the same idempotency key: what was done is not done twice.",
    ),
    Code.SUMSUB_UNREACHABLE: About(
        HTTPStatus.BAD_GATEWAY,
        "Sumsub gave no answer",
        "Sumsub cannot be reached, limits our calls, or its answer did not arrive whole.",
        "Repeat the call with the same idempotency key after the seconds that Retry-After names. "
        "A share token that nobody read works for nobody.",
    ),
    Code.BUSY: About(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Busy",
        "The database did not answer in time.",
        "Repeat the call with the same idempotency key after the seconds that Retry-After names.",
    ),
}
