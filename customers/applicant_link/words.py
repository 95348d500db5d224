"""What a link's pages say: plain words for people who do this once, mostly on a phone."""

from dataclasses import dataclass
from typing import Final

from customers.applicant_link.steps import Step, StepName
from customers.models import AttestationKind, LinkState


@dataclass(frozen=True)
class About:
    """A step's question, what to know of it, and how staff call it on the application's page."""

    question: str
    hint: str
    name: str


STEPS: Final[dict[StepName, About]] = {
    StepName.ANSWER: About("A question for you", "", "Their answer"),
    StepName.ABOUT: About(
        "About you", "Write everything as it stands in your passport or identity card.", "Identity"
    ),
    StepName.ADDRESS: About(
        "Where do you live?", "Your home address, not a work address.", "Address"
    ),
    StepName.WORK: About("What do you do for a living?", "", "Employment"),
    StepName.ACCOUNT: About(
        "What will you use your account for?", "Choose all that fit.", "Purpose of the account"
    ),
    StepName.WEALTH: About(
        "Where does your money come from?",
        "Choose all that fit. We must ask this of everybody.",
        "Source of wealth",
    ),
    StepName.TAX: About(
        "Your US social security number",
        "We must ask everybody who lives in the United States or is a US citizen.",
        "Social security number",
    ),
    StepName.IDENTITY_PAPER: About(
        "Your passport or identity card",
        "A clear photo or a scan. All four corners must be visible, and nothing may shine on it.",
        "Identity document",
    ),
    StepName.ADDRESS_PAPER: About(
        "Something that shows your address",
        "A bill, a bank statement or an official letter, not older than three months. Your name "
        "and your address must be visible.",
        "Proof of address",
    ),
    StepName.WEALTH_PAPER: About(
        "Something that shows where your money comes from",
        "For example a payslip, a bank statement, a tax return or a contract of sale. "
        "You may add more than one.",
        "Documents on the source of wealth",
    ),
    StepName.SIGN: About("Sign", "", "Attestations"),
}
ONLY_EMAIL: Final = About("Your e-mail address", "We write to you there.", "E-mail")


def about(step: Step) -> About:
    """What a step asks, by what it asks for."""
    return ONLY_EMAIL if step.fields == ("email",) else STEPS[step.name]


# What forms call their fields; where a question says it already, what to do.
FIELDS: Final[dict[str, str]] = {
    "name": "Full name",
    "date_of_birth": "Date of birth",
    "nationality": "Nationality",
    "email": "E-mail",
    "street": "Street and house number",
    "postal_code": "Postal code",
    "city": "Town or city",
    "region": "State or region",
    "country": "Country",
    "employment_status": "Choose one",
    "purpose_of_account": "Choose all that fit",
    "source_of_wealth": "Choose all that fit",
    "ssn": "Social security number",
}
# What browsers know how to fill in.
FILLED_BY: Final[dict[str, str]] = {
    "name": "name",
    "date_of_birth": "bday",
    "email": "email",
    "street": "street-address",
    "postal_code": "postal-code",
    "city": "address-level2",
    "region": "address-level1",
    "country": "country-name",
}
LEFT_OUT: Final[dict[str, str]] = {
    "name": "Enter your full name.",
    "date_of_birth": "Enter the day you were born.",
    "nationality": "Choose your nationality.",
    "email": "Enter your e-mail address.",
    "street": "Enter your street and house number.",
    "postal_code": "Enter your postal code.",
    "city": "Enter your town or city.",
    "country": "Choose the country you live in.",
    "employment_status": "Choose what fits you best.",
    "purpose_of_account": "Choose at least one.",
    "source_of_wealth": "Choose at least one.",
    "ssn": "Enter your social security number.",
}
OPTIONAL: Final = frozenset({"region"})
STATEMENTS: Final[dict[AttestationKind, str]] = {
    AttestationKind.ESIGN: "I agree to sign here electronically, and to get documents "
    "electronically. Typing my name counts as my signature.",
    AttestationKind.TERMS: "I have read the terms of service and accept them.",
    AttestationKind.PRIVACY: "I have read the privacy policy.",
    AttestationKind.ACCURACY: "What I have entered here is true and complete.",
}
TYPE_NAME: Final = "Type your full name."
TICK_ALL: Final = "Tick each sentence. Without them the application cannot go on."
NO_ANSWER: Final = "Write an answer, or add a document."
NO_PAPER: Final = "Add a document first."


@dataclass(frozen=True)
class Over:
    """What a page says in a link's stead: what is, and what to do."""

    title: str
    text: str
    status: int = 410


_ASK_ANEW = "Ask the people who sent you the link for a new one."
OVER: Final[dict[LinkState | None, Over]] = {
    None: Over(
        "This link opens nothing",
        "Perhaps a part of it got lost. Open it again from the message it came in, or copy all of "
        f"it. If that does not help: {_ASK_ANEW[:1].lower()}{_ASK_ANEW[1:]}",
        404,
    ),
    LinkState.EXPIRED: Over(
        "This link has expired", f"What you entered before is kept. {_ASK_ANEW}"
    ),
    LinkState.REVOKED: Over(
        "This link was withdrawn",
        "What you entered before is kept. You have to do nothing now. If you think that this is a "
        "mistake, ask the people who sent you the link.",
    ),
    LinkState.TAKEN_OVER: Over(
        "We go on from here",
        "Somebody of our staff now completes your application. What you entered is kept, and you "
        "have to do nothing now. If we need something from you, we will be in touch.",
    ),
    LinkState.REPLACED: Over(
        "There is a newer link",
        "This one opens nothing any more. Use the newest link that you were sent. What you entered "
        "before is kept.",
    ),
    LinkState.CLOSED: Over(
        "Nothing is needed from you here any more",
        "We have what we asked for. If we need something else, we will be in touch.",
    ),
}
TOO_OFTEN: Final = Over(
    "Please wait a few minutes",
    "There were too many tries from your network. Nothing is lost. Wait ten minutes, then open the "
    "link again.",
    429,
)
