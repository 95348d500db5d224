"""The start page and the audit trail, as those see them who work with them."""

from tests.browser import page_deeds as deeds
from tests.browser.page_case import Case

OVERVIEW_AND_AUDIT = (
    Case("overview-tables", "/?days=91", then=deeds.tables_behind),
    Case("overview-admin", "/?days=30", "alma"),
    Case("overview-auditor", "/", "aurel"),
    Case("overview-of-nobody", "/", "otto"),
    Case("audit-of-an-import", "/audit/?about=import:{finished}", "aurel"),
    Case("audit-found-none", "/audit/?about=moon&first=2026-02-02&last=2026-02-01"),
    Case("audit-save-filter", "/audit/?deed=import", then=deeds.save_filter_open),
    Case("audit-own-deeds", "/audit/", "olga"),
    Case("audit-check", "/audit/checks/{check}/", "aurel"),
    Case("audit-check-broken", "/audit/checks/{broken_check}/", "aurel"),
)

NO_PAGES_OF_AUDIT = frozenset(
    {"accounts:audit_csv", "accounts:audit_json", "accounts:audit_check_go_on"}
)
