"""Sumsub's names of steps and documents in words for people."""

_STEPS = {
    "IDENTITY": "Identity",
    "SELFIE": "Selfie",
    "PROOF_OF_RESIDENCE": "Proof of address",
    "QUESTIONNAIRE": "Questionnaire",
    "APPLICANT_DATA": "Personal details",
    "EMAIL_VERIFICATION": "E-mail check",
    "PHONE_VERIFICATION": "Phone check",
    "PAYMENT_METHODS": "Payment method",
    "PROOF_OF_PAYMENT": "Proof of payment",
    "COMPANY": "Company",
}
_DOCUMENTS = {
    "PASSPORT": "Passport",
    "ID_CARD": "Identity card",
    "DRIVERS": "Driving licence",
    "RESIDENCE_PERMIT": "Residence permit",
    "ID_DOC_PHOTO": "Photo of a document",
    "SELFIE": "Selfie",
    "UTILITY_BILL": "Utility bill",
    "BANK_STATEMENT": "Bank statement",
    "QUESTIONNAIRE": "Questionnaire",
}


def step_word(name: str) -> str:
    """A step such as `PROOF_OF_RESIDENCE2` as "Proof of address 2"."""
    bare = name.rstrip("0123456789")
    number = name[len(bare) :]
    return " ".join(filter(None, (_STEPS.get(bare) or _spaced(bare), number)))


def document_word(name: str) -> str:
    """A document type such as `DRIVERS` as "Driving licence"."""
    return _DOCUMENTS.get(name) or _spaced(name)


def _spaced(name: str) -> str:
    return name.replace("_", " ").capitalize()
