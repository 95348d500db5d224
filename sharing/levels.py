"""The workspace's verification levels, for the selects of the product."""

from dataclasses import asdict, dataclass

from django.conf import settings
from django.core.cache import cache

from accounts.plain_refusals import PlainRefusal
from sharing import gateway
from sharing.plain_words import NOT_CONFIGURED, plain_words
from sumsub import calls
from sumsub.errors import SumsubError
from sumsub.records import Level

CACHE_KEY = "sharing.levels"
CACHE_SECONDS = 60
WAIT_SECONDS = 1.0
# A share token carries neither, so such a level always asks the person for something.
_NEVER_CARRIED = ("QUESTIONNAIRE", "APPLICANT_DATA")


@dataclass(frozen=True)
class LevelChoice:
    """A level that an import may name; `caution` says what speaks against it."""

    name: str
    description: str = ""
    caution: str = ""


@dataclass(frozen=True)
class Levels:
    """The levels to offer, the default first. A `note` says why the list may not be whole."""

    choices: tuple[LevelChoice, ...]
    note: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in the same order."""
        return tuple(choice.name for choice in self.choices)


def levels() -> Levels:
    """The levels that Sumsub names, at most a minute old; the configured one when it is silent."""
    kept = cache.get(CACHE_KEY)
    if isinstance(kept, list):
        return Levels(tuple(LevelChoice(**choice) for choice in kept))
    try:
        found = _ask_sumsub()
    except LevelsUnknown as unknown:
        return Levels((LevelChoice(settings.SUMSUB_LEVEL_NAME),), note=unknown.sentence)
    choices = _default_first(found)
    cache.set(CACHE_KEY, [asdict(choice) for choice in choices], CACHE_SECONDS)
    return Levels(choices)


class LevelsUnknown(PlainRefusal):
    """Sumsub did not tell its levels; `sentence` says why."""


def _ask_sumsub() -> tuple[Level, ...]:
    if not gateway.connection().is_configured:
        raise LevelsUnknown(NOT_CONFIGURED)
    try:
        with gateway.client(wait_seconds=WAIT_SECONDS) as client:
            return client.send(calls.levels())
    except SumsubError as error:
        raise LevelsUnknown(f"Only the configured level is listed. {plain_words(error)}") from None
    except ValueError:
        raise LevelsUnknown(
            "Only the configured level is listed: SUMSUB_BASE_URL is no address."
        ) from None


def _default_first(found: tuple[Level, ...]) -> tuple[LevelChoice, ...]:
    suitable = [level for level in found if _is_suitable(level)]
    suitable.sort(key=lambda level: level.name != settings.SUMSUB_LEVEL_NAME)
    return tuple(LevelChoice(level.name, level.description, _caution(level)) for level in suitable)


def _is_suitable(level: Level) -> bool:
    """Reuse makes individuals at standalone levels; an unsaid type is taken for a suitable one."""
    return level.applicant_type in {"", "individual"} and level.type in {"", "standalone"}


def _caution(level: Level) -> str:
    asks = [doc_set.step for doc_set in level.doc_sets if doc_set.step.startswith(_NEVER_CARRIED)]
    if not asks:
        return ""
    return "Asks for what a share token never carries, so it ends in Documents requested."
