"""What of a page has to be opened or done before it is looked at."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

Deed = Callable[[Page], None]


def press(*names: str) -> Deed:
    """Press buttons (or summaries of menus) one after the other; the last one opens a dialog."""

    def pressed(page: Page) -> None:
        for name in names:
            page.locator("button:visible, summary:visible").filter(has_text=name).first.click()
        expect(page.get_by_role("dialog").filter(visible=True)).to_be_visible()

    return pressed


def nothing(page: Page) -> None:
    """The page as it arrives."""


def save_filter_open(page: Page) -> None:
    page.get_by_text("Save this filter").click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()


def menu(page: Page) -> None:
    page.get_by_text("Actions", exact=True).click()


def rotated(page: Page) -> None:
    page.get_by_role("button", name="Rotate secret").click()
    expect(page.get_by_label("Secret of the endpoint")).to_be_visible()


def more_files(page: Page) -> None:
    page.get_by_label("More files").click()


def story(page: Page) -> None:
    page.get_by_text("What happened to this import").click()
    expect(page.locator("#import-story")).to_be_visible()


def list_of_keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def row_in_focus(page: Page) -> None:
    page.keyboard.press("j")
    expect(page.locator("#import-body tr:focus-within")).to_have_count(1)


def rows_that_left(page: Page) -> None:
    page.locator("#import-body").evaluate(
        "body => [...body.rows].forEach((row) => { row.dataset.left = '' })"
    )


def navigation(page: Page) -> None:
    page.get_by_role("button", name="Ada Allroles").click()


def key_made(page: Page) -> None:
    page.get_by_role("button", name="Make key and show it").click()
    expect(page.get_by_label("API key")).to_be_visible()


def token_box(page: Page) -> None:
    press("Actions", "Generate share token")(page)
    page.get_by_role("dialog").get_by_role("button", name="Generate share token").click()
    expect(page.get_by_label("Share token", exact=True)).to_be_visible()


def checked(page: Page) -> None:
    page.get_by_role("button", name="Check the connection").click()
    expect(page.locator("#findings li").first).to_be_visible()


def tables_behind(page: Page) -> None:
    for summary in page.locator(".behind > summary").all():
        summary.click()
    expect(page.locator(".behind table:visible").first).to_be_visible()


def verified(page: Page) -> None:
    page.get_by_role("button", name="Verify the chain").click()
    expect(page.locator("[data-toast-text]")).to_be_visible()


def looked_up_again(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Look up again")).click()
    expect(page.locator("[data-toast-text]")).to_be_visible()


def looked_up_in_vain(page: Page) -> None:
    page.get_by_role("textbox", name="Applicant id or your id").fill("nobody-of-this-name")
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_text("Sumsub knows no applicant")).to_be_visible()


def wrongly_filled(page: Page) -> None:
    page.locator("main form").last.evaluate("form => { form.noValidate = true }")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".error").first).to_be_visible()


def two_words(page: Page) -> None:
    page.get_by_label("Partner token, if it is to be kept here").fill("two words")
    page.get_by_role("button", name="Record partner token").click()
    expect(page.locator(".error").first).to_be_visible()


def partner_token(page: Page) -> None:
    page.get_by_role("button", name="Show to copy").click()
    expect(page.get_by_role("status", name="Partner token")).to_have_text("ptk-1")


def wrong_passphrase(page: Page) -> None:
    page.get_by_label("Passphrase").fill("not the one")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("alert").first).to_contain_text("Nothing opens with this link")


def pasted(page: Page) -> None:
    page.get_by_role("button", name="Paste instead").click()
    page.get_by_label("Share tokens, one a line").fill("_act-one\n=two\n_act-one")
    expect(page.locator("#skipped-lines tr")).to_have_count(2)


def copying(page: Page) -> None:
    page.get_by_role("radio", name="Copy Applicant").check()
    expect(page.get_by_text("An inherited review is not your own.")).to_be_visible()


def naming_somebody(page: Page) -> None:
    """A note that begins to name a colleague; the list of names is open."""
    page.get_by_label("New note").press_sequentially("Please look, @")
    expect(page.get_by_role("listbox", name="Colleagues")).to_be_visible()


def wrong_day(page: Page) -> None:
    """A day that is past, sent all the same."""
    page.get_by_label("To be done by").evaluate(
        "field => { field.removeAttribute('min'); field.value = '2020-01-01'; }"
    )
    page.get_by_role("button", name=re.compile("^(Set|Change)$")).click()
    expect(page.get_by_role("alert")).to_contain_text("Choose today or a later day.")


def unfolded(page: Page) -> None:
    """Everything that is folded away in the page itself."""
    page.locator("main details").evaluate_all("all => all.forEach((one) => { one.open = true })")


def early_approval(page: Page) -> None:
    page.evaluate(
        """() => {
          const form = document.querySelector("#decision form[action$='/decline/']");
          form.action = form.action.replace("/decline/", "/approve/");
          form.noValidate = true;
          form.querySelector("button").click();
        }"""
    )
    expect(page.get_by_role("alert")).to_contain_text("cannot be approved yet")


def link_shown(page: Page) -> None:
    page.get_by_text("Make a new one").click()
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_label("Link", exact=True)).to_be_visible()


def wrongly_answered(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^(Continue|I agree)$")).click()
    expect(page.get_by_role("alert").first).to_be_visible()


def wrong_address(page: Page) -> None:
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_label("E-mail").blur()
    expect(page.locator("#section-identity .error")).to_be_visible()


def file_of_faults(page: Page) -> None:
    lines = "token;expiry;batch\n_a;2020-01-01T00:00Z;\n_b;;\n_b;;\n=c;;\n_d;soon;\n"
    file(page, lines)
    expect(page.locator("#clock-late")).to_be_visible()
    expect(page.locator("#history-note")).to_contain_text("Compared")


def file_of_names(page: Page) -> None:
    file(page, "name\nAda\n")
    expect(page.locator("#file-problem")).to_be_visible()


def file(page: Page, content: str) -> None:
    page.locator("#id_file").set_input_files(
        {"name": "file.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )


def new_tokens_pasted(page: Page) -> None:
    page.get_by_label("Share tokens, one a line").fill("_act-one\n_act-two\n=three")
    expect(page.locator("#pairing tbody tr").first).to_be_visible()


def export_taken_in(page: Page) -> None:
    content = (
        b"applicantId,applicantName,status,result\n66f0c2a4e19b7d3500000001,Ada,completed,\n,B\n"
    )
    page.get_by_label("CSV of applicants").set_input_files(
        {"name": "export.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Import applicants").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("stored")


def without_cookies(page: Page) -> None:
    page.context.clear_cookies()
    page.get_by_label("E-mail").fill("vera@relay.example")
    page.get_by_label("Password").fill("x")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("open too long")
