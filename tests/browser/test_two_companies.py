"""The whole story on two installations and one Sumsub: partners, minting, and the import of it."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from sumsub.sandbox.process import Sandbox, start
from tests.parts.browsers import PATIENCE, patient_context, sign_in
from tests.parts.far_end import SEED
from tests.parts.installations import Factory, Installation

pytestmark = pytest.mark.main_story

ROWS = 500
LIMIT, GET_LIMIT = "500/5s", "1000/5s"
CAST = "from tests.parts.people import add_cast; add_cast()"
PARTNER_TOKEN = "partner-token-8c41f7d2-not-a-real-one"
# The columns of the dashboard's export ("Sumsub: custom CSV export").
COLUMNS = [
    "applicantId",
    "externalId",
    "sourceKey",
    "creationDate",
    "lastReviewDate",
    "applicantName",
    "applicantEmail",
    "applicantCountry",
    "applicantPhoneNumber",
    "platform",
    "status",
    "result",
    "rejectType",
    "rejectLabels",
    "userComment",
    "clientComment",
    "customTags",
    "applicantLevel",
]


@pytest.fixture(scope="module")
def far_end() -> Iterator[Sandbox]:
    """A Sumsub with more applicants and a higher limit than the others of the tests."""
    with start(seed=SEED, applicants=ROWS + 20, post_limit=LIMIT, get_limit=GET_LIMIT) as running:
        yield running


class Company:
    """One installation, and windows of its people."""

    def __init__(self, here: Installation, browser: Browser) -> None:
        self._browser = browser
        here.start_worker(wait=False)
        here.start_beat()
        here.manage("shell", "-v", "0", "-c", CAST)
        self._address = here.start_web()

    @contextmanager
    def window(self, first_name: str) -> Iterator[Page]:
        """A window in which somebody signed in."""
        context = patient_context(
            self._browser,
            base_url=self._address,
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
        )
        page = context.new_page()
        sign_in(page, first_name)
        yield page
        context.close()


def add_partner(page: Page, tab: str, name: str, client_id: str) -> None:
    """An admin enters a partner with its signed agreement."""
    page.goto(f"/partners/?tab={tab}s")
    page.get_by_role("main").get_by_role("link", name=f"Add {tab}").first.click()
    page.get_by_label("Name", exact=True).first.fill(name)
    page.get_by_label("Client id").fill(client_id)
    page.get_by_label("Reference").fill("VB-2026-11")
    page.get_by_label("Signed on").fill("2026-10-01")
    page.get_by_label("Lawful basis").select_option(index=1)
    page.get_by_role("button", name=re.compile("^(Add|Save)")).last.click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def export_of(far_end: Sandbox) -> tuple[bytes, Counter[str]]:
    """The dashboard's CSV of the donor's applicants, and what a reuse of each would do."""
    donor = far_end.donor.client_id
    people = [one for one in far_end.applicants(2000) if one["client_id"] == donor][:ROWS]
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS, restval="")
    table.writeheader()
    for one in people:
        line = {"applicantId": one["applicant_id"], "externalId": one["external_user_id"]}
        table.writerow(line | {"applicantName": one["name"], "status": "completed"})
    return out.getvalue().encode(), Counter(one["outcome"].split(":")[0] for one in people)


def test_two_companies_share_their_customers(
    far_end: Sandbox, installation: Factory, browser: Browser, tmp_path: Path
) -> None:
    donor, recipient = (
        Company(
            installation(
                far_end=far_end,
                workspace=workspace,
                SUMSUB_POST_LIMIT=LIMIT,
                SUMSUB_GET_LIMIT=GET_LIMIT,
            ),
            browser,
        )
        for workspace in ("donor", "recipient")
    )
    contents, outcomes = export_of(far_end)
    _the_recipients_admin_adds_the_donor(recipient, far_end)
    _the_donors_admin_adds_the_recipient(donor, far_end)
    with donor.window("doris") as doris:
        _one_share_token_is_generated_and_copied(doris, contents, far_end)
        file = _the_file_of_many_is_minted(doris, contents, far_end, tmp_path)
    with recipient.window("olga") as olga:
        _that_very_file_is_imported(olga, file, far_end.donor.client_id, outcomes)
    redeemed = [one for one in far_end.ledger() if one["event"] == "redeemed"]
    assert len(redeemed) == outcomes["approved"] + outcomes["documents_requested"]
    with recipient.window("alma") as alma:
        alma.goto("/partners/?tab=donors")
        alma.get_by_role("link", name="Velmora Exchange").first.click()
        expect(alma.get_by_role("main")).to_contain_text("by Sumsub’s answer on")


def _the_recipients_admin_adds_the_donor(company: Company, far_end: Sandbox) -> None:
    with company.window("alma") as alma:
        add_partner(alma, "donor", "Velmora Exchange", far_end.donor.client_id)
        alma.get_by_role("link", name="Record partner token").click()
        alma.get_by_label("Partner token, if it is to be kept here").fill(PARTNER_TOKEN)
        alma.get_by_role("button", name="Record partner token").click()
        expect(alma.get_by_text("Dies in").first).to_be_visible()
        assert PARTNER_TOKEN not in alma.content()
        alma.get_by_role("button", name="Show to copy").click()
        expect(alma.get_by_text(PARTNER_TOKEN)).to_be_visible()
        alma.get_by_role("link", name="Velmora Exchange").first.click()
        alma.get_by_role("button", name=re.compile("^Mark as done: .*[Ss]ent")).click()
        expect(alma.get_by_text("Ticked on")).to_be_visible()


def _the_donors_admin_adds_the_recipient(company: Company, far_end: Sandbox) -> None:
    with company.window("alma") as alma:
        add_partner(alma, "recipient", "Northbank", far_end.recipient.client_id)
        alma.get_by_role("link", name="Record partner token").click()
        alma.get_by_label("Partner token, if it is to be kept here").fill(PARTNER_TOKEN)
        alma.get_by_role("button", name="Record partner token").click()
        alma.get_by_role("button", name=re.compile("^Mark as done: .*[Ee]ntered")).click()
        expect(alma.get_by_text("Ticked on")).to_be_visible()


def _one_share_token_is_generated_and_copied(page: Page, contents: bytes, far_end: Sandbox) -> None:
    """For an applicant that none of the many is: it arrives by a lookup."""
    listed = {line.split(",")[0] for line in contents.decode().splitlines()}
    donor = far_end.donor.client_id
    theirs = [one for one in far_end.applicants(2000) if one["client_id"] == donor]
    other = next(
        one for one in theirs if one["applicant_id"] not in listed and one["outcome"] == "approved"
    )
    page.goto("/applicants/")
    page.get_by_role("textbox", name="Applicant id or your id").fill(other["applicant_id"])
    page.get_by_role("button", name="Look up").click()
    page.wait_for_url(re.compile(r"/applicants/\d+/"))
    page.get_by_text("Actions", exact=True).click()
    page.get_by_role("button", name="Generate share token").click()
    dialog = page.get_by_role("dialog", name="Generate share token")
    dialog.get_by_role("button", name="Generate share token").click()
    shown = page.get_by_role("dialog", name="Share token for Northbank")
    shown.get_by_role("button", name="Copy").click()
    expect(shown.get_by_text("Copied", exact=True)).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    minted = [one for one in far_end.ledger() if one["event"] == "minted"]
    digests = [hashlib.sha256(copied.encode()).hexdigest()]
    assert [one["token_sha256"] for one in minted] == digests
    page.keyboard.press("Escape")


def _the_file_of_many_is_minted(
    page: Page, contents: bytes, far_end: Sandbox, folder: Path
) -> Path:
    page.goto("/share-tokens/minting/new/")
    page.get_by_label("File of applicants").set_input_files(
        {"name": "applicants.csv", "mimeType": "text/csv", "buffer": contents}
    )
    page.get_by_role("button", name="Check the applicants").click()
    page.get_by_role("button", name=f"Mint {ROWS} share tokens").click()
    take = page.get_by_role("button", name=f"Take {ROWS} share tokens")
    expect(take).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as download:
        take.click()
    file = folder / "share-tokens.csv"
    download.value.save_as(file)
    tokens = file.read_text("utf-8").split()[1:]
    minted = [one["token_sha256"] for one in far_end.ledger() if one["event"] == "minted"][1:]
    assert sorted(hashlib.sha256(one.encode()).hexdigest() for one in tokens) == sorted(minted)
    return file


def _that_very_file_is_imported(page: Page, file: Path, donor: str, outcomes: Counter[str]) -> None:
    page.goto("/customers/add/")
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("combobox", name=re.compile("^Donor")).select_option(
        label=f"Velmora Exchange ({donor})"
    )
    page.get_by_role("button", name=f"Import {ROWS} rows").click()
    expect(page.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    expect(page.get_by_text("is finished.")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Results").click()
    rows = list(csv.DictReader(io.StringIO(Path(taken.value.path()).read_text("utf-8"))))
    states = Counter(row["state"] for row in rows)
    came = outcomes["approved"] + outcomes["documents_requested"]
    assert states == Counter({"imported": came, "refused": ROWS - came})
