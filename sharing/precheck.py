"""What would go wrong with a share token, told before it is minted.

Sumsub checks the donor's applicant only when the recipient redeems (10507 to 10511), so a share
token for somebody who cannot be shared is minted all the same. These checks burn nothing: they
look at what the last lookup or export said.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils import timezone

from sharing.bar_words import bar_sentence
from sharing.models import Applicant, Partner, Way
from sharing.profile import has_step
from sumsub.review import ReviewWord

STALE_AFTER = timedelta(days=1)


class Verdict(StrEnum):
    """How a check came out; the values are the classes of the look."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Check:
    """One line of the list. BAD: the recipient would be refused. WARN: look before you mint."""

    verdict: Verdict
    sentence: str


def checks_for(applicant: Applicant, partner: Partner | None) -> list[Check]:
    """Everything worth knowing before minting, the worst first."""
    found = [
        _approval(applicant),
        *_documents(applicant),
        *_type(applicant),
        *_age_of_knowledge(applicant),
        *(_partner(partner) if partner else []),
        *(_live_tokens(applicant, partner) if partner else []),
    ]
    order = [Verdict.BAD, Verdict.WARN, Verdict.OK]
    return sorted(found, key=lambda check: order.index(check.verdict))


def _approval(applicant: Applicant) -> Check:
    if applicant.profile.get("deactivated"):
        return Check(Verdict.BAD, "Deactivated at Sumsub: the recipient would be refused (10508).")
    word = applicant.review_word
    if word is ReviewWord.APPROVED:
        active = " and active" if applicant.looked_up_at else ""
        return Check(Verdict.OK, f"Approved at Sumsub{active}.")
    if word is ReviewWord.UNKNOWN:
        return Check(Verdict.WARN, "Whether Sumsub approved the applicant is not known here.")
    return Check(
        Verdict.BAD, f"Not approved ({word.value}): the recipient would be refused (10507)."
    )


def _documents(applicant: Applicant) -> list[Check]:
    if applicant.looked_up_at is None:
        return []
    missing = [
        name
        for name, kind in (("identity document", "IDENTITY"), ("selfie", "SELFIE"))
        if not has_step(applicant, kind)
    ]
    if not missing:
        return [Check(Verdict.OK, "Identity document and selfie are there.")]
    if len(missing) == 2:
        sentence = "No identity document and no selfie: most levels would refuse (10510)."
        return [Check(Verdict.BAD, sentence)]
    sentence = f"No {missing[0]}: the recipient may have to ask the person for one."
    return [Check(Verdict.WARN, sentence)]


def _type(applicant: Applicant) -> list[Check]:
    if applicant.profile.get("type") != "company":
        return []
    return [Check(Verdict.WARN, "A company: its people are shared with share tokens of their own.")]


def _age_of_knowledge(applicant: Applicant) -> list[Check]:
    if applicant.looked_up_at is None:
        return [
            Check(Verdict.WARN, "Never looked up: this is what the export said. Look up first.")
        ]
    if timezone.now() - applicant.looked_up_at > STALE_AFTER:
        return [Check(Verdict.WARN, "Last looked up more than a day ago. Look up again first.")]
    return []


def _partner(partner: Partner) -> list[Check]:
    found = []
    if partner.contradicted_at:
        found.append(
            Check(
                Verdict.BAD,
                f"Sumsub said that {partner.name} and we are no sharing partners (10501).",
            )
        )
    bar = partner.bar(Way.OUT)
    if bar is not None:
        found.append(Check(Verdict.BAD, bar_sentence(partner, Way.OUT, bar)))
    return found


def _live_tokens(applicant: Applicant, partner: Partner) -> list[Check]:
    live = applicant.issued_tokens.filter(partner=partner, expires_at__gt=timezone.now()).count()
    if not live:
        return []
    exists = "Another live share token" if live == 1 else f"{live} live share tokens"
    verb = "exists" if live == 1 else "exist"
    return [
        Check(Verdict.WARN, f"{exists} for {partner.name} {verb}. Each works, and each works once.")
    ]
