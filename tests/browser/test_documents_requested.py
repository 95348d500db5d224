"""A customer whom Sumsub asks for documents: said here, supplied there, approved by an officer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from sumsub.sandbox.process import Sandbox
from tests.browser.conftest import Open
from tests.parts.browsers import PATIENCE
from tests.parts.installations import Installation
from tests.parts.waiting import wait_until
from tests.sandbox.caller import Caller
from tests.sandbox.forms import upload

NO_SELFIE = "demo-documents-no-selfie"
FIND = """
from customers.models import Row
from django.urls import reverse
row = Row.objects.select_related("application").latest("pk")
page = reverse("customers:application", args=[row.application.pk])
print(page, row.application.provider_applicant_id)
"""
COMPLETE = """
from accounts.models import User
from customers.applying import completing
from customers.applying.deeds import Author
from customers.models import Application
from tests.customers.applications import complete
application = Application.objects.get(provider_applicant_id="{}")
olga = User.objects.get(email="olga@relay.example")
completing.save(application.pk, dict(email="noor@mail.example"), Author(olga))
complete(application, olga)
"""


@pytest.fixture
def told(live: Installation, sandbox: Sandbox) -> Iterator[None]:
    """Sumsub tells the installation what happens."""
    sandbox.set_workspace("recipient", {"webhook_url": f"{live.address}/webhooks/sumsub"})
    yield
    sandbox.set_workspace("recipient", {"webhook_url": ""})


@pytest.fixture
def file(sandbox: Sandbox, tmp_path: Path) -> Path:
    """A file with the share token of somebody who never took a selfie."""
    person = next(one for one in sandbox.applicants() if one["external_user_id"] == NO_SELFIE)
    donor = Caller(sandbox, sandbox.donor)
    token = donor.mint(person["applicant_id"], sandbox.recipient.client_id)
    path = tmp_path / "one-token.csv"
    path.write_text(f"token\n{token}\n", encoding="utf-8")
    return path


def test_documents_are_requested_supplied_and_the_customer_is_approved(
    page_of: Open, live: Installation, sandbox: Sandbox, told: None, file: Path
) -> None:
    office = page_of("olga")
    office.goto("/customers/add/")
    office.locator("#id_file").set_input_files(file)
    office.get_by_role("button", name="Import 1 row").click()
    expect(office.get_by_text("is finished.")).to_be_visible(timeout=PATIENCE)
    address, applicant_id = live.manage("shell", "-v", "0", "-c", FIND).stdout.split()

    office.goto(address)
    come_true(office, review(office), "Documents requested")
    needed = office.get_by_role("region", name="Still needed before it can be submitted")
    # A webhook told of the review; which document it is, only the reading that follows tells.
    come_true(office, needed, "Selfie")
    live.manage("shell", "-v", "0", "-c", COMPLETE.format(applicant_id))
    office.reload()
    expect(needed.get_by_role("listitem")).to_have_count(1)
    expect(needed).to_contain_text("Sumsub asks the person for it")
    expect(office.get_by_text("Waiting on the applicant")).to_be_visible()

    at_sumsub = Caller(sandbox, sandbox.recipient)
    assert upload(at_sumsub, applicant_id, idDocType="SELFIE").status == 200
    status = f"/resources/applicants/{applicant_id}/status"
    assert at_sumsub.post(f"{status}/pending?reason=supplied").status == 200
    assert at_sumsub.post(f"{status}/testCompleted", {"reviewAnswer": "GREEN"}).status == 200
    come_true(office, review(office), "Approved")
    come_true(office, needed, "Nothing is missing.")

    office.get_by_role("button", name="Submit the application").click()
    office.get_by_role("button", name="Take into review").click()
    office.get_by_role("button", name="Approve").click()
    expect(office.locator(".head-state")).to_have_text("Approved")
    story = office.get_by_role("region", name="Timeline")
    for moment in ("Approved, by Olga Officer", "Submitted, by Olga Officer", "Imported"):
        expect(story).to_contain_text(moment)


def review(page: Page) -> Locator:
    """What the application's head says of the review."""
    return page.locator(".facts li", has_text="Review at Sumsub")


def come_true(page: Page, where: Locator, words: str) -> None:
    """Look again until it says so: webhooks and readings come when they come."""

    def said() -> bool:
        page.reload()
        return words in where.inner_text()

    wait_until(said, f"the page says {words!r}")
