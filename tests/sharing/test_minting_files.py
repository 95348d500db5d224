"""The one file of a batch: its shapes, once, erased here in the same commit, and its canaries."""

import csv
import io
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, User
from sharing.minting_many import deeds, drafts
from sharing.minting_many.drain import drain
from sharing.minting_many.files import failures_csv
from sharing.minting_many.taking import FileGone, take_file
from sharing.models import Applicant, IssuedToken, MintBatch, MintRow, Partner
from sharing.sealing import open_sealed, token_mark
from sumsub.sandbox.process import Sandbox
from tests.parts.pages import words
from tests.sharing import minting
from tests.sharing.conftest import Browse

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def batch(as_donor: Sandbox, recipient: Partner, donor_operator: User) -> MintBatch:
    """Three share tokens, and a line of somebody else's applicant."""
    contents = minting.csv_of(as_donor, 3) + b"66f0c2a4e19b7d3500000001,=1+1,id-only\n"
    return minting.minted(contents, recipient, by=donor_operator)


def tokens_of(batch: MintBatch) -> list[str]:
    rows = MintRow.objects.of(batch).filter(token_sealed__isnull=False).order_by("line")
    return [open_sealed(bytes(row.token_sealed or b""), context=row.seal_context) for row in rows]


def read(pieces: Iterator[bytes]) -> list[dict[str, str]]:
    text = b"".join(pieces).decode()
    assert not text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def taken(client: Client, batch: MintBatch, preset: str = "full") -> tuple[int, bytes]:
    answer = client.post(f"/share-tokens/minting/{batch.pk}/file/", {"preset": preset})
    return answer.status_code, b"".join(answer) if answer.streaming else b""


def test_one_column_holds_the_share_tokens_alone(batch: MintBatch) -> None:
    wanted = tokens_of(batch)
    assert read(take_file(batch, "token")) == [{"token": token} for token in wanted]


def test_reaps_shape_has_its_two_columns(batch: MintBatch) -> None:
    wanted = tokens_of(batch)
    found = read(take_file(batch, "reap"))
    assert [row["shareToken"] for row in found] == wanted
    ids = MintRow.objects.of(batch).filter(state="minted").order_by("line")
    assert [row["externalId"] for row in found] == [row.external_id for row in ids]


def test_an_external_id_that_a_lookup_brings_is_in_reaps_shape(
    as_donor: Sandbox, recipient: Partner, donor_operator: User, client_for: Browse
) -> None:
    ids = [line.split(",")[0] for line in minting.csv_of(as_donor, 2).decode().split()[1:]]
    contents = "\n".join(["applicantId", *ids]).encode()
    batch = minting.stored(contents, recipient, by=donor_operator)
    drafts.choose(
        batch.pk, partner=recipient, ttl_seconds=1200, mints_refusable=True, mints_live=False
    )
    client = client_for(donor_operator)
    client.post(f"/share-tokens/minting/{batch.pk}/look-up/")
    drain()
    drafts.start(batch.pk, by=donor_operator)
    drain()
    known = dict(Applicant.objects.values_list("applicant_id", "external_user_id"))
    assert "no external id" not in client.get(f"/share-tokens/minting/{batch.pk}/").content.decode()
    batch.refresh_from_db()
    assert [row["externalId"] for row in read(take_file(batch, "reap"))] == [known[i] for i in ids]


def test_the_page_says_how_many_lines_of_reaps_shape_would_have_no_id(
    as_donor: Sandbox, recipient: Partner, donor_operator: User, client_for: Browse
) -> None:
    ids = [line.split(",")[0] for line in minting.csv_of(as_donor, 2).decode().split()[1:]]
    contents = "\n".join(["applicantId", *ids]).encode()
    batch = minting.minted(contents, recipient, by=donor_operator)
    page = client_for(donor_operator).get(f"/share-tokens/minting/{batch.pk}/")
    assert "2 of them have no external id</b>, which Reap needs" in words(page)


def test_the_full_shape_has_every_line_and_why_there_is_none(batch: MintBatch) -> None:
    wanted = tokens_of(batch)
    found = read(take_file(batch, "full"))
    assert list(found[0]) == [
        "line",
        "applicant_id",
        "external_id",
        "token",
        "issued_at",
        "expires_at",
        "error_code",
        "reason",
    ]
    assert [row["line"] for row in found] == ["2", "3", "4", "5"]
    assert [row["token"] for row in found] == [*wanted, ""]
    assert found[3]["external_id"] == "'=1+1"
    assert found[3]["reason"].startswith("Sumsub knows no such applicant")
    issued = IssuedToken.objects.get(token_mark=token_mark(wanted[0]))
    assert found[0]["expires_at"] == issued.expires_at.isoformat(timespec="milliseconds").replace(
        "+00:00", "Z"
    )


def test_taking_erases_audits_and_is_done_once(
    batch: MintBatch, donor_operator: User, client_for: Browse
) -> None:
    wanted = tokens_of(batch)
    client = client_for(donor_operator)
    answer = client.post(f"/share-tokens/minting/{batch.pk}/file/", {"preset": "token"})
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="share-tokens-batch-{batch.pk}.csv"'
    )
    assert "no-store" in answer.headers["Cache-Control"]
    # Erased before the first byte was asked for.
    assert tokens_of(batch) == []
    assert b"".join(answer).decode().split()[1:] == wanted
    event = AuditEvent.objects.get(deed="minting.file_taken")
    assert (event.actor, event.details["rows"]) == (donor_operator, 3)
    assert taken(client, batch) == (302, b"")
    page = client.get(f"/share-tokens/minting/{batch.pk}/").content.decode()
    assert "This file was taken already" in page
    assert "Taken by Doris Donor" in page


def test_of_two_who_take_at_the_same_moment_one_gets_it(
    batch: MintBatch, donor_operator: User
) -> None:
    begin = threading.Barrier(2)
    got: list[int] = []

    def take() -> None:
        begin.wait()
        try:
            got.append(len(read(take_file(batch, "token", by=donor_operator))))
        except FileGone:
            got.append(0)
        finally:
            connections.close_all()

    both = [threading.Thread(target=take) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert sorted(got) == [0, 3]
    assert AuditEvent.objects.filter(deed="minting.file_taken").count() == 1


def test_nothing_is_taken_while_something_moves(as_donor: Sandbox, recipient: Partner) -> None:
    running = minting.started(minting.csv_of(as_donor, 2), recipient)
    with pytest.raises(FileGone) as gone:
        take_file(running)
    assert "nothing of the batch moves any more" in gone.value.sentence


def test_without_its_key_nothing_is_taken_and_nothing_erased(
    batch: MintBatch, settings: Settings
) -> None:
    MintRow.objects.of(batch).filter(line=3).update(token_sealed=b"\x01\x00\x09" + b"x" * 40)
    with pytest.raises(FileGone) as gone:
        take_file(batch)
    assert "RELAY_KEYS" in gone.value.sentence
    batch.refresh_from_db()
    assert batch.taken_at is None
    assert MintRow.objects.filter(token_sealed__isnull=False).count() == 3


def test_when_all_have_died_there_is_no_file_but_a_way_to_mint_again(
    batch: MintBatch, donor_operator: User, client_for: Browse
) -> None:
    IssuedToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    client = client_for(donor_operator)
    assert taken(client, batch)[0] == 302
    page = client.get(f"/share-tokens/minting/{batch.pk}/").content.decode()
    assert "Mint 3 again" in page
    assert minting.states(batch) == {"expired": 3, "failed": 1}
    client.post(f"/share-tokens/minting/{batch.pk}/renew/")
    drain()
    assert taken(client, batch)[0] == 200


def test_erasing_them_unseen_leaves_nothing_to_take(
    batch: MintBatch, donor_operator: User, client_for: Browse
) -> None:
    client = client_for(donor_operator)
    client.post(f"/share-tokens/minting/{batch.pk}/abandon/")
    assert tokens_of(batch) == []
    assert taken(client, batch) == (302, b"")
    event = AuditEvent.objects.get(deed="minting.abandoned")
    assert event.details["rows"] == 3


def test_a_lost_file_is_minted_again_in_a_new_batch(
    batch: MintBatch, donor_operator: User, client_for: Browse
) -> None:
    take_file(batch)
    client = client_for(donor_operator)
    answer = client.post(f"/share-tokens/minting/{batch.pk}/again/")
    fresh = MintBatch.objects.latest("pk")
    assert answer["Location"] == f"/share-tokens/minting/{fresh.pk}/"
    assert (fresh.again_of, fresh.mints_live, fresh.total_count) == (batch, True, 3)
    client.post(f"/share-tokens/minting/{fresh.pk}/start/")
    drain()
    assert minting.states(fresh) == {"minted": 3}


def test_the_rows_without_a_share_token_are_a_file_too(batch: MintBatch) -> None:
    text = "".join(failures_csv(batch))
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["line"] for row in found] == ["5"]
    assert found[0]["external_id"] == "'=1+1"
    assert not [token for token in tokens_of(batch) if token in text]


def test_no_share_token_is_anywhere_but_in_the_file(
    as_donor: Sandbox,
    recipient: Partner,
    donor_operator: User,
    client_for: Browse,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    batch = minting.minted(minting.csv_of(as_donor, 3), recipient, by=donor_operator)
    tokens = tokens_of(batch)
    client = client_for(donor_operator)
    pages = [
        client.get(address).content.decode()
        for address in (
            "/share-tokens/",
            "/share-tokens/minting/",
            f"/share-tokens/minting/{batch.pk}/",
            f"/share-tokens/minting/{batch.pk}/updates/",
            "/notices/",
        )
    ]
    text = caplog.text + "".join(pages) + _everything_stored()
    take_file(batch)
    text += caplog.text + _everything_stored() + repr(list(MintRow.objects.all()))
    assert len(tokens) == 3
    assert not [token for token in tokens if token in text]


def _everything_stored() -> str:
    """Every cell of our own tables."""
    cells = []
    with connection.cursor() as cursor:
        tables = [model._meta.db_table for model in apps.get_app_config("sharing").get_models()]
        for table in (*tables, AuditEvent._meta.db_table):
            cursor.execute(f"SELECT * FROM {table}")
            cells += [str(cell) for row in cursor.fetchall() for cell in row]
    return "\n".join(cells)


def test_failed_rows_go_again_before_the_file_is_taken_and_not_after(
    batch: MintBatch, donor_operator: User
) -> None:
    assert deeds.retry_failed(batch.pk, by=donor_operator) == 1
    drain()
    assert minting.states(batch) == {"minted": 3, "failed": 1}
