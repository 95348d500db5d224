"""What a key of an API client may do: scopes, each a resource and a verb, and the rights they mean.

A client acts within the rights that its scopes mean and never beyond them: the deeds behind the
API ask for the same rights as the pages do. A scope narrows further: two scopes may mean one right
and still open different addresses.
"""

from collections.abc import Iterable
from enum import StrEnum

from accounts.rights import Right


class Scope(StrEnum):
    """`resource:verb`. The documentation of each is what the page for API clients says of it."""

    IMPORTS_READ = "imports:read"
    """Imports, their rows, forecasts and events, without names."""
    IMPORTS_WRITE = "imports:write"
    """Bring share tokens, start, pause, resume, cancel, look first, try again, settle by hand,
    open gates."""
    RESULTS_READ = "results:read"
    """Take the outcome of every row of an import as one file."""
    CUSTOMERS_READ = "customers:read"
    """Customers and their applications, with names masked."""
    CUSTOMERS_WRITE = "customers:write"
    """Add customers by hand, say whether two that look alike are one person."""
    PERSONAL_DATA_READ = "personal-data:read"
    """See names, births, addresses and e-mails unmasked wherever they stand."""
    APPLICATIONS_READ = "applications:read"
    """Applications, their review at Sumsub and its history."""
    APPLICATIONS_WRITE = "applications:write"
    """Complete applications: fields, attestations, documents handed in, documents removed."""
    APPLICATIONS_SUBMIT = "applications:submit"
    """Hand complete applications over for review."""
    APPLICATIONS_DECIDE = "applications:decide"
    """Take applications into review, approve, decline, ask for information, record checks."""
    APPLICANT_LINKS_WRITE = "applicant-links:write"
    """Make links for applicants, see each once, revoke them, take over; names are unmasked."""
    DOCUMENTS_READ = "documents:read"
    """Download the documents of applications; names are unmasked for such a client too."""
    TASKS_READ = "tasks:read"
    """The work queue, as far as other scopes show what its tasks are about."""
    TASKS_WRITE = "tasks:write"
    """Give tasks to people, plan them, write notes, as far as other scopes let it do them."""
    WEBHOOKS_READ = "webhooks:read"
    """Webhook endpoints and their deliveries."""
    WEBHOOKS_WRITE = "webhooks:write"
    """Add, change, test, pause and remove webhook endpoints, rotate secrets, send again."""
    LEVELS_READ = "levels:read"
    """The verification levels of the workspace."""
    CONNECTION_READ = "connection:read"
    """How the connection to Sumsub stands: environment, limits, closed gates."""
    AUDIT_READ = "audit:read"
    """The whole audit trail."""
    PARTNERS_READ = "partners:read"
    """The partner register: agreements, contacts, checklists; never a partner token."""
    PARTNERS_WRITE = "partners:write"
    """Add, change, pause, resume and remove partners, keep agreements, tick steps."""
    AGREEMENTS_READ = "agreements:read"
    """Take the documents of agreements, and the register as a file."""
    APPLICANTS_READ = "applicants:read"
    """The donor's applicants, with names masked, and whose a share token is."""
    APPLICANTS_WRITE = "applicants:write"
    """Look applicants up at Sumsub, take in the dashboard's export."""
    SHARE_TOKENS_READ = "share-tokens:read"
    """The ledger of share tokens and the hand-overs, without names; never a share token."""
    SHARE_TOKENS_EXPORT = "share-tokens:export"
    """Take the ledger as one file."""
    SHARE_TOKENS_WRITE = "share-tokens:write"
    """Generate one share token."""
    BATCHES_READ = "batches:read"
    """Batches of share tokens and their rows."""
    BATCHES_WRITE = "batches:write"
    """Minting many: make, start, pause, resume, cancel batches, take files, hand them over."""

    @property
    def rights(self) -> frozenset[Right]:
        """The rights that this scope means."""
        return _RIGHTS[self]

    @property
    def words(self) -> str:
        """What it lets a client do, for people."""
        return _WORDS[self]


_RIGHTS: dict[Scope, frozenset[Right]] = {
    Scope.IMPORTS_READ: frozenset({Right.VIEW_IMPORTS}),
    Scope.IMPORTS_WRITE: frozenset({Right.MANAGE_COMPLIANCE_APPLICATIONS}),
    Scope.RESULTS_READ: frozenset({Right.VIEW_IMPORTS, Right.EXPORT_RESULTS}),
    Scope.CUSTOMERS_READ: frozenset({Right.VIEW_CUSTOMERS}),
    Scope.CUSTOMERS_WRITE: frozenset({Right.MANAGE_COMPLIANCE_APPLICATIONS}),
    Scope.PERSONAL_DATA_READ: frozenset({Right.VIEW_PERSONAL_DATA}),
    Scope.APPLICATIONS_READ: frozenset({Right.VIEW_CUSTOMERS}),
    Scope.APPLICATIONS_WRITE: frozenset({Right.MANAGE_COMPLIANCE_APPLICATIONS}),
    Scope.APPLICATIONS_SUBMIT: frozenset({Right.DECIDE_APPLICATIONS}),
    Scope.APPLICATIONS_DECIDE: frozenset({Right.DECIDE_APPLICATIONS}),
    Scope.APPLICANT_LINKS_WRITE: frozenset(
        {Right.VIEW_PERSONAL_DATA, Right.MANAGE_COMPLIANCE_APPLICATIONS}
    ),
    Scope.DOCUMENTS_READ: frozenset({Right.VIEW_CUSTOMERS, Right.VIEW_PERSONAL_DATA}),
    Scope.TASKS_READ: frozenset(),
    Scope.TASKS_WRITE: frozenset(),
    Scope.WEBHOOKS_READ: frozenset({Right.MANAGE_CONNECTION}),
    Scope.WEBHOOKS_WRITE: frozenset({Right.MANAGE_CONNECTION}),
    Scope.LEVELS_READ: frozenset(),
    Scope.CONNECTION_READ: frozenset(),
    Scope.AUDIT_READ: frozenset({Right.VIEW_AUDIT}),
    Scope.PARTNERS_READ: frozenset({Right.VIEW_PARTNERS}),
    Scope.PARTNERS_WRITE: frozenset({Right.VIEW_PARTNERS, Right.MANAGE_PARTNERS}),
    Scope.AGREEMENTS_READ: frozenset({Right.VIEW_PARTNERS, Right.MANAGE_PARTNERS}),
    Scope.APPLICANTS_READ: frozenset({Right.VIEW_APPLICANTS}),
    Scope.APPLICANTS_WRITE: frozenset({Right.VIEW_APPLICANTS}),
    Scope.SHARE_TOKENS_READ: frozenset({Right.VIEW_SHARE_TOKENS}),
    Scope.SHARE_TOKENS_EXPORT: frozenset({Right.VIEW_SHARE_TOKENS, Right.EXPORT_SHARE_TOKENS}),
    Scope.SHARE_TOKENS_WRITE: frozenset({Right.MINT_SHARE_TOKENS}),
    Scope.BATCHES_READ: frozenset({Right.VIEW_APPLICANTS}),
    Scope.BATCHES_WRITE: frozenset({Right.VIEW_APPLICANTS, Right.MINT_SHARE_TOKENS}),
}
_WORDS: dict[Scope, str] = {
    Scope.IMPORTS_READ: "See imports, their rows and forecasts, without names",
    Scope.IMPORTS_WRITE: "Bring share tokens, start, pause, cancel, try again, settle by hand",
    Scope.RESULTS_READ: "Take all outcomes of an import as one file",
    Scope.CUSTOMERS_READ: "See customers, with names masked",
    Scope.CUSTOMERS_WRITE: "Add customers by hand, decide about possible duplicates",
    Scope.PERSONAL_DATA_READ: "See names, births, addresses and e-mails wherever they stand",
    Scope.APPLICATIONS_READ: "See applications and their review at Sumsub",
    Scope.APPLICATIONS_WRITE: "Complete applications, hand in and remove documents",
    Scope.APPLICATIONS_SUBMIT: "Submit complete applications",
    Scope.APPLICATIONS_DECIDE: "Review applications: approve, decline, ask for information",
    Scope.APPLICANT_LINKS_WRITE: "Make applicants' links, revoke, take over; see names unmasked",
    Scope.DOCUMENTS_READ: "Download the documents of applications; see names unmasked",
    Scope.TASKS_READ: "See the tasks about what its other scopes let it see",
    Scope.TASKS_WRITE: "Give out, plan and note the tasks that its other scopes let it do",
    Scope.WEBHOOKS_READ: "See webhook endpoints and their deliveries",
    Scope.WEBHOOKS_WRITE: "Manage webhook endpoints and their secrets, send again",
    Scope.LEVELS_READ: "See the levels of the workspace",
    Scope.CONNECTION_READ: "See how the connection to Sumsub stands",
    Scope.AUDIT_READ: "Read the whole audit trail",
    Scope.PARTNERS_READ: "See the partner register, with agreements, contacts and steps",
    Scope.PARTNERS_WRITE: "Add, change, pause and remove partners, keep agreements, tick steps",
    Scope.AGREEMENTS_READ: "Take documents of agreements, and the register as a file",
    Scope.APPLICANTS_READ: "See our applicants, with names masked, and whose a share token is",
    Scope.APPLICANTS_WRITE: "Look applicants up at Sumsub, take in the dashboard's export",
    Scope.SHARE_TOKENS_READ: "See the ledger of share tokens and hand-overs, without names",
    Scope.SHARE_TOKENS_EXPORT: "Take the ledger of share tokens as one file",
    Scope.SHARE_TOKENS_WRITE: "Generate a share token and see it once",
    Scope.BATCHES_READ: "See batches of share tokens and their rows",
    Scope.BATCHES_WRITE: "Minting many: batches, their files and hand-overs",
}


def rights_of(scopes: Iterable[str]) -> frozenset[Right]:
    """All rights that these scopes mean; a scope of a later version means none."""
    known = [Scope(scope) for scope in scopes if scope in set(Scope)]
    return frozenset().union(*(scope.rights for scope in known))
