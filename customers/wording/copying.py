"""What a Copy Applicant import tells Sumsub, in words."""

from customers.models import Import, ImportMode
from sharing.document_words import step_word

INHERITS = (
    "Everything is copied unchecked, the donor's review included: under most rules that is no KYC, "
    "and where the level has an AML check the copy cannot be used without a recheck."
)


def copy_facts(imported: Import) -> list[str]:
    """The options of a copy, one phrase each; none for Reusable KYC."""
    if imported.mode != ImportMode.COPY:
        return []
    again = ", ".join(step_word(name) for name in imported.reset_steps)
    return [_TRUST[imported.copy_trust_review], *([f"Asks again for {again}"] if again else [])]


_TRUST = {
    None: "Review inherited, as nothing was said",
    True: "Review inherited",
    False: "Rechecked by Sumsub",
}
