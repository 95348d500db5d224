"""Documents uploaded by callers: images, steps, and every refusal of an upload."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.caller import Caller, Reply
from tests.sandbox.forms import JPEG, PDF, PNG, form, picture, send_form, upload

PASSPORT = {
    "idDocType": "PASSPORT",
    "country": "FRA",
    "idDocSubType": "FRONT_SIDE",
    "number": "19XX00000",
    "issuedDate": "2021-08-31",
    "validUntil": "2031-08-30",
    "firstName": "Ada",
    "lastName": "Moreau",
    "dob": "1990-04-12",
}


def create(caller: Caller, level: str = "id-only", **body: Any) -> str:
    made = caller.post(f"/resources/applicants?levelName={level}", body)
    assert made.status == 201, made.body
    applicant_id: str = made.json["id"]
    return applicant_id


def steps(caller: Caller, applicant_id: str) -> dict[str, Any]:
    found: dict[str, Any] = caller.get(
        f"/resources/applicants/{applicant_id}/requiredIdDocsStatus"
    ).json
    return found


def finish(caller: Caller, applicant_id: str, **verdict: Any) -> None:
    path = f"/resources/applicants/{applicant_id}/status"
    assert caller.post(f"{path}/pending?reason=done").json == {"ok": 1}
    assert caller.post(f"{path}/testCompleted", verdict).json == {"ok": 1}


def refused(reply: Reply, code: int) -> bool:
    assert (reply.status, reply.code) == (400, code), reply.body
    return True


def test_an_upload_answers_its_metadata_and_the_number_of_the_image(recipient: Caller) -> None:
    made = create(recipient)
    assert steps(recipient, made) == {"IDENTITY": None, "SELFIE": None}
    reply = upload(recipient, made, **PASSPORT)
    assert reply.status == 200
    assert reply.json == PASSPORT
    image = int(reply.headers["x-image-id"])
    step = steps(recipient, made)["IDENTITY"]
    assert step["imageIds"] == [image]
    assert (step["idDocType"], step["country"]) == ("PASSPORT", "FRA")
    assert step["imageReviewResults"] == {str(image): {}}
    shown = recipient.get(f"/resources/applicants/{made}/one").json["info"]
    assert shown["firstName"] == "Ada"
    assert shown["idDocs"][0]["number"] == "19XX00000"
    listed = recipient.get(f"/resources/applicants/{made}/metadata/resources").json
    assert [item["id"] for item in listed["items"]] == [str(image)]
    assert listed["items"][0]["idDocDef"] == {
        "country": "FRA",
        "idDocType": "PASSPORT",
        "idDocSubType": "FRONT_SIDE",
    }
    assert listed["totalItems"] == 1


def test_two_sides_make_one_document_with_two_images(recipient: Caller) -> None:
    made = create(recipient)
    card = {"idDocType": "ID_CARD", "country": "FRA"}
    front = upload(recipient, made, **card, idDocSubType="FRONT_SIDE")
    back = upload(recipient, made, picture(PNG), **card, idDocSubType="BACK_SIDE")
    assert back.status == 400, "a PNG that says it is a JPEG"
    sent = form(
        json.dumps({**card, "idDocSubType": "BACK_SIDE"}).encode(),
        picture(PNG),
        declared="image/png",
        file_name="back.png",
    )
    back = send_form(recipient, made, sent)
    step = steps(recipient, made)["IDENTITY"]
    assert step["imageIds"] == [int(front.headers["x-image-id"]), int(back.headers["x-image-id"])]
    assert step["doubleSided"] is True
    assert len(recipient.get(f"/resources/applicants/{made}/one").json["info"]["idDocs"]) == 1


def test_the_verdict_is_told_for_each_image(recipient: Caller) -> None:
    made = create(recipient)
    image = upload(recipient, made, **PASSPORT).headers["x-image-id"]
    finish(
        recipient, made, reviewAnswer="RED", reviewRejectType="RETRY", rejectLabels=["BAD_PHOTO"]
    )
    step = steps(recipient, made)["IDENTITY"]
    assert step["imageReviewResults"][image]["rejectLabels"] == ["BAD_PHOTO"]
    for target in (
        f"/resources/moderationStates/-;applicantId={made}",
        f"/resources/moderationStates/-%3BapplicantId%3D{made}",
    ):
        told = recipient.get(target).json
        assert told["applicantState"]["reviewAnswer"] == "RED"
        assert told["imagesStates"][image]["reviewRejectType"] == "RETRY"
    assert upload(recipient, made, **PASSPORT).status == 200, "a retry may bring another"


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("boundary", ["plain", "with spaces and 'quotes'", "a.+*?()"])
def test_forms_come_with_any_line_end_and_boundary(
    recipient: Caller, end: bytes, boundary: str
) -> None:
    made = create(recipient)
    body = (
        b"ignored"
        + end
        + form(json.dumps(PASSPORT).encode(), picture(), boundary=boundary, end=end)
    )
    reply = send_form(recipient, made, body, f'"{boundary}"')
    assert reply.status == 200, reply.body


def test_a_file_may_hold_line_ends_and_hyphens(recipient: Caller) -> None:
    made = create(recipient)
    content = JPEG + b"\r\n--\r\n\r\n--other--\r\n" + bytes(range(256))
    assert upload(recipient, made, content, **PASSPORT).status == 200
    listed = recipient.get(f"/resources/applicants/{made}/metadata/resources").json
    assert listed["items"][0]["fileMetadata"]["fileSize"] == len(content)


def test_an_upload_is_refused_for_what_the_file_is(recipient: Caller) -> None:
    made = create(recipient)
    same = picture()
    assert upload(recipient, made, same, **PASSPORT).status == 200
    assert refused(upload(recipient, made, same, **PASSPORT), 1000)
    assert refused(upload(recipient, made, JPEG + bytes(5 * 1024 * 1024), **PASSPORT), 1002)
    assert refused(upload(recipient, made, b"", **PASSPORT), 1003)
    assert refused(upload(recipient, made, b"not a picture", **PASSPORT), 1004)
    metadata = json.dumps(PASSPORT).encode()
    tiff = form(metadata, b"II*\x00" + bytes(9), declared="image/tiff", file_name="a.tiff")
    assert refused(send_form(recipient, made, tiff), 1005)
    locked = PDF + b"trailer << /Encrypt 5 0 R >>"
    sent = form(metadata, locked, declared="application/pdf", file_name="a.pdf")
    assert refused(send_form(recipient, made, sent), 1011)
    assert len(steps(recipient, made)["IDENTITY"]["imageIds"]) == 1


def test_an_upload_is_refused_for_how_the_applicant_stands(recipient: Caller) -> None:
    made = create(recipient)
    presence = f"/resources/applicants/{made}/presence"
    assert refused(upload(recipient, made, idDocType="UTILITY_BILL", country="FRA"), 1010)
    recipient.post(f"/resources/applicants/{made}/status/pending")
    assert refused(upload(recipient, made, **PASSPORT), 1006)
    recipient.post(f"/resources/applicants/{made}/-/init")
    recipient.call("PATCH", f"{presence}/deactivated")
    assert refused(upload(recipient, made, **PASSPORT), 1008)
    recipient.call("PATCH", f"{presence}/activated")
    recipient.post(f"/resources/applicants/{made}/-/reject")
    assert refused(upload(recipient, made, **PASSPORT), 1009)


def test_there_is_an_end_to_the_images_of_one_applicant(recipient: Caller) -> None:
    made = create(recipient)
    replies = [upload(recipient, made, **PASSPORT) for _ in range(31)]
    assert [reply.status for reply in replies] == [200] * 30 + [400]
    assert refused(replies[-1], 1001)


GOOD = json.dumps(PASSPORT).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no boundary here",
        form(GOOD, picture())[:-12],
        form(None, picture()),
        form(GOOD, None),
        form(b"{", picture()),
        form(b"[]", picture()),
        form(b"\xff", picture()),
        form(b'{"idDocType": "PASSPORT", "country": "FRA", "number": "\\ud800"}', picture()),
        form(b'{"country": "FRA"}', picture()),
        form(b'{"idDocType": 7, "country": "FRA"}', picture()),
        form(b'{"idDocType": "PASSPORT"}', picture()),
        form(b'{"idDocType": "PASSPORT", "country": "France"}', picture()),
        form(b'{"idDocType": "PASSPORT", "country": "FRA", "idDocSubType": "TOP"}', picture()),
        form(b'{"idDocType": "PASSPORT", "country": "FRA", "validUntil": "soon"}', picture()),
        form(b'{"idDocType": "PASSPORT", "country": "FRA", "capture": "dream"}', picture()),
        form(b'{"idDocType": "PASSPORT", "country": "FRA", "dob": "19900412"}', picture()),
        b"------boundary7MA4\r\nnonsense",
        b"------boundary7MA4\r\n\r\nx\r\n" * 30 + b"------boundary7MA4--",
    ],
)
def test_a_bad_form_is_a_bad_request(recipient: Caller, body: bytes) -> None:
    made = create(recipient)
    reply = send_form(recipient, made, body)
    assert reply.status == 400, reply.body
    assert reply.json["code"] == 400
    assert steps(recipient, made)["IDENTITY"] is None


def test_an_upload_that_is_no_form_is_a_bad_request(recipient: Caller) -> None:
    made = create(recipient)
    target = f"/resources/applicants/{made}/info/idDoc"
    for content_type in ("application/json", "multipart/form-data", "text/plain; boundary=a"):
        reply = recipient.call("POST", target, b"{}", "", content_type=content_type)
        assert reply.status == 400, content_type


def test_a_generated_applicant_keeps_what_it_had(
    people: dict[str, dict[str, str]], donor: Caller
) -> None:
    person = people["demo-documents-no-selfie"]["applicant_id"]
    before = steps(donor, person)["IDENTITY"]
    assert before["imageIds"]
    assert all(isinstance(image, int) for image in before["imageIds"])
    assert donor.post(f"/resources/applicants/{person}/tags", ["seen"]).status == 200
    assert steps(donor, person)["IDENTITY"] == before
    one = donor.get(f"/resources/applicants/{person}/one").json
    assert one["info"]["idDocs"]
    donor.call("DELETE", f"/resources/applicants/{person}/tags", b'["seen"]')


@pytest.mark.parametrize(
    "named",
    [
        b"filename*=idna''%ff",
        b"filename*=undefined''a",
        b"filename*=punycode''%ff",
        b"filename*=u\x00''a",
        b"filename*" + b"9" * 5000 + b"=a",
    ],
)
def test_a_file_name_that_cannot_be_decoded_is_a_bad_request(
    recipient: Caller, named: bytes
) -> None:
    body = form(GOOD, picture()).replace(b'filename="front.jpg"', named)
    reply = send_form(recipient, create(recipient), body)
    assert (reply.status, reply.json["code"]) == (400, 400)


@pytest.mark.parametrize("named", [b"utf-7''+2AA-", b"unicode_escape''%5Cud800"])
def test_half_a_character_in_a_file_name_does_not_keep_the_file_out(
    recipient: Caller, named: bytes
) -> None:
    made = create(recipient)
    body = form(GOOD, picture()).replace(b'filename="front.jpg"', b"filename*=" + named)
    assert send_form(recipient, made, body).status == 200
    listed = recipient.get(f"/resources/applicants/{made}/metadata/resources").json
    assert listed["items"][0]["fileMetadata"]["fileName"] == "?"


def test_a_boundary_in_countless_pieces_is_a_bad_request(recipient: Caller) -> None:
    target = f"/resources/applicants/{create(recipient)}/info/idDoc"
    content_type = f"multipart/form-data; boundary*{'9' * 5000}=b"
    assert recipient.call("POST", target, b"{}", "", content_type=content_type).status == 400


def test_a_file_name_in_another_script_is_kept(recipient: Caller) -> None:
    made = create(recipient)
    body = form(GOOD, picture(), file_name="Паспорт Ады.jpg")
    assert send_form(recipient, made, body).status == 200
    listed = recipient.get(f"/resources/applicants/{made}/metadata/resources").json
    assert listed["items"][0]["fileMetadata"]["fileName"] == "Паспорт Ады.jpg"
