"""Reading Sumsub's JSON: whole, thin, foreign and strange."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sumsub import records
from sumsub.records import Applicant, Identity, Level, Lookup, Review, ShareToken, StepStatus
from sumsub.webhooks import InvalidWebhook, parse

APPLICANT: dict[str, Any] = {
    "id": "66f000000000000000000001",
    "createdAt": "2026-10-02 11:42:07",
    "clientId": "coolcoin.example_100001",
    "inspectionId": "66f000000000000000000002",
    "externalUserId": "user-000417",
    "info": {
        "firstName": "Ada",
        "middleName": "B.",
        "lastName": "Moreau",
        "dob": "1990-04-12",
        "gender": "F",
        "placeOfBirth": "Lyon",
        "country": "FRA",
        "addresses": [{"country": "FRA", "postCode": "69000", "town": "Lyon", "street": "1 Rue X"}],
        "idDocs": [
            {
                "idDocType": "PASSPORT",
                "country": "FRA",
                "issuedDate": "2021-08-31",
                "validUntil": "2031-08-30",
                "number": "19XX00000",
            }
        ],
    },
    "fixedInfo": {"firstName": "Adelaide", "nationality": "BEL", "tin": "0000"},
    "email": "ada@example.test",
    "requiredIdDocs": {
        "docSets": [
            {"idDocSetType": "IDENTITY", "types": ["PASSPORT", "ID_CARD"]},
            {
                "idDocSetType": "SELFIE",
                "types": ["SELFIE"],
                "videoRequired": "passiveLiveness",
            },
        ]
    },
    "review": {
        "attemptCnt": 1,
        "levelName": "id-and-liveness",
        "createDate": "2026-10-02 11:43:10+0000",
        "reviewDate": "2026-10-02 12:43:53+0100",
        "reviewResult": {
            "reviewAnswer": "RED",
            "moderationComment": "A sharper photo is needed.",
            "clientComment": "Blurred document",
            "rejectLabels": ["UNSATISFACTORY_PHOTOS"],
            "reviewRejectType": "RETRY",
        },
        "reviewStatus": "completed",
    },
    "lang": "en",
    "type": "individual",
    "questionnaires": [{"id": "sourceOfFunds"}],
    "tags": ["vip"],
    "reuseScope": "importApiShareToken",
    "somethingNew": {"of": "tomorrow"},
}


def test_whole_applicant_is_read() -> None:
    applicant = Applicant.from_json(APPLICANT)
    assert applicant.id == "66f000000000000000000001"
    assert applicant.external_user_id == "user-000417"
    assert applicant.created_at == datetime(2026, 10, 2, 11, 42, 7, tzinfo=UTC)
    assert applicant.level_name == "id-and-liveness"
    assert applicant.display_name == "Ada B. Moreau"
    assert applicant.info.dob == date(1990, 4, 12)
    assert applicant.info.addresses[0].post_code == "69000"
    assert applicant.info.id_docs[0].valid_until == date(2031, 8, 30)
    assert applicant.doc_sets[1].step == "SELFIE"
    assert applicant.doc_sets[1].video_required == "passiveLiveness"
    assert applicant.doc_sets[0].types == ("PASSPORT", "ID_CARD")
    assert applicant.questionnaire_present
    assert applicant.tags == ("vip",)
    assert applicant.reuse_scope == "importApiShareToken"
    assert applicant.review == Review(
        status="completed",
        answer="RED",
        reject_type="RETRY",
        reject_labels=("UNSATISFACTORY_PHOTOS",),
        moderation_comment="A sharper photo is needed.",
        client_comment="Blurred document",
        level_name="id-and-liveness",
        created_at=datetime(2026, 10, 2, 11, 43, 10, tzinfo=UTC),
        reviewed_at=datetime(2026, 10, 2, 11, 43, 53, tzinfo=UTC),
        attempt_count=1,
    )


def test_identity_is_what_was_read_completed_with_what_was_supplied() -> None:
    identity = Applicant.from_json(APPLICANT).identity
    assert identity.first_name == "Ada"
    assert identity.nationality == "BEL"
    assert identity.tin == "0000"
    assert identity.addresses[0].town == "Lyon"


def test_name_falls_back_to_what_was_supplied_and_then_to_nothing() -> None:
    supplied = Applicant.from_json({"id": "1", "fixedInfo": {"lastName": "Moreau"}})
    assert supplied.display_name == "Moreau"
    assert Applicant.from_json({"id": "1"}).display_name == ""


def test_thin_applicant_has_empty_values() -> None:
    assert Applicant.from_json({"id": "1"}) == Applicant(id="1")
    assert Applicant(id="1").identity == Identity()


@pytest.mark.parametrize("body", [None, [], "x", 1, {}, {"id": ""}, {"id": 7}, {"id": "x" * 101}])
def test_body_without_an_applicant_id_is_no_applicant(body: object) -> None:
    with pytest.raises(ValueError, match=r"object|id"):
        Applicant.from_json(body)


def test_preview_may_have_no_id_but_must_look_like_an_applicant() -> None:
    assert Applicant.from_preview({"externalUserId": "preview-random-0"}).id == ""
    with pytest.raises(ValueError, match="not an applicant"):
        Applicant.from_preview({"ok": 1})


def test_text_that_no_database_stores_is_cleaned() -> None:
    body = json.loads('{"id": "1", "info": {"firstName": "A\\u0000da", "lastName": "M\\ud800"}}')
    assert Applicant.from_json(body).display_name == "Ada M?"


@pytest.mark.parametrize(
    "value", ["", "soon", "2026-13-45", "0001-01-01 00:00:00+2359", 7, None, {}]
)
def test_time_that_cannot_be_read_is_unknown(value: object) -> None:
    applicant = Applicant.from_json({"id": "1", "createdAt": value, "info": {"dob": value}})
    assert applicant.created_at is None
    assert applicant.info.dob in {None, date(1, 1, 1)}


def test_absence_is_said_explicitly_or_not_at_all() -> None:
    assert Lookup.from_json({"exists": False}) == Lookup(exists=False)


@pytest.mark.parametrize(
    "vague", [{}, {"exists": None}, {"exists": "false"}, {"exists": 0}, [], None, {"code": 404}]
)
def test_vague_word_on_existence_is_no_absence(vague: object) -> None:
    with pytest.raises(ValueError, match=r"existence|object"):
        Lookup.from_json(vague)


def test_presence_needs_an_applicant() -> None:
    found = Lookup.from_json({"exists": True, "applicant": {"id": "66f1"}})
    assert found.exists
    assert found.applicant == Applicant(id="66f1")
    with pytest.raises(ValueError, match=r"object|id"):
        Lookup.from_json({"exists": True})


def test_share_token_is_kept_to_the_last_dot() -> None:
    assert ShareToken.from_json({"token": "eyJ.eyJ.", "forClientId": "c"}).token == "eyJ.eyJ."
    with pytest.raises(ValueError, match="share token"):
        ShareToken.from_json({"token": ""})


def test_steps_tell_what_was_submitted_and_what_was_wrong() -> None:
    identity, selfie = StepStatus.all_from_json(
        {
            "IDENTITY": {
                "reviewResult": {"reviewAnswer": "RED", "rejectLabels": ["A"]},
                "country": "FRA",
                "idDocType": "PASSPORT",
                "imageIds": [1300000001, 1300000002],
                "imageReviewResults": {
                    "1300000001": {"reviewAnswer": "GREEN"},
                    "1300000002": {"moderationComment": "Too dark", "rejectLabels": ["B", "A"]},
                },
            },
            "SELFIE": None,
        }
    )
    assert (identity.submitted, selfie.submitted) == (True, False)
    assert identity.answer == "RED"
    assert identity.image_ids == (1300000001, 1300000002)
    assert identity.reject_labels == ("A", "B")
    assert identity.comment == "Too dark"
    assert selfie == StepStatus(step="SELFIE")


def test_levels_are_read_with_their_steps_and_countries() -> None:
    (level,) = Level.all_from_json(
        {
            "items": [
                {
                    "id": "66fa",
                    "name": "id only",
                    "desc": "Identity document",
                    "type": "standalone",
                    "applicantType": "individual",
                    "requiredIdDocs": {
                        "docSets": [{"idDocSetType": "IDENTITY", "videoRequired": "disabled"}],
                        "excludedCountries": ["PRK"],
                    },
                }
            ],
            "totalItems": 1,
        }
    )
    assert (level.name, level.type, level.applicant_type) == ("id only", "standalone", "individual")
    assert level.doc_sets == (records.DocSet("IDENTITY", (), "disabled"),)
    assert (level.excluded_countries, level.included_countries) == (("PRK",), ())


@pytest.mark.parametrize("body", [{}, {"items": None}, [], {"items": [{"id": "no name"}]}])
def test_body_without_a_list_of_levels_is_no_list(body: object) -> None:
    with pytest.raises(ValueError, match=r"levels|object|name"):
        Level.all_from_json(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None, database=None)
@given(st.sampled_from(sorted(APPLICANT)), json_values, json_values)
def test_ill_typed_field_never_breaks_more_than_itself(
    key: str, value: object, inner: object
) -> None:
    thing = {**APPLICANT, "id": "1", **({} if key == "id" else {key: value})}
    thing["info"] = {**thing["info"], "dob": inner} if isinstance(thing["info"], dict) else value
    assert Applicant.from_json(thing).id == "1"


@settings(max_examples=100, deadline=None, database=None)
@given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
def test_foreign_webhook_is_refused_and_nothing_else(body: bytes) -> None:
    with pytest.raises(InvalidWebhook):
        parse(body)
