"""Why a row stands where it stands, as one word each. customers.wording says it in full."""

from django.db import models


class Reason(models.TextChoices):
    """The cause beside a row's state. Sumsub's own code stays in `error_code`/`error_name`."""

    # waiting
    THROTTLED = "throttled", "Sumsub asked us to slow down"
    NOT_DELIVERED = "not_delivered", "Sumsub could not be reached"
    GATE_CLOSED = "gate_closed", "Held back by a closed gate"
    LOOK_FIRST = "look_first", "Looked up before it is sent"
    # checking
    NO_ANSWER = "no_answer", "No clear answer came"
    LEASE_ENDED = "lease_ended", "The sending worker stopped"
    RESTORED = "restored", "Asked about after the database was restored"
    # refused
    RULE = "rule", "Refused by Sumsub's rules"
    TOKEN_DEAD = "token_dead", "Share token expired or already used"
    UNKNOWN_RULE = "unknown_rule", "Refused with a code we do not know"
    WRONG_REQUEST = "wrong_request", "Sumsub did not accept the request"
    TOO_LARGE = "too_large", "Sumsub did not accept the share token's form"
    ID_IN_USE = "id_in_use", "Id already in use at Sumsub"
    # the other ends
    NEVER_CREATED = "never_created", "No applicant was created"
    DEADLINE = "deadline", "The declared deadline passed first"
    CANCELLED = "cancelled", "Cancelled before sending"
    FORECAST = "forecast", "Not sent: Sumsub's preview spoke against it"
    # a person
    UNANSWERABLE = "unanswerable", "Sumsub gave no final answer"
    UNREADABLE_SUCCESS = "unreadable_success", "Sumsub said yes, but unreadably"
    UNSTORABLE = "unstorable", "Sumsub's answer cannot be stored"
    APPLICANT_OWNED = "applicant_owned", "Another row already owns this applicant"
    # never sent: duplicates
    DUPLICATE_IN_FILE = "duplicate_in_file", "Same share token earlier in this file"
    DUPLICATE_ELSEWHERE = "duplicate_elsewhere", "Share token already in another import"
    DUPLICATE_ID = "duplicate_id", "Same id as another row"
    # never sent: the line is wrong
    EMPTY = "empty", "No share token on the line"
    TOO_LONG = "too_long", "Longer than a share token can be"
    FORMULA = "formula", "A spreadsheet formula, not a share token"
    WHITE_SPACE = "white_space", "White space inside the share token"
    CONTROL_CHARACTER = "control_character", "A control character inside the line"
    BAD_TIME = "bad_time", "A time that cannot be read"
    TOO_MANY_CELLS = "too_many_cells", "More cells than the header has"
    NOT_A_TOKEN = "not_a_token", "Not a share token"


# What Sumsub said no with; a lookup may still have to agree.
REFUSALS = frozenset(
    {
        Reason.RULE,
        Reason.TOKEN_DEAD,
        Reason.UNKNOWN_RULE,
        Reason.WRONG_REQUEST,
        Reason.TOO_LARGE,
        Reason.ID_IN_USE,
    }
)
