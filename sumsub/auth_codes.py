"""What Sumsub's refusals of our own app token mean ("Sumsub: error codes")."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CredentialCode:
    """One refusal of our app token; `name` is empty where Sumsub does not document it."""

    code: int
    name: str
    title: str
    next_step: str


CREDENTIAL_CODES: tuple[CredentialCode, ...] = (
    CredentialCode(
        4000,
        "app-token-invalid-format",
        "App token is malformed",
        "Check that the app token was copied whole and is not another kind of token.",
    ),
    CredentialCode(
        4001,
        "",
        "App token is unknown",
        "Check the environment of the app token, or create a new one in the Sumsub dashboard.",
    ),
    CredentialCode(
        4002,
        "app-token-private-part-mismatch",
        "App token is damaged",
        "Copy the app token again; its two halves do not belong together.",
    ),
    CredentialCode(
        4003,
        "app-token-signature-mismatch",
        "Signature not accepted",
        "Check that the secret key was created together with this app token.",
    ),
    CredentialCode(
        4004,
        "",
        "Clock is wrong",
        "Set this machine's clock; Sumsub accepts a difference of one minute.",
    ),
    CredentialCode(
        4005,
        "",
        "Sign-in header not accepted",
        "Check the app token and secret key for stray characters.",
    ),
    CredentialCode(
        4006,
        "",
        "Sign-in header missing",
        "Check that nothing between us and Sumsub removes headers.",
    ),
    CredentialCode(
        4007,
        "",
        "Sign-in not accepted",
        "Check the app token and secret key in the settings.",
    ),
)

_BY_CODE = {row.code: row for row in CREDENTIAL_CODES}


def credential_code(code: int | None) -> CredentialCode | None:
    """The row of the table for a refusal of our app token (4000-4007), or None."""
    return _BY_CODE.get(code) if code is not None else None
