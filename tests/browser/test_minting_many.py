"""The story of a donor operator: twenty applicants of the dashboard's export become one file."""

import hashlib
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from sumsub.sandbox.process import Sandbox
from tests.parts.browsers import PATIENCE, all_there, patient_context, sign_in
from tests.parts.installations import Factory
from tests.sharing.minting import csv_of, last

FILL = """
from tests.parts.people import add_cast
from tests.parts.partners import make_partner
add_cast()
make_partner(name="Velmora Bank", client_id={client_id!r}, is_recipient=True)
"""


@pytest.fixture
def office(installation: Factory, sandbox: Sandbox, browser: Browser) -> Page:
    """Doris's window on a donor's installation with a worker."""
    here = installation(workspace="donor")
    here.start_worker(wait=False)
    fill = FILL.format(client_id=sandbox.recipient.client_id)
    here.manage("shell", "-v", "0", "-c", fill)
    page = patient_context(browser, base_url=here.start_web(), reduced_motion="reduce").new_page()
    sign_in(page, "doris")
    return page


def test_a_donor_operator_mints_twenty_from_the_dashboards_export_and_takes_the_file_once(
    office: Page, sandbox: Sandbox
) -> None:
    before = last(sandbox)
    office.goto("/share-tokens/minting/")
    office.get_by_role("main").get_by_role("link", name="Mint share tokens").first.click()
    contents = csv_of(sandbox, 20) + b"no id!,,\n"
    office.get_by_label("File of applicants").set_input_files(
        {"name": "export.csv", "mimeType": "text/csv", "buffer": contents}
    )
    with all_there(office):
        office.get_by_role("button", name="Check the applicants").click()
    expect(office.get_by_text("This line holds no applicant id")).to_be_visible()
    office.get_by_text("1 hour", exact=True).click()
    expect(office.locator(".facts")).to_contain_text("1\u00a0h\u00a000\u00a0min")
    office.get_by_role("button", name="Mint 20 share tokens").click()
    take = office.get_by_role("button", name="Take 20 share tokens")
    expect(take).to_be_visible(timeout=PATIENCE)
    with office.expect_download() as download:
        take.click()
    assert re.fullmatch(r"share-tokens-batch-\d+\.csv", download.value.suggested_filename)
    header, *tokens = download.value.path().read_text("utf-8").split()
    assert header == "token"
    minted = {e["token_sha256"] for e in sandbox.ledger(before) if e["event"] == "minted"}
    assert {hashlib.sha256(token.encode()).hexdigest() for token in tokens} == minted
    # The page finds out by itself, and keeps nothing.
    expect(office.get_by_text("Taken by Doris Donor")).to_be_visible(timeout=PATIENCE)
    expect(take).to_have_count(0)
    assert not [token for token in tokens if token in office.content()]
