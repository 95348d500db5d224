"""What would go wrong with a share token, told before it is minted.

Sumsub checks the donor's applicant only when the recipient redeems (10507 to 10511), so a share
token for somebody who cannot be shared is minted all the same. These checks burn nothing: they
look at what the last lookup or export said.
"""

from dataclasses import dataclass
from datetime import UTC, timedelta
from enum import StrEnum

from django.utils import timezone

from accounts.look.figures import token_mark
from sharing import gateway
from sharing.bar_words import bar_sentence
from sharing.models import Applicant, ApplicantSource, IssuedToken, Partner, Shareability, Way
from sharing.profile import held_documents
from sumsub.review import ReviewWord

STALE_AFTER = timedelta(days=1)
TOKENS_NAMED = 3
# The columns of an applicant that `problem_of` looks at.
LOOKED_AT = (
    "review_status",
    "review_answer",
    "review_reject_type",
    "unconfirmed",
    "deactivated",
    "deleted_at",
    "has_identity",
    "has_selfie",
    "applicant_type",
    "profile",
)


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


def shareability(applicant: Applicant) -> Shareability:
    """What the checks say of an applicant in one word, whoever the recipient is.

    `ApplicantQuerySet.of_shareability` asks the database the same.
    """
    checks = checks_for(applicant, None)
    if any(check.verdict is Verdict.BAD for check in checks):
        return Shareability.REFUSED
    sure = _approval(applicant).verdict is Verdict.OK
    return Shareability.SHAREABLE if sure else Shareability.UNKNOWN


def problem_of(applicant: Applicant) -> Check | None:
    """The worst thing known about sharing this applicant with anybody; None when all is well.

    How old that knowledge is, and which share tokens there are, is not asked.
    """
    found = [_approval(applicant), *_documents(applicant), *_type(applicant)]
    for verdict in (Verdict.BAD, Verdict.WARN):
        for check in found:
            if check.verdict is verdict:
                return check
    return None


def _approval(applicant: Applicant) -> Check:
    if applicant.deleted_at:
        return Check(Verdict.BAD, "Deleted at Sumsub: no share token can be made.")
    if applicant.deactivated:
        return Check(Verdict.BAD, "Deactivated at Sumsub: the recipient would be refused (10508).")
    word = applicant.review_word
    if word is ReviewWord.APPROVED and applicant.unconfirmed:
        return Check(
            Verdict.WARN, "A webhook said Approved; no lookup has confirmed it yet. Look up first."
        )
    if word is ReviewWord.APPROVED:
        active = " and active" if applicant.looked_up_at else ""
        return Check(Verdict.OK, f"Approved at Sumsub{active}.")
    if word is ReviewWord.UNKNOWN:
        return Check(Verdict.WARN, "Whether Sumsub approved the applicant is not known here.")
    return Check(
        Verdict.BAD, f"Not approved ({word.value}): the recipient would be refused (10507)."
    )


def _documents(applicant: Applicant) -> list[Check]:
    held = {"identity document": applicant.has_identity, "selfie": applicant.has_selfie}
    if None in held.values():
        return []
    missing = [name for name, is_held in held.items() if not is_held]
    if not missing:
        return [Check(Verdict.OK, "Identity document and selfie are there."), *_validity(applicant)]
    if len(missing) == 2:
        sentence = "No identity document and no selfie: most levels would refuse (10510)."
        return [Check(Verdict.BAD, sentence)]
    sentence = f"No {missing[0]}: the recipient may have to ask the person for one."
    return [Check(Verdict.WARN, sentence)]


def _validity(applicant: Applicant) -> list[Check]:
    documents = held_documents(applicant)
    if not documents or not all(document.is_over for document in documents):
        return []
    return [Check(Verdict.WARN, "Every document known here has run out: many levels refuse it.")]


def _type(applicant: Applicant) -> list[Check]:
    if not applicant.is_company:
        return []
    return [
        Check(
            Verdict.WARN,
            "A company: a level for persons would refuse it (10504). Its people are shared with "
            "share tokens of their own.",
        )
    ]


def _age_of_knowledge(applicant: Applicant) -> list[Check]:
    if applicant.missing_since:
        return [Check(Verdict.WARN, "The last lookup did not find this applicant at Sumsub (404).")]
    if applicant.looked_up_at is None:
        said = "a webhook" if applicant.source == ApplicantSource.WEBHOOK else "the export"
        return [Check(Verdict.WARN, f"Never looked up: this is what {said} said. Look up first.")]
    if timezone.now() - applicant.looked_up_at > STALE_AFTER:
        return [Check(Verdict.WARN, "Last looked up more than a day ago. Look up again first.")]
    return []


def _partner(partner: Partner) -> list[Check]:
    found = []
    if partner.client_id == gateway.connection().client_id:
        found.append(
            Check(
                Verdict.WARN,
                "This is our own client id: a share token from ourselves to ourselves, for a test. "
                "What becomes of it shows in the ledger.",
            )
        )
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
    live = list(applicant.issued_tokens.for_recipient(partner).live()[: TOKENS_NAMED + 1])
    if not live:
        return []
    named = ", ".join(map(_named, live[:TOKENS_NAMED]))
    if len(live) == 1:
        sentence = f"Another live share token for {partner.name} exists: {named}."
    else:
        more = " and more" if len(live) > TOKENS_NAMED else ""
        sentence = f"Other live share tokens for {partner.name} exist: {named}{more}."
    return [Check(Verdict.WARN, f"{sentence} Each works, and each works once.")]


def _named(token: IssuedToken) -> str:
    return f"{token_mark(token.token_mark)} until {token.expires_at.astimezone(UTC):%H:%M} UTC"
