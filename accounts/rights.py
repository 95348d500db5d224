"""Who may do what: rights, and the five roles that bundle them.

Roles are Django groups made by the first migration; a person in two groups has the rights of
both, and nobody has any right without a group. `tests/accounts/test_roles.py` holds the groups in
the database equal to ROLES.
"""

from enum import StrEnum


class Right(StrEnum):
    """One permission each, under the app label `accounts`."""

    VIEW_IMPORTS = "view_imports"
    """Imports and their rows, without personal data."""
    VIEW_CUSTOMERS = "view_customers"
    """Customers and applications; their personal data only together with VIEW_PERSONAL_DATA."""
    VIEW_PERSONAL_DATA = "view_personal_data"
    """Names, births, addresses and documents of customers, unmasked."""
    MANAGE_COMPLIANCE_APPLICATIONS = "manage_compliance_applications"
    """Import, start, pause, cancel, settle rows by hand; edit customers and applications."""
    DECIDE_APPLICATIONS = "decide_applications"
    """Submit applications, accept or refuse them."""
    EXPORT_RESULTS = "export_results"
    """Take the outcomes of imports out of the house as a file."""
    VIEW_APPLICANTS = "view_applicants"
    """The donor's own applicants, with their personal data."""
    VIEW_SHARE_TOKENS = "view_share_tokens"
    """The ledger of share tokens; whose they are only together with VIEW_APPLICANTS."""
    EXPORT_SHARE_TOKENS = "export_share_tokens"
    """Take the ledger out of the house as a file; it never holds a share token."""
    MINT_SHARE_TOKENS = "mint_share_tokens"
    """Generate share tokens, see each once, take the results of bulk minting as a file."""
    VIEW_PARTNERS = "view_partners"
    """The partner register."""
    MANAGE_PARTNERS = "manage_partners"
    """Add, change, pause and remove partners."""
    MANAGE_CONNECTION = "manage_connection"
    """Settings: check the connection to Sumsub."""
    MANAGE_PEOPLE = "manage_people"
    """People and their roles."""
    VIEW_AUDIT = "view_audit"
    """The whole audit trail."""
    VIEW_OWN_AUDIT = "view_own_audit"
    """The audit events of one's own deeds."""

    @property
    def permission(self) -> str:
        """The name that `User.has_perm` takes."""
        return f"accounts.{self.value}"


class Role(StrEnum):
    """The group names."""

    VIEWER = "viewer"
    COMPLIANCE_OPERATOR = "compliance operator"
    DONOR_OPERATOR = "donor operator"
    ADMIN = "admin"
    AUDITOR = "auditor"


# No role inherits from another: an admin neither imports nor reveals anything.
ROLES: dict[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.VIEW_IMPORTS, Right.VIEW_CUSTOMERS, Right.VIEW_PARTNERS}),
    Role.COMPLIANCE_OPERATOR: frozenset(
        {
            Right.VIEW_IMPORTS,
            Right.VIEW_CUSTOMERS,
            Right.VIEW_PERSONAL_DATA,
            Right.MANAGE_COMPLIANCE_APPLICATIONS,
            Right.DECIDE_APPLICATIONS,
            Right.EXPORT_RESULTS,
            Right.VIEW_PARTNERS,
            Right.VIEW_OWN_AUDIT,
        }
    ),
    Role.DONOR_OPERATOR: frozenset(
        {
            Right.VIEW_APPLICANTS,
            Right.VIEW_SHARE_TOKENS,
            Right.EXPORT_SHARE_TOKENS,
            Right.MINT_SHARE_TOKENS,
            Right.VIEW_PARTNERS,
            Right.VIEW_OWN_AUDIT,
        }
    ),
    Role.ADMIN: frozenset(
        {
            Right.VIEW_IMPORTS,
            Right.VIEW_PARTNERS,
            Right.VIEW_SHARE_TOKENS,
            Right.MANAGE_PARTNERS,
            Right.MANAGE_CONNECTION,
            Right.MANAGE_PEOPLE,
            Right.VIEW_AUDIT,
        }
    ),
    Role.AUDITOR: frozenset(
        {Right.VIEW_IMPORTS, Right.VIEW_PARTNERS, Right.VIEW_SHARE_TOKENS, Right.VIEW_AUDIT}
    ),
}


def roles_with(rights: tuple[Right, ...]) -> list[Role]:
    """The roles that hold at least one of `rights`, in the order of ROLES."""
    return [role for role, held in ROLES.items() if held.intersection(rights)]
