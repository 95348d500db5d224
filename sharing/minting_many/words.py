"""What is said of rows and batches: our sentence, with Sumsub's own beside it."""

from accounts.look.figures import duration, thousands
from sharing.models import MintBatch
from sharing.plain_words import plain_words
from sumsub.errors import Answered, BadRequest, SumsubError

LIVE_TOKEN = "Left out: a live share token for this recipient exists."
UNDER_WAY = "Left out: another batch mints for this applicant and recipient."


def reason_of(error: SumsubError, batch: MintBatch) -> str:
    """Why a row came to nothing."""
    words = plain_words(error)
    if isinstance(error, BadRequest):
        return f"{words} {asked_for(batch)}"
    return words


def asked_for(batch: MintBatch) -> str:
    """What every call of a batch asks for: the first suspects of a bad request."""
    return (
        f"Asked for were {batch.ttl_seconds} seconds ({duration(batch.ttl_seconds)}) to live and "
        f"the client id {batch.partner.client_id}."
    )


def said_by(error: SumsubError) -> str:
    """Sumsub's own words, which are stored without anything that looks like a share token."""
    return error.description if isinstance(error, Answered) else ""


def code_of(error: SumsubError) -> int | None:
    """Sumsub's error code, if it gave one."""
    return error.error_code if isinstance(error, Answered) else None


def bad_line(fault: str) -> str:
    """A line of the file that cannot be used."""
    return f"This line {fault}."


def silent(count: int) -> str:
    """Too many calls in a row without an answer."""
    return (
        f"Sumsub did not answer {thousands(count)} calls in a row. Nothing is lost: resume when it "
        "answers again. Settings checks the connection."
    )
