"""The partner register through the API."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.api.codes import Code
from accounts.models import AuditEvent
from sharing.models import Partner, PartnerToken
from tests.accounts.test_api_doors import refused
from tests.parts.api_callers import Program
from tests.parts.donors_things import PDF

pytestmark = pytest.mark.django_db

PARTNERS = "/api/v1/partners"
NEW: dict[str, Any] = {
    "name": "Velmora Bank",
    "client_id": "velmora_200002",
    "roles": ["recipient"],
    "agreement": {"reference": "VB-2026-11", "signed_on": "2026-10-30", "lawful_basis": "consent"},
    "contacts": [{"name": "Anna Lind", "email": "anna@velmora.example"}],
    "default_ttl_seconds": 3600,
}


def test_a_partner_is_added_once_for_one_key(program: Program) -> None:
    first, second = (program.post(PARTNERS, NEW, key="k") for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json() == program.get(first["Location"]).json()
    found = first.json()
    assert found["agreement"]["reference"] == "VB-2026-11"
    assert found["contacts"][0]["email"] == "anna@velmora.example"
    assert found["ways"] == [{"way": "out", "allowed": True, "bar": "", "explanation": ""}]
    assert Partner.objects.count() == 1
    event = AuditEvent.objects.get(deed="partner.added")
    assert (event.actor, event.source) == (program.client.account, "api")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"client_id": "two words"}, "client_id"),
        ({"roles": []}, "roles"),
        ({"roles": ["friend"]}, "roles[0]"),
        ({"agreement": {"signed_on": "2999-01-01", "reference": "x"}}, "agreement.signed_on"),
        ({"agreement": {"signed_on": "2026-01-01"}}, "agreement.reference"),
        ({"agreement": {"covers": "in"}}, "agreement.covers"),
        ({"agreement": {"colour": "red"}}, "agreement.colour"),
        ({"contacts": [{"email": "a@b.example"}]}, "contacts[0].name"),
        ({"default_ttl_seconds": "3600s"}, "default_ttl_seconds"),
        ({"partner_token": "x"}, "partner_token"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(
    program: Program, changes: dict[str, Any], field: str
) -> None:
    problem = refused(program.post(PARTNERS, NEW | changes), Code.INVALID_REQUEST)
    assert [one["field"] for one in problem["errors"]] == [field]
    assert not Partner.objects.exists()


def test_a_client_id_stands_for_one_partner(program: Program) -> None:
    program.post(PARTNERS, NEW)
    problem = refused(program.post(PARTNERS, NEW), Code.INVALID_REQUEST)
    assert problem["errors"][0]["message"] == "Velmora Bank has this client id already."


def test_only_what_was_sent_changes(program: Program) -> None:
    path = program.post(PARTNERS, NEW)["Location"]
    found = program.patch(path, {"agreement": {"ends_on": "2030-01-31"}, "notes": "a\nb"}).json()
    assert found["agreement"]["ends_on"] == "2030-01-31"
    assert found["agreement"]["reference"] == "VB-2026-11"
    assert (found["notes"], found["contacts"][0]["name"]) == ("a\nb", "Anna Lind")
    event = AuditEvent.objects.get(deed="partner.changed")
    assert event.details["fields"] == "agreement_ends_on, notes"
    assert program.patch(path, {"contacts": []}).json()["contacts"] == []
    assert program.patch(path, {}).status_code == 200
    assert AuditEvent.objects.filter(deed="partner.changed").count() == 2


def test_a_partner_is_paused_resumed_and_removed(program: Program) -> None:
    path = program.post(PARTNERS, NEW)["Location"]
    paused = program.post(f"{path}/pause").json()
    assert (paused["state"], paused["ways"][0]["bar"]) == ("paused", "paused")
    assert paused["ways"][0]["explanation"].startswith("Velmora Bank is paused")
    assert program.post(f"{path}/pause").status_code == 200
    assert program.post(f"{path}/resume").json()["state"] == "active"
    assert program.post(f"{path}/remove").json()["state"] == "removed"
    assert program.get(PARTNERS).json()["data"] == []
    assert len(program.get(f"{PARTNERS}?state=removed").json()["data"]) == 1
    deeds = AuditEvent.objects.filter(deed__startswith="partner.").order_by("pk")
    assert [one.deed for one in deeds] == [
        "partner.added",
        "partner.paused",
        "partner.activated",
        "partner.removed",
    ]


def test_partners_are_found_by_what_is_asked(program: Program) -> None:
    program.post(PARTNERS, NEW)
    donor = {"name": "Ostermoor", "client_id": "ostermoor_1", "roles": ["donor"]}
    program.post(PARTNERS, donor)
    for query, names in {
        "role=donor": ["Ostermoor"],
        "role=recipient": ["Velmora Bank"],
        "q=anna": ["Velmora Bank"],
        "client_id=ostermoor_1": ["Ostermoor"],
        "needs=attention": ["Ostermoor"],
        "": ["Ostermoor", "Velmora Bank"],
    }.items():
        found = program.get(f"{PARTNERS}?{query}").json()["data"]
        assert [one["name"] for one in found] == names, query


def test_the_text_of_a_partner_token_goes_in_and_never_comes_out(program: Program) -> None:
    path = program.post(PARTNERS, NEW)["Location"]
    secret = "pt-6f1c4f0e8b1a4a2c"
    answer = program.post(
        f"{path}/partner-tokens",
        {"way": "out", "label": "Autumn", "partner_token": secret},
        key="k",
    )
    assert answer.status_code == 200
    shown = answer.json()["checklists"][0]["partner_token"]
    assert (shown["label"], shown["text_is_kept"]) == ("Autumn", True)
    assert PartnerToken.objects.get().sealed is not None
    for path_read in (path, PARTNERS, "/api/v1/audit-events"):
        assert secret not in program.get(path_read).content.decode()
    assert secret not in answer.content.decode()
    refused(program.post(f"{path}/partner-tokens", {"way": "in"}), Code.NOT_POSSIBLE)


def test_one_partner_token_serves_several_donors_and_its_text_is_erased(program: Program) -> None:
    donors = [
        program.post(PARTNERS, NEW | {"client_id": f"donor_{n}", "roles": ["donor"]})["Location"]
        for n in range(2)
    ]
    made = {"way": "in", "label": "Autumn", "partner_token": "pt-6f1c4f0e8b1a4a2c"}
    first = program.post(f"{donors[0]}/partner-tokens", made).json()
    name = first["checklists"][0]["partner_token"]["id"]
    again = {"way": "in", "existing": name}
    second = program.post(f"{donors[1]}/partner-tokens", again, key="k").json()
    assert second["checklists"][0]["partner_token"] == first["checklists"][0]["partner_token"]
    assert PartnerToken.objects.get().uses.count() == 2
    for body, field in (
        (again, "existing"),
        (again | {"existing": "ptk_999"}, "existing"),
        (again | {"existing": "Autumn"}, "existing"),
        (again | {"label": "Winter"}, "label"),
    ):
        found = refused(program.post(f"{donors[1]}/partner-tokens", body), Code.INVALID_REQUEST)
        assert [one["field"] for one in found["errors"]] == [field]
    for _ in range(2):
        erased = program.post(f"/api/v1/partner-tokens/{name}/erase").json()
        assert (erased["id"], erased["text_is_kept"]) == (name, False)
    assert PartnerToken.objects.get().sealed is None
    assert AuditEvent.objects.of_deeds("partner_token.erased").count() == 1


def test_steps_are_ticked_and_taken_back(program: Program) -> None:
    path = program.post(PARTNERS, NEW)["Location"]
    tick = {"way": "out", "step": "entered"}
    refused(program.post(f"{path}/steps", tick), Code.NOT_POSSIBLE)
    program.post(f"{path}/partner-tokens", {"way": "out"})

    def done() -> bool:
        steps = program.get(path).json()["checklists"][0]["steps"]
        return next(one["done_at"] for one in steps if one["step"] == "entered") is not None

    program.post(f"{path}/steps", tick)
    assert done()
    program.post(f"{path}/steps", tick | {"done": False})
    assert not done()
    wrong = program.post(f"{path}/steps", {"way": "out", "step": "sent"})
    assert refused(wrong, Code.INVALID_REQUEST)["errors"][0]["field"] == "step"


def test_a_document_of_an_agreement_is_kept_taken_and_erased(program: Program) -> None:
    path = program.post(PARTNERS, NEW)["Location"]
    file = SimpleUploadedFile("agreement.pdf", PDF)
    kept = program.upload(f"{path}/agreement-documents", {"file": file})
    assert kept.status_code == 201
    assert program.get(f"{path}/agreement-documents").json()["data"] == [kept.json()]
    taken = program.get(f"{kept['Location']}/content")
    assert (taken.content, taken["Content-Type"]) == (PDF, "application/pdf")
    assert AuditEvent.objects.filter(deed="partner.agreement_document_downloaded").exists()
    gone = program.raw("DELETE", kept["Location"], b"", "application/json")
    assert gone.json()["erased_at"] is not None
    refused(program.get(f"{kept['Location']}/content"), Code.NOT_POSSIBLE)
    no_paper = SimpleUploadedFile("agreement.pdf", b"no PDF")
    answer = program.upload(f"{path}/agreement-documents", {"file": no_paper})
    refused(answer, Code.FILE_REFUSED)


def test_the_register_is_taken_as_a_file(program: Program) -> None:
    program.post(PARTNERS, NEW)
    assert b"velmora_200002" in b"".join(program.get("/api/v1/partners.csv"))
    assert AuditEvent.objects.get(deed="partner.register_exported").source == "api"
