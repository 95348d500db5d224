"""Every page there is: where it is, who looks at it, and what of it has to be opened first."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

Deed = Callable[[Page], None]
SAME_REFUSAL = "refused.rule.10513.reusable-kyc-not-compatible-doc-type"


def _press(*names: str) -> Deed:
    """Press buttons (or summaries of menus) one after the other; the last one opens a dialog."""

    def press(page: Page) -> None:
        for name in names:
            page.locator("button:visible, summary:visible").filter(has_text=name).first.click()
        expect(page.get_by_role("dialog").filter(visible=True)).to_be_visible()

    return press


def _nothing(page: Page) -> None:
    """The page as it arrives."""


def _menu(page: Page) -> None:
    page.get_by_text("Actions", exact=True).click()


def _more_files(page: Page) -> None:
    page.get_by_label("More files").click()


def _list_of_keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def _row_in_focus(page: Page) -> None:
    page.keyboard.press("j")
    expect(page.locator("#import-body tr:focus-within")).to_have_count(1)


def _rows_that_left(page: Page) -> None:
    page.locator("#import-body").evaluate(
        "body => [...body.rows].forEach((row) => { row.dataset.left = '' })"
    )


def _navigation(page: Page) -> None:
    page.get_by_role("button", name="Ada Allroles").click()


def _token_box(page: Page) -> None:
    _press("Actions", "Generate share token")(page)
    page.get_by_role("dialog").get_by_role("button", name="Generate share token").click()
    expect(page.get_by_label("Share token", exact=True)).to_be_visible()


def _checked(page: Page) -> None:
    page.get_by_role("button", name="Check the connection").click()
    expect(page.locator("#findings li").first).to_be_visible()


def _verified(page: Page) -> None:
    page.get_by_role("button", name="Verify the chain").click()
    expect(page.locator("[data-toast-text]")).to_be_visible()


def _looked_up_again(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Look up again")).click()
    expect(page.locator("[data-toast-text]")).to_be_visible()


def _looked_up_in_vain(page: Page) -> None:
    page.get_by_role("textbox", name="Applicant id or your id").fill("nobody-of-this-name")
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_text("Sumsub knows no applicant")).to_be_visible()


def _wrongly_filled(page: Page) -> None:
    page.locator("main form").last.evaluate("form => { form.noValidate = true }")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".error").first).to_be_visible()


def _pasted(page: Page) -> None:
    page.get_by_role("button", name="Paste instead").click()
    page.get_by_label("Share tokens, one a line").fill("_act-one\n=two\n_act-one")
    expect(page.locator("#skipped-lines tr")).to_have_count(2)


def _copying(page: Page) -> None:
    page.get_by_role("radio", name="Copy Applicant").check()
    expect(page.get_by_text("An inherited review is not your own.")).to_be_visible()


def _file_of_faults(page: Page) -> None:
    lines = "token;expiry;batch\n_a;2020-01-01T00:00Z;\n_b;;\n_b;;\n=c;;\n_d;soon;\n"
    _file(page, lines)
    expect(page.locator("#clock-late")).to_be_visible()
    expect(page.locator("#history-note")).to_contain_text("Compared")


def _file_of_names(page: Page) -> None:
    _file(page, "name\nAda\n")
    expect(page.locator("#file-problem")).to_be_visible()


def _file(page: Page, content: str) -> None:
    page.locator("#id_file").set_input_files(
        {"name": "file.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )


def _new_tokens_pasted(page: Page) -> None:
    page.get_by_label("Share tokens, one a line").fill("_act-one\n_act-two\n=three")
    expect(page.locator("#pairing tbody tr").first).to_be_visible()


def _export_taken_in(page: Page) -> None:
    content = (
        b"applicantId,applicantName,status,result\n66f0c2a4e19b7d3500000001,Ada,completed,\n,B\n"
    )
    page.get_by_label("CSV of applicants").set_input_files(
        {"name": "export.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Import applicants").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("stored")


def _without_cookies(page: Page) -> None:
    page.context.clear_cookies()
    page.get_by_label("E-mail").fill("vera@relay.example")
    page.get_by_label("Password").fill("x")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("open too long")


@dataclass(frozen=True)
class Case:
    """One look at one page. `who` is a first name of windows.py; `then` opens what is closed."""

    name: str
    address: str
    who: str = "ada"
    then: Deed = _nothing
    status: int = 200


CASES = (
    # Signing in, and one's own account.
    Case("sign-in", "/accounts/login/", "stranger"),
    Case("sign-in-refused", "/accounts/login/", "stranger", _without_cookies),
    Case("second-step", "/accounts/2fa/authenticate/", "halfway"),
    Case("account-closed", "/accounts/inactive/", "stranger"),
    Case("sign-out", "/accounts/logout/"),
    Case("account", "/account/"),
    Case("password-change", "/accounts/password/change/"),
    Case("password-change-refused", "/accounts/password/change/", then=_wrongly_filled),
    Case("confirm-by-password", "/accounts/reauthenticate/"),
    Case("confirm-by-code", "/accounts/2fa/reauthenticate/", "tessa"),
    Case("confirm-by-key", "/accounts/2fa/webauthn/reauthenticate/", "tessa"),
    Case("sessions", "/accounts/sessions/"),
    Case("factors-none", "/accounts/2fa/"),
    Case("factors", "/accounts/2fa/", "tessa"),
    Case("app-on", "/accounts/2fa/totp/activate/"),
    Case("app-off", "/accounts/2fa/totp/deactivate/", "tessa"),
    Case("codes", "/accounts/2fa/recovery-codes/", "tessa"),
    Case("codes-new", "/accounts/2fa/recovery-codes/generate/", "tessa"),
    Case("keys-none", "/accounts/2fa/webauthn/"),
    Case("keys", "/accounts/2fa/webauthn/", "tessa"),
    Case("key-add", "/accounts/2fa/webauthn/add/", "tessa"),
    Case("key-rename", "/accounts/2fa/webauthn/keys/{key}/edit/", "tessa"),
    Case("key-remove", "/accounts/2fa/webauthn/keys/{key}/remove/", "tessa"),
    # What went wrong.
    Case("forbidden", "/audit/", "vera", status=403),
    Case("not-found", "/nowhere/", status=404),
    Case("unreadable", "/broken/400/", "unlucky", status=400),
    Case("server-error", "/broken/500/", "unlucky", status=500),
    # The recipient's side.
    Case("overview", "/"),
    Case("overview-menu", "/", then=_navigation),
    Case("overview-donor", "/", "doris"),
    Case("customers", "/customers/"),
    Case("customers-empty", "/customers/?q=nothing-like-it"),
    Case("customer", "/customers/{customer}/"),
    Case("application", "/applications/{application}/"),
    Case("add", "/customers/add/"),
    Case("add-pasted", "/customers/add/", then=_pasted),
    Case("add-one", "/customers/add/?how=token"),
    Case("add-faults", "/customers/add/", then=_file_of_faults),
    Case("add-unreadable", "/customers/add/", then=_file_of_names),
    Case("add-copying", "/customers/add/", then=_copying),
    Case("add-by-hand", "/customers/add/?how=manual"),
    Case("add-by-hand-refused", "/customers/add/?how=manual", then=_wrongly_filled),
    Case("imports", "/imports/"),
    Case("import-finished", "/imports/{finished}/"),
    Case("import-masked", "/imports/{finished}/", "vera"),
    Case("import-no-rows", "/imports/{finished}/?q=nothing-like-it"),
    Case("import-running", "/imports/{running}/"),
    Case("import-cancel", "/imports/{running}/", then=_press("Cancel")),
    Case("import-keys", "/imports/{running}/", then=_list_of_keys),
    Case("import-row-in-focus", "/imports/{running}/", then=_row_in_focus),
    Case("import-paused", "/imports/{paused}/"),
    Case("import-pausing", "/imports/{pausing}/"),
    Case("import-paused-by-itself", "/imports/{dead}/"),
    Case("import-cancelled", "/imports/{given_up}/"),
    Case("import-stored", "/imports/{stored}/"),
    Case("import-with-refusals", "/imports/{refusals}/"),
    Case("import-no-such-label", "/imports/{refusals}/?state=expired"),
    Case("import-in-doubt-only", "/imports/{running}/?state=checking"),
    Case("import-rows-that-left", "/imports/{running}/", then=_rows_that_left),
    Case("import-cancelling", "/imports/{cancelled}/"),
    Case("import-same-file", "/imports/{staged}/"),
    Case("import-held", "/imports/{held}/"),
    Case("import-repair", "/imports/{repair}/"),
    Case("import-files", "/imports/{repair}/", then=_more_files),
    Case("row-for-a-person", "/imports/{repair}/rows/2/"),
    Case("row-for-a-person-refused", "/imports/{repair}/rows/2/", then=_wrongly_filled),
    Case("row-too-early-to-close", "/imports/{repair}/rows/3/"),
    Case("row-for-a-person-masked", "/imports/{repair}/rows/3/", "vera"),
    Case("row-in-doubt", "/imports/{repair}/rows/4/"),
    Case("row-refused", "/imports/{repair}/rows/5/"),
    Case("row-renewed", "/imports/{repair}/rows/10/"),
    Case("row-imported", "/imports/{finished}/rows/5/"),
    Case("retry-group", "/imports/{repair}/retry/?why=" + SAME_REFUSAL),
    Case("retry-refused", "/imports/{repair}/retry/?line=5", then=_wrongly_filled),
    Case("retry-too-late", "/imports/{repair}/retry/?line=9"),
    Case("new-tokens", "/imports/{repair}/new-tokens/"),
    Case("new-tokens-paired", "/imports/{repair}/new-tokens/", then=_new_tokens_pasted),
    Case("help", "/help/importing-share-tokens/"),
    # The donor's side.
    Case("applicants", "/applicants/"),
    Case("applicant-not-found", "/applicants/look-up/", then=_looked_up_in_vain),
    Case("applicants-export", "/applicants/import/"),
    Case("applicants-export-taken-in", "/applicants/import/", then=_export_taken_in),
    Case("applicant", "/applicants/{applicant}/"),
    Case("applicant-menu", "/applicants/{applicant}/", then=_menu),
    Case("applicant-looked-up-again", "/applicants/{applicant}/", then=_looked_up_again),
    Case(
        "generate",
        "/applicants/{unfit}/share-token/",
        then=_press("Actions", "Generate share token"),
    ),
    Case("token-shown", "/applicants/{applicant}/", "doris", _token_box),
    Case("ledger", "/share-tokens/"),
    Case("donors", "/partners/"),
    Case("recipients", "/partners/?tab=recipients"),
    Case("partner", "/partners/{partner}/"),
    Case("partner-contradicted", "/partners/{contradicted}/"),
    Case("partner-asleep", "/partners/{asleep}/"),
    Case("partner-remove", "/partners/{partner}/", then=_press("Actions", "Remove partner")),
    Case("partner-add", "/partners/add/"),
    Case("partner-add-refused", "/partners/add/?tab=recipients", then=_wrongly_filled),
    Case("partner-edit", "/partners/{partner}/edit/"),
    # The house.
    Case("settings", "/settings/", "aurel"),
    Case("settings-checked", "/settings/", then=_checked),
    Case("audit", "/audit/"),
    Case("audit-verified", "/audit/", then=_verified),
    Case("look", "/look/"),
)

# Addresses whose GET answers with a file, a fragment, JSON, a stream or a refusal.
NO_PAGES = frozenset(
    {
        "healthz",
        "readyz",
        "metrics",
        "mfa_download_recovery_codes",
        "mfa_login_webauthn",
        "accounts:audit_verify",
        "customers:template",
        "customers:same_file",
        "customers:history",
        "customers:clock",
        "customers:live",
        "customers:updates",
        "customers:results",
        "customers:results_json",
        "customers:failed",
        "customers:failed_json",
        "customers:row_ask",
        "customers:row_close",
        "customers:pairing",
        "customers:donor_list",
        "customers:start",
        "customers:pause",
        "customers:resume",
        "customers:cancel",
        "customers:open_gate",
        "customers:now",
        "sharing:partner_pause",
        "sharing:partner_activate",
        "sharing:partner_remove",
        "sharing:applicant_look_again",
        "sharing:share_token_copied",
        "sharing:connection_check",
    }
)
