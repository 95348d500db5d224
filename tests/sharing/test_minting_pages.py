"""The pages of minting many: what is said before, what is chosen, what is done."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.look.figures import duration
from accounts.models import AuditEvent, User
from sharing.models import Applicant, IssuedToken, MintBatch, MintRow, Partner
from sharing.models.mint_states import Concern
from sumsub.sandbox.process import Sandbox
from tests.parts.pages import words
from tests.parts.partners import make_partner
from tests.sharing import minting
from tests.sharing.conftest import RECIPIENT, Browse

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

NEW = "/share-tokens/minting/new/"


@pytest.fixture
def doris(donor_operator: User, client_for: Browse) -> Client:
    """Doris's browser."""
    return client_for(donor_operator)


@pytest.fixture
def people(db: None) -> list[Applicant]:
    """Five applicants from an export: three approved, one pending, one rejected."""
    answers = ["GREEN", "GREEN", "GREEN", "", "RED"]
    return [
        Applicant.objects.create(
            applicant_id=f"66f0c2a4e19b7d350000000{number}",
            external_user_id=f"0044{number}",
            name=f"Person {number}",
            review_status="completed" if answer else "pending",
            review_answer=answer,
            review_reject_type="FINAL" if answer == "RED" else "",
            source="csv",
        )
        for number, answer in enumerate(answers)
    ]


def uploaded(doris: Client, partner: Partner, text: str, **more: str) -> MintBatch:
    file = SimpleUploadedFile("applicants.csv", text.encode())
    data = {"partner": partner.pk, "ttl": "1200", "file": file} | more
    answer = doris.post(NEW, data)
    assert answer.status_code == 302, words(answer)
    return MintBatch.objects.latest("pk")


def page_of(doris: Client, batch: MintBatch) -> str:
    return words(doris.get(f"/share-tokens/minting/{batch.pk}/"))


def test_either_a_file_or_ids_are_asked_for_and_neither_is_called_optional(
    doris: Client, recipient: Partner
) -> None:
    page = words(doris.get(NEW))
    assert "Choose a file of applicants, or paste their ids." in page
    assert "in place of a file" in page
    assert ">optional<" not in page


def test_a_file_is_checked_and_only_lines_with_something_to_say_are_listed(
    doris: Client, recipient: Partner, people: list[Applicant]
) -> None:
    lines = [one.applicant_id for one in people] + [people[0].applicant_id, "no id!"]
    batch = uploaded(doris, recipient, "applicantId\n" + "\n".join(lines) + "\n")
    page = page_of(doris, batch)
    assert "Mint 3 share tokens" in page
    assert "Not approved (Pending): the recipient would be refused (10507)." in page
    assert "The same applicant as line 2, whose share token counts." in page
    assert "This line holds no applicant id of Sumsub's form." in page
    assert "Person 0" not in page.split("Lines with something to say")[1].split("line 2")[0]
    assert minting.states(batch) == {"waiting": 5, "skipped": 2}
    event = AuditEvent.objects.get(deed="minting.created")
    assert event.details["rows"] == 7
    assert not IssuedToken.objects.exists()


def test_a_thousand_known_applicants_cost_as_many_questions_as_one(recipient: Partner) -> None:
    asked = []
    for first, last in ((0, 1), (100, 900)):
        Applicant.objects.bulk_create(
            Applicant(applicant_id=f"{number:024x}", review_status="pending", source="csv")
            for number in range(first, last)
        )
        ids = "\n".join(f"{number:024x}" for number in range(first, last))
        with CaptureQueriesContext(connection) as questions:
            batch = minting.stored(f"applicantId\n{ids}\n".encode(), recipient)
        asked.append(len(questions))
        assert {row.concern for row in MintRow.objects.of(batch)} == {Concern.REFUSABLE}
    assert asked[0] == asked[1]


def test_who_would_be_refused_is_left_out_unless_chosen(
    doris: Client, recipient: Partner, people: list[Applicant]
) -> None:
    lines = "\n".join(one.applicant_id for one in people)
    batch = uploaded(doris, recipient, f"applicantId\n{lines}\n")
    choices = {"partner": recipient.pk, "ttl": "3600", "refusable": "on"}
    shown = doris.post(
        f"/share-tokens/minting/{batch.pk}/choose/", choices, headers={"HX-Request": "true"}
    )
    assert "Mint 5 share tokens" in words(shown)
    assert duration(3600) in words(shown)
    doris.post(f"/share-tokens/minting/{batch.pk}/choose/", choices | {"refusable": ""})
    doris.post(f"/share-tokens/minting/{batch.pk}/start/")
    assert minting.states(batch) == {"waiting": 3, "skipped": 2}
    left_out = MintRow.objects.of(batch).filter(state="skipped")
    assert all("would be refused (10507)" in row.told for row in left_out)
    event = AuditEvent.objects.get(deed="minting.started")
    assert (event.details["rows"], event.details["left_out"]) == (3, 2)


def test_a_live_share_token_for_the_same_recipient_is_not_minted_again_unless_chosen(
    doris: Client, recipient: Partner, people: list[Applicant]
) -> None:
    now = timezone.now()
    for applicant, seconds in ((people[0], 600), (people[1], -5)):
        IssuedToken.objects.create(
            applicant=applicant,
            partner=recipient,
            token_mark="f3a971c20b18",
            ttl_seconds=600,
            issued_at=now,
            expires_at=now + timedelta(seconds=seconds),
        )
    lines = "\n".join(one.applicant_id for one in people[:3])
    batch = uploaded(doris, recipient, f"applicantId\n{lines}\n")
    page = page_of(doris, batch)
    assert "Mint 2 share tokens" in page
    assert "One lives until" in page
    other = make_partner(name="Pellworth", client_id="pw", is_recipient=True)
    for_another = {"partner": other.pk, "ttl": "1200"}
    shown = doris.post(
        f"/share-tokens/minting/{batch.pk}/choose/", for_another, headers={"HX-Request": "true"}
    )
    assert "Mint 3 share tokens" in words(shown)
    doris.post(
        f"/share-tokens/minting/{batch.pk}/choose/",
        {"partner": recipient.pk, "ttl": "1200", "live": "on"},
    )
    doris.post(f"/share-tokens/minting/{batch.pk}/start/")
    assert minting.states(batch) == {"waiting": 3}


def test_the_clock_says_when_the_first_dies_before_the_file_is_whole(
    doris: Client, recipient: Partner, settings: Settings
) -> None:
    settings.SUMSUB_POST_LIMIT = "50/5s"
    ids = "\n".join(f"{number:024x}" for number in range(150))
    batch = uploaded(doris, recipient, f"applicantId\n{ids}\n", ttl="other", seconds="10")
    page = page_of(doris, batch)
    assert "No: the first die before the last are minted." in page
    assert "Choose a longer time to live, or split the batch." in page
    doris.post(
        f"/share-tokens/minting/{batch.pk}/choose/", {"partner": recipient.pk, "ttl": "1200"}
    )
    assert "to hand the file over." in page_of(doris, batch)


def test_our_own_client_id_is_said_clearly(
    doris: Client, recipient: Partner, people: list[Applicant], settings: Settings
) -> None:
    settings.SUMSUB_CLIENT_ID = RECIPIENT
    batch = uploaded(doris, recipient, f"applicantId\n{people[0].applicant_id}\n")
    assert "This recipient is our own workspace." in page_of(doris, batch)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"file": b""}, "The file is empty."),
        ({"file": b"token\n_act-1\n"}, "This is a file of share tokens."),
        ({"file": b"applicantId\n!\n"}, "No line can be used, so nothing was stored: line 2"),
        ({}, "Choose a file, or paste ids."),
        ({"file": b"applicantId\nabc\n", "pasted": "00123"}, "You chose a file and pasted ids."),
        ({"pasted": "externalId\n"}, "The file has a header and no line below it."),
        ({"pasted": "00123", "ttl": "other", "seconds": "0"}, "Enter seconds from 1 up"),
        ({"pasted": "00123", "ttl": "other", "seconds": "soon"}, "Enter seconds from 1 up"),
        ({"pasted": "00123", "ttl": "other", "seconds": "315360000"}, "(a year) at most."),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_stored(
    doris: Client, recipient: Partner, changes: dict[str, str | bytes], sentence: str
) -> None:
    data: dict[str, object] = {"partner": recipient.pk, "ttl": "1200"}
    for name, value in changes.items():
        data[name] = SimpleUploadedFile("a.csv", value) if isinstance(value, bytes) else value
    answer = doris.post(NEW, data)
    assert sentence in words(answer)
    assert not MintBatch.objects.exists()


def test_ticked_applicants_and_a_whole_filter_become_drafts(
    doris: Client, recipient: Partner, people: list[Applicant]
) -> None:
    button = 'type="submit" formaction="/share-tokens/minting/chosen/"'
    assert button in doris.get("/applicants/").content.decode()
    chosen = {"applicant": [people[0].pk, people[1].pk, "x"]}
    doris.post("/share-tokens/minting/chosen/", chosen)
    selected = MintBatch.objects.latest("pk")
    assert (selected.source, selected.total_count) == ("selection", 2)
    assert set(MintRow.objects.of(selected).values_list("external_id", flat=True)) == {
        "00440",
        "00441",
    }
    doris.post("/share-tokens/minting/chosen/", {"all_of": "status=Approved"})
    filtered = MintBatch.objects.latest("pk")
    assert (filtered.source, filtered.total_count) == ("filter", 3)
    doris.post("/share-tokens/minting/chosen/", {})
    assert MintBatch.objects.count() == 2
    assert "Nobody is chosen." in words(doris.get("/applicants/"))


def test_a_batch_is_paused_resumed_and_cancelled(
    doris: Client, recipient: Partner, people: list[Applicant]
) -> None:
    batch = uploaded(doris, recipient, f"applicantId\n{people[0].applicant_id}\n")
    at = f"/share-tokens/minting/{batch.pk}/"
    for deed, state in (
        ("start", "running"),
        ("pause", "paused"),
        ("resume", "running"),
        ("cancel", "cancelled"),
    ):
        doris.post(f"{at}{deed}/")
        batch.refresh_from_db()
        assert batch.state == state
        assert AuditEvent.objects.filter(subject=f"mint_batch:{batch.pk}").count() >= 1
    assert minting.states(batch) == {"cancelled": 1}
    doris.post(f"{at}start/")
    assert "This batch was cancelled." in page_of(doris, batch)


def test_a_draft_is_discarded_and_leaves_its_line_in_the_trail(
    doris: Client, recipient: Partner, people: list[Applicant]
) -> None:
    batch = uploaded(doris, recipient, f"applicantId\n{people[0].applicant_id}\n")
    answer = doris.post(f"/share-tokens/minting/{batch.pk}/discard/")
    assert answer["Location"] == "/share-tokens/minting/"
    assert not MintBatch.objects.exists()
    assert AuditEvent.objects.filter(deed="minting.discarded").exists()


def test_looking_up_asks_about_those_not_asked_about_for_a_day(
    doris: Client, recipient: Partner, people: list[Applicant]
) -> None:
    Applicant.objects.filter(pk=people[0].pk).update(looked_up_at=timezone.now())
    lines = [people[0].applicant_id, people[1].applicant_id, "66f0c2a4e19b7d3599999999"]
    batch = uploaded(doris, recipient, "applicantId\n" + "\n".join(lines) + "\n")
    assert "2 applicants were not looked up for a day." in page_of(doris, batch)
    doris.post(f"/share-tokens/minting/{batch.pk}/look-up/")
    assert minting.states(batch) == {"waiting": 1, "finding": 2}
    page = page_of(doris, batch)
    assert "Asking Sumsub about 2 applicants." in page
    assert f'data-watch="/share-tokens/minting/{batch.pk}/live/"' in page


def test_the_list_tells_of_every_batch(
    doris: Client, recipient: Partner, people: list[Applicant], as_donor: Sandbox
) -> None:
    batch = uploaded(doris, recipient, f"applicantId\n{people[0].applicant_id}\n")
    page = words(doris.get("/share-tokens/minting/"))
    assert f"Batch {batch.pk} for Velmora Bank" in page
    assert "applicants.csv" in page
    assert "Doris Donor" in page
