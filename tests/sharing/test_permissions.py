"""Who may do what on the donor's side: every page, every role, by direct request."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sharing.agreement_papers import add as add_paper
from sharing.applicant_exports.storing import keep
from sharing.documents import checked
from sharing.hand_overs import make
from sharing.minting_many.storing import Order, lines_of, store_lines
from sharing.models import (
    Applicant,
    ApplicantExport,
    HandOver,
    IssuedToken,
    MintBatch,
    MintSource,
    Partner,
    PartnerStep,
    PartnerToken,
    Tick,
    Way,
)
from sharing.partner_tokens import NewToken, record
from sharing.urls import urlpatterns
from tests.parts.partners import TokenParcel
from tests.sharing.conftest import Browse

ROLES = ("admin", "officer", "donor_operator", "auditor", "viewer", "outsider")
REGISTER = {"admin", "officer", "donor_operator", "auditor", "viewer"}
ADMIN, DONOR = {"admin"}, {"donor_operator"}

GET_PAGES: dict[str, set[str]] = {
    "partners": REGISTER,
    "partner": REGISTER,
    "partner_add": ADMIN,
    "partner_edit": ADMIN,
    "partner_token_record": ADMIN,
    "partners_export": {"admin", "auditor"},
    "agreement_paper": {"admin", "auditor"},
    "applicants": DONOR,
    "applicant_look_up": DONOR,
    "applicants_import": DONOR,
    "applicants_export": DONOR,
    "applicants_export_updates": DONOR,
    "applicants_export_live": DONOR,
    "applicants_export_faults": DONOR,
    "applicant": DONOR,
    "share_token": DONOR,
    "tokens": {"donor_operator", "admin", "auditor"},
    "tokens_export": DONOR,
    "hand_overs": {"donor_operator", "admin", "auditor"},
    "settings": {"admin", "auditor"},
    "minting": DONOR,
    "mint_new": DONOR,
    "mint_batch": DONOR,
    "mint_updates": DONOR,
    "mint_live": DONOR,
    "mint_failures": DONOR,
}
POST_DEEDS: dict[str, set[str]] = {
    "partner_add": ADMIN,
    "partner_edit": ADMIN,
    "partner_pause": ADMIN,
    "partner_activate": ADMIN,
    "partner_remove": ADMIN,
    "partner_token_record": ADMIN,
    "partner_token_tick": ADMIN,
    "partner_token_show": ADMIN,
    "partner_token_erase": ADMIN,
    "agreement_paper_add": ADMIN,
    "agreement_paper_erase": ADMIN,
    "applicant_look_up": DONOR,
    "applicants_import": DONOR,
    "applicant_look_again": DONOR,
    "share_token": DONOR,
    "share_token_copied": DONOR,
    "hand_over_revoke": DONOR,
    "connection_check": ADMIN,
    "mint_new": DONOR,
    "mint_chosen": DONOR,
    "mint_choose": DONOR,
    "mint_look_up": DONOR,
    "mint_start": DONOR,
    "mint_pause": DONOR,
    "mint_resume": DONOR,
    "mint_cancel": DONOR,
    "mint_retry": DONOR,
    "mint_renew": DONOR,
    "mint_abandon": DONOR,
    "mint_discard": DONOR,
    "mint_again": DONOR,
    "mint_file": DONOR,
    "mint_hand_over": DONOR,
}
# Opened by link and passphrase (test_hand_overs.py).
FOR_STRANGERS = {"hand_over"}
WITHOUT_SUBJECT = {
    "hand_overs",
    "partners",
    "partner_add",
    "partners_export",
    "applicants",
    "applicants_import",
    "applicant_look_up",
    "tokens",
    "tokens_export",
    "settings",
    "connection_check",
    "minting",
    "mint_new",
    "mint_chosen",
}

Person = Callable[[str], User]


@pytest.fixture
def person(request: pytest.FixtureRequest) -> Person:
    """The person of a role, by the name of its fixture."""

    def find(role: str) -> User:
        found = request.getfixturevalue(role)
        assert isinstance(found, User)
        return found

    return find


def _address(name: str, issued: IssuedToken) -> str:
    if name in WITHOUT_SUBJECT:
        return reverse(f"sharing:{name}")
    if name.startswith("mint_"):
        return reverse(f"sharing:{name}", args=[_batch(issued).pk])
    if name.startswith("applicants_export"):
        return reverse(f"sharing:{name}", args=[_export(issued).pk])
    partner = issued.partner
    of_partner: dict[str, Callable[[], list[object]]] = {
        "agreement_paper": lambda: [partner.papers.get().pk],
        "agreement_paper_erase": lambda: [partner.papers.get().pk],
        "agreement_paper_add": lambda: [partner.pk],
        "partner_token_record": lambda: [partner.pk, Way.OUT],
        "partner_token_tick": lambda: [partner.token_uses.get().pk, PartnerStep.ENTERED],
        "partner_token_show": lambda: [partner.token_uses.get().pk],
        "partner_token_erase": lambda: [partner.token_uses.get().pk],
        "hand_over_revoke": lambda: [partner.hand_overs.get().pk],
        "share_token_copied": lambda: [issued.pk],
    }
    usual = issued.partner_id if name.startswith("partner") else issued.applicant_id
    return reverse(f"sharing:{name}", args=of_partner[name]() if name in of_partner else [usual])


@pytest.fixture(autouse=True)
def with_papers_and_tokens(request: pytest.FixtureRequest) -> None:
    """The partner has a document and a partner token, for whoever may see them."""
    if "issued" in request.fixturenames:
        partner = request.getfixturevalue("issued").partner
        paper = checked("agreement.pdf", b"%PDF-1.7\n%%EOF\n")
        add_paper(partner, paper, by=request.getfixturevalue("admin"))
        new = NewToken(Way.OUT, timezone.now(), text="ptk-4f1c9a-not-a-real-one")
        record(new, partner, by=request.getfixturevalue("admin"))
        doris = request.getfixturevalue("donor_operator")
        make(TokenParcel(), partner, lives=timedelta(hours=1), by=doris)


def _batch(issued: IssuedToken) -> MintBatch:
    """A draft of one applicant."""
    order = Order(issued.partner, 1200, MintSource.SELECTION)
    return store_lines(lines_of(Applicant.objects.all()), order)


def _export(issued: IssuedToken) -> ApplicantExport:
    """An export that was brought and not taken in yet."""
    assert issued.issued_by is not None
    return keep(b"applicantId\nabc\n", file_name="export.csv", by=issued.issued_by)


def test_every_address_of_the_room_is_in_the_matrix() -> None:
    known = GET_PAGES.keys() | POST_DEEDS.keys() | FOR_STRANGERS
    assert {pattern.name for pattern in urlpatterns} == known


@pytest.mark.parametrize("name", GET_PAGES)
def test_a_page_opens_for_the_roles_that_may_see_it_and_for_no_other(
    issued: IssuedToken, person: Person, client_for: Browse, name: str
) -> None:
    address = _address(name, issued)
    answers = {role: client_for(person(role)).get(address).status_code for role in ROLES}
    # Streams end at once where no ASGI server could hold them open.
    opened = {role for role, status in answers.items() if status in (200, 204, 302)}
    assert opened == GET_PAGES[name]
    assert {answers[role] for role in ROLES if role not in opened} <= {403}


@pytest.mark.parametrize("name", POST_DEEDS)
def test_a_deed_is_refused_to_every_role_that_must_not_do_it(
    issued: IssuedToken, person: Person, client_for: Browse, name: str
) -> None:
    address = _address(name, issued)
    others = [role for role in ROLES if role not in POST_DEEDS[name]]
    answers = {role: client_for(person(role)).post(address).status_code for role in others}
    assert answers == dict.fromkeys(others, 403)
    assert Partner.objects.get(pk=issued.partner_id).may_share(Way.OUT)
    assert PartnerToken.objects.kept().count() == 1
    assert not Tick.objects.exists()
    assert HandOver.objects.get().is_waiting


def test_a_stranger_is_sent_to_the_sign_in_page_from_everywhere(issued: IssuedToken) -> None:
    stranger = Client()
    for name in sorted(GET_PAGES.keys() | POST_DEEDS.keys()):
        method = stranger.get if name in GET_PAGES else stranger.post
        answer = method(_address(name, issued))
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/accounts/login/"), name


def test_no_deed_is_done_by_a_get(
    issued: IssuedToken, admin: User, donor_operator: User, client_for: Browse
) -> None:
    of_admin, of_donor = client_for(admin), client_for(donor_operator)
    deeds = sorted(POST_DEEDS.keys() - GET_PAGES.keys())
    answers = {
        name: (of_admin if POST_DEEDS[name] == ADMIN else of_donor)
        .get(_address(name, issued))
        .status_code
        for name in deeds
    }
    assert answers == dict.fromkeys(deeds, 405)


def test_each_deed_needs_the_pages_own_token_against_forgery(
    issued: IssuedToken, admin: User, donor_operator: User
) -> None:
    answers = {}
    for doer, may in ((admin, ADMIN), (donor_operator, DONOR)):
        client = Client(enforce_csrf_checks=True)
        client.force_login(doer, backend="django.contrib.auth.backends.ModelBackend")
        for name in (name for name, roles in POST_DEEDS.items() if roles == may):
            answers[name] = client.post(_address(name, issued)).status_code
    assert answers == dict.fromkeys(POST_DEEDS, 403)


def test_the_pages_offer_only_what_their_reader_may_do(
    issued: IssuedToken, viewer: User, admin: User, client_for: Browse
) -> None:
    page = f"/partners/{issued.partner_id}/"
    assert "Remove partner" in client_for(admin).get(page).content.decode()
    shown = client_for(viewer).get(page).content.decode()
    assert "Remove partner" not in shown
    assert "/edit/" not in shown
    assert "/share-tokens/" not in shown
