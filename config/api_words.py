"""What the contract of the API says of itself: its introduction, and its chapters."""

API_DESCRIPTION = """\
The same deeds as on the screens of KYC Relay, as JSON, and safe to retry.

**Keys.** An admin makes an API client under *Settings, API clients*. Its key is shown once. Send it
as `X-Api-Key`, or as `Authorization: Bearer`. A client does what its scopes let it do, and each of
its deeds is in the audit trail under its name.

**Retries.** Every call that makes something takes `X-Idempotency-Key`. Repeat a call that got no
answer with the same key: the deed is done once, and the repetition gets the one true answer.

**Problems.** Whatever goes wrong is an `application/problem+json` document with a stable `code`, a
`request_id`, and the fields at fault. No share token that was sent is ever said back.

**Lists.** `limit`, `starting_after` and `ending_before` with ids of the list; `has_more` tells
whether it goes on. Times are RFC 3339 in UTC. Ids carry their kind in front.

**Versions.** What may change within `/api/v1/`, and what may not, is in `docs/api-changelog.md`.
"""

API_TAGS = [
    {"name": "Bulk import", "description": "Up to 100 share tokens, answered when they settle."},
    {"name": "Imports", "description": "Lists of share tokens of any size, row by row."},
    {"name": "Customers", "description": "The people imported, and those added by hand."},
    {"name": "Applications", "description": "Their way to a decision, and Sumsub's review."},
    {"name": "Tasks", "description": "What waits for somebody: who has it, until when, notes."},
    {"name": "Partners", "description": "The register: who may share with whom, and its papers."},
    {"name": "Applicants", "description": "As a donor: whose verification may be shared."},
    {"name": "Share tokens", "description": "As a donor: making one, and the ledger of all."},
    {"name": "Batches", "description": "As a donor: minting many, and the file of them, once."},
    {"name": "Hand-overs", "description": "As a donor: files that wait behind a link."},
    {"name": "Webhooks", "description": "Where your own systems are told, and what became of it."},
    {"name": "Workspace", "description": "Levels, and how the connection to Sumsub stands."},
    {"name": "Client", "description": "Who calls, and the audit trail."},
]

# As drf-spectacular takes it.
SPECTACULAR_SETTINGS = {
    "TITLE": "KYC Relay",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "DESCRIPTION": API_DESCRIPTION,
    "LICENSE": {"name": "Apache-2.0"},
    "TAGS": API_TAGS,
    # A PATCH takes what its body says: fields that are required, too.
    "COMPONENT_SPLIT_PATCH": False,
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["accounts.api.schema.ours"],
    "POSTPROCESSING_HOOKS": ["accounts.api.schema.finished", "accounts.api.parts.shared"],
    "SORT_OPERATIONS": True,
}
