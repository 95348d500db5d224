"""What Sumsub's refusal or silence is to a client of ours."""

from accounts.api.codes import Code
from accounts.api.problems import Problem
from sharing.minting import MintRefused
from sharing.plain_words import plain_words
from sumsub.errors import NotDelivered, SumsubError, Throttled, Unclear

# Refusals of these kinds are no answer: the call may be repeated.
NO_ANSWER = (NotDelivered, Throttled, Unclear)
RETRY_SECONDS = 5


def sumsub_problem(error: SumsubError, sentence: str = "") -> Problem:
    """A problem that says whether repeating is worth it; `sentence` is for people."""
    said = sentence or plain_words(error)
    if isinstance(error, NO_ANSWER):
        wait = getattr(error, "retry_after", None) or RETRY_SECONDS
        headers = {"Retry-After": str(max(1, round(wait)))}
        return Problem(Code.SUMSUB_UNREACHABLE, said, headers=headers)
    return Problem(Code.SUMSUB_REFUSED, said)


def mint_problem(refused: MintRefused) -> Problem:
    """Why no share token was made: Sumsub's answer, or what the register forbids."""
    if refused.error is None:
        return Problem(Code.NOT_ALLOWED, refused.sentence)
    return sumsub_problem(refused.error, refused.sentence)
