"""The register on pages, as an admin works with it."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, User
from sharing import register
from sharing.models import IssuedToken, Partner, PartnerState, Way
from sumsub.sandbox.process import Sandbox
from tests.sharing.conftest import Browse

FIELDS = {
    "name": "Velmora Bank",
    "client_id": "velmora_bank_48213",
    "is_recipient": "on",
    "agreement_reference": "VB-2026-11",
    "agreement_covers": "both",
    "agreement_signed_on": "2026-01-15",
    "default_ttl_seconds": "1200",
    "contacts-TOTAL_FORMS": "2",
    "contacts-INITIAL_FORMS": "0",
}


def _refusals(client: Any, changes: dict[str, str], without: str = "") -> dict[str, list[str]]:
    """What the form says about these fields; nothing may be stored then."""
    data = {key: value for key, value in (FIELDS | changes).items() if key != without}
    before = Partner.objects.count()
    answer = client.post("/partners/add/", data)
    assert answer.status_code == 200
    assert Partner.objects.count() == before
    errors: dict[str, list[str]] = answer.context["form"].errors
    for sentences in errors.values():
        for sentence in sentences:
            assert sentence.replace("'", "&#x27;") in answer.content.decode()
    return errors


def test_an_admin_adds_a_recipient_and_the_trail_knows(
    connected: Sandbox, admin: User, client_for: Browse
) -> None:
    answer = client_for(admin).post("/partners/add/?tab=recipients", FIELDS, follow=True)
    page = answer.content.decode()
    added = Partner.objects.get(client_id="velmora_bank_48213")
    assert added.is_recipient
    assert not added.is_donor
    assert answer.redirect_chain[-1][0] == f"/partners/{added.pk}/"
    assert "So that we can share with Velmora Bank" in page
    assert "So that Velmora Bank can share with us" not in page
    event = AuditEvent.objects.get(deed="partner.added")
    assert event.actor == admin
    assert event.details == {"client_id": "velmora_bank_48213", "role": "recipient"}


def test_the_form_for_a_new_partner_presets_the_role_of_its_tab(
    connected: Sandbox, admin: User, client_for: Browse
) -> None:
    page = client_for(admin).get("/partners/add/?tab=recipients").content.decode()
    assert "<h1>Add recipient</h1>" in page
    assert 'name="is_recipient" id="id_is_recipient" checked' in page
    assert 'name="is_donor" id="id_is_donor" checked' not in page
    assert '<option value="id-only">' in page


def test_our_own_client_id_is_taken_and_called_a_test_everywhere(
    connected: Sandbox, admin: User, client_for: Browse
) -> None:
    client = client_for(admin)
    own = {"client_id": connected.recipient.client_id, "agreement_signed_on": ""}
    page = client.post("/partners/add/", FIELDS | own, follow=True).content.decode()
    ourselves = Partner.objects.get()
    assert "This is your own workspace: only for tests." in page
    assert "your own workspace: only for tests" in ourselves.choice_label
    listed = client.get("/partners/?tab=recipients").content.decode()
    assert "your own workspace: only for tests" in listed
    assert ourselves.may_share(Way.OUT), "a same-key test needs no agreement"
    assert ourselves in Partner.objects.clear_for(Way.OUT)
    assert not Partner.objects.needing_attention().exists()


def test_a_client_id_stands_in_the_register_once_also_when_its_partner_was_removed(
    connected: Sandbox, admin: User, client_for: Browse, donor: Partner
) -> None:
    client = client_for(admin)
    errors = _refusals(client, {"client_id": donor.client_id})
    assert errors["client_id"] == ["Ostermoor Pay has this client id already."]
    Partner.objects.update(state=PartnerState.REMOVED)
    errors = _refusals(client, {"client_id": donor.client_id})
    assert errors["client_id"] == [
        "Ostermoor Pay had this client id and was removed. Bring it back instead."
    ]
    page = client.post("/partners/add/", FIELDS | {"client_id": donor.client_id}).content.decode()
    assert f'href="/partners/{donor.pk}/">Open Ostermoor Pay' in page


@pytest.mark.parametrize("seconds", ["0", "-20", "", "soon", "1.5"])
def test_a_time_to_live_below_one_second_is_refused_with_an_example(
    connected: Sandbox, admin: User, client_for: Browse, seconds: str
) -> None:
    errors = _refusals(client_for(admin), {"default_ttl_seconds": seconds})
    assert errors["default_ttl_seconds"] == [
        "Enter seconds from 1 up, for example 1200 for 20 minutes."
    ]


def test_a_time_to_live_of_ten_years_is_refused(
    connected: Sandbox, admin: User, client_for: Browse
) -> None:
    errors = _refusals(client_for(admin), {"default_ttl_seconds": "315360000"})
    assert errors["default_ttl_seconds"] == [
        "A share token lives 31536000 seconds (a year) at most."
    ]


def test_a_partner_without_a_role_or_a_name_is_refused(
    connected: Sandbox, admin: User, client_for: Browse
) -> None:
    errors = _refusals(client_for(admin), {"name": " "}, without="is_recipient")
    assert errors["is_donor"] == ["Choose at least one: donor, recipient, or both."]
    assert errors["name"] == ["Enter the company's name."]


def test_a_client_id_with_a_blank_inside_is_refused(
    connected: Sandbox, admin: User, client_for: Browse
) -> None:
    errors = _refusals(client_for(admin), {"client_id": "velmora bank"})
    assert errors["client_id"] == [
        "A client id has no blanks, for example northbank.example_200002."
    ]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        (
            {"agreement_signed_on": "2999-01-01"},
            "agreement_signed_on",
            "This day is still to come. Enter it once it is signed.",
        ),
        (
            {"agreement_ends_on": "2026-01-14"},
            "agreement_ends_on",
            "It ends before it was signed. Check both days.",
        ),
        (
            {"agreement_reference": ""},
            "agreement_reference",
            "Say how both of you call this agreement.",
        ),
        (
            {"agreement_covers": "in"},
            "agreement_covers",
            "This partner is no donor. Choose another answer.",
        ),
        (
            {"agreement_ends_on": "soon"},
            "agreement_ends_on",
            "Enter a day, for example 2027-06-30.",
        ),
    ],
)
def test_an_agreement_that_contradicts_itself_is_refused(
    connected: Sandbox,
    admin: User,
    client_for: Browse,
    changes: dict[str, str],
    field: str,
    sentence: str,
) -> None:
    assert _refusals(client_for(admin), changes)[field] == [sentence]


def test_a_partner_has_several_contacts_and_an_emptied_line_is_gone(
    connected: Sandbox, admin: User, client_for: Browse, recipient: Partner
) -> None:
    Partner.objects.update(client_id="velmora_bank_48213")
    client, address = client_for(admin), f"/partners/{recipient.pk}/edit/"
    two = FIELDS | {
        "contacts-0-name": "Noor Hadiyen",
        "contacts-0-email": "noor@velmora.example",
        "contacts-0-purpose": "New share tokens",
        "contacts-1-name": "Privacy desk",
    }
    client.post(address, two)
    assert [one.name for one in recipient.contacts.all()] == ["Noor Hadiyen", "Privacy desk"]
    page = client.get(f"/partners/{recipient.pk}/").content.decode()
    assert 'href="mailto:noor@velmora.example"' in page
    assert "noor@" not in str(AuditEvent.objects.latest("pk").details)
    client.post(address, two | {"contacts-INITIAL_FORMS": "2", "contacts-1-name": ""})
    assert [one.name for one in recipient.contacts.all()] == ["Noor Hadiyen"]


def test_a_contact_without_a_name_is_refused_beside_its_line(
    connected: Sandbox, admin: User, client_for: Browse
) -> None:
    data = FIELDS | {"contacts-0-email": "noor@velmora.example"}
    page = client_for(admin).post("/partners/add/", data).content.decode()
    assert "Say who this is; a team&#x27;s name will do." in page
    assert not Partner.objects.exists()


def test_editing_stores_and_audits_the_changed_fields_only(
    connected: Sandbox, admin: User, client_for: Browse, recipient: Partner
) -> None:
    data = FIELDS | {"client_id": recipient.client_id, "default_ttl_seconds": "3600"}
    data["agreement_signed_on"] = f"{recipient.agreement_signed_on}"
    connected_client = client_for(admin)
    # Our own workspace is `recipient` here, so the partner needs another client id.
    Partner.objects.update(client_id="velmora_bank_48213")
    data["client_id"] = "velmora_bank_48213"
    connected_client.post(f"/partners/{recipient.pk}/edit/", data)
    recipient.refresh_from_db()
    assert recipient.default_ttl_seconds == 3600
    event = AuditEvent.objects.get(deed="partner.changed")
    assert event.details["fields"] == "default_ttl_seconds"
    connected_client.post(f"/partners/{recipient.pk}/edit/", data)
    assert AuditEvent.objects.filter(deed="partner.changed").count() == 1


def test_pausing_can_be_undone_where_it_is_said(
    admin: User, client_for: Browse, recipient: Partner
) -> None:
    client = client_for(admin)
    page = client.post(f"/partners/{recipient.pk}/pause/", follow=True).content.decode()
    recipient.refresh_from_db()
    assert recipient.state == PartnerState.PAUSED
    assert 'Velmora Bank is paused. <button class="link" form="activate">Undo</button>' in page
    assert '<form id="activate"' in page
    client.post(f"/partners/{recipient.pk}/activate/")
    recipient.refresh_from_db()
    assert recipient.may_share(Way.OUT)


def test_removing_asks_with_its_consequence_and_keeps_the_history(
    admin: User, client_for: Browse, issued: IssuedToken
) -> None:
    client, partner = client_for(admin), issued.partner
    page = client.get(f"/partners/{partner.pk}/").content.decode()
    assert "Remove Velmora Bank? Nothing more is shared with it." in page
    client.post(f"/partners/{partner.pk}/remove/", follow=True)
    assert "Velmora Bank" not in client.get("/partners/?tab=recipients").content.decode()
    page = client.get(f"/partners/{partner.pk}/").content.decode()
    assert "Removed from the register." in page
    assert partner.issued_tokens.get() == issued
    assert "Velmora Bank" in client.get("/partners/?tab=recipients&state=removed").content.decode()


def test_the_page_of_a_partner_says_whether_sumsub_confirmed_the_relation(
    viewer: User, client_for: Browse, donor: Partner
) -> None:
    client = client_for(viewer)
    assert "Not proven yet." in client.get(f"/partners/{donor.pk}/").content.decode()
    register.record_redeemed(donor.pk, 1)
    assert "<b>Confirmed</b>" in client.get(f"/partners/{donor.pk}/").content.decode()
    register.record_contradiction(donor.pk, timezone.now())
    page = client.get(f"/partners/{donor.pk}/").content.decode()
    assert "<b>Contradicted</b>" in page
    assert "Sumsub disagrees" in page
