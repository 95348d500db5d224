"""What a person chose for an import, and whether the partner register allows it."""

from dataclasses import dataclass

from django.conf import settings

from accounts.models import User
from accounts.plain_refusals import PlainRefusal
from customers.models import Import, ImportMode
from sharing.bar_words import bar_sentence
from sharing.models import Partner, Way


class NotAllowed(PlainRefusal):
    """The import may not be stored or started; `sentence` says why and what to do."""


@dataclass(frozen=True)
class Options:
    """Everything about an import that is not in its file. `source` is an ImportSource value.

    `reset_steps` and `trust_review` are Copy Applicant's alone. `renews` is the import for whose
    rows the file brings new share tokens.
    """

    level_name: str
    source: str
    mode: str = ImportMode.REUSE
    partner: Partner | None = None
    created_by: User | None = None
    file_name: str = ""
    sends_external_ids: bool = False
    reset_steps: tuple[str, ...] = ()
    trust_review: bool | None = None
    renews: Import | None = None


def check_partner(partner: Partner | None) -> None:
    """Raise NotAllowed unless the register lets us import from this donor (or from nobody named).

    Without a partner that is the setting REQUIRE_PARTNER's decision.
    """
    if partner is None:
        if settings.REQUIRE_PARTNER:
            raise NotAllowed("Say which donor these share tokens come from: it is required here.")
        return
    bar = partner.bar(Way.IN)
    if bar is not None:
        raise NotAllowed(bar_sentence(partner, Way.IN, bar))
