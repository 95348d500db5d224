"""Cases of the API's own pages: the reference, a page for each chapter, the problems."""

from tests.browser.page_case import Case

CHAPTERS = (
    "bulk-import",
    "imports",
    "customers",
    "applications",
    "tasks",
    "partners",
    "applicants",
    "share-tokens",
    "batches",
    "hand-overs",
    "webhooks",
    "workspace",
    "client",
)
API_CASES = (
    Case("api-docs", "/api/docs/", "stranger"),
    Case("api-docs-signed-in", "/api/docs/"),
    *(Case(f"api-docs-{one}", f"/api/docs/{one}/", "stranger") for one in CHAPTERS),
    *(Case(f"api-docs-{one}-signed-in", f"/api/docs/{one}/") for one in CHAPTERS),
    Case("api-problems", "/api/docs/errors/", "stranger"),
)
