"""Looking first, as people see it: what is offered, told, and may be decided, and by whom."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, User
from customers.forecast.beginning import begin
from customers.models import Import, ImportState, Look, LookKind, LookState, Row, RowState
from customers.results import rows_csv
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import drain_to_the_end, outcome, states, stored, tokens
from tests.customers.looking import ask, looked
from tests.parts.import_maker import lines, make_import
from tests.parts.pages import words

SignIn = Callable[[User], Client]
S = RowState
DEEDS = ("look/", "only-passing/", "look/rest/", "look/level/?why=refused")


def page_of(office: Client, imported: Import, query: str = "") -> str:
    return words(office.get(f"/imports/{imported.pk}/{query}"))


def handed_in(office: Client, contents: bytes, **fields: str) -> Import:
    file = SimpleUploadedFile("tokens.csv", contents, "text/csv")
    office.post("/customers/add/", {"level": "id-only", "mode": "reuse", "file": file} | fields)
    return Import.objects.latest("pk")


def mixed(far_end: Sandbox) -> bytes:
    """Two approved, one that would be asked for documents, two refused with 10513."""
    kinds = (("approved", 2), ("documents_requested", 1), ("refused:10513", 2))
    found = [line for kind, n in kinds for line in tokens(far_end, n, outcome(kind)).split()[1:]]
    return b"token\n" + b"\n".join(found) + b"\n"


# ---- from the Add page ------------------------------------------------------------------------


def test_the_add_page_asks_whether_to_look_first_and_tells_the_pace(
    office: Client, far_end: Sandbox, settings: Settings
) -> None:
    settings.SUMSUB_GET_LIMIT = "300/5s"
    page = words(office.get("/customers/add/"))
    for value in ("", "sample", "all", "each"):
        assert re.search(rf'name="look"[^>]*value="{value}"|value="{value}"[^>]*name="look"', page)
    rate = re.search(r'data-rate="([\d.]+)"', page)
    assert rate is not None
    assert float(rate[1]) == pytest.approx(59.6, abs=0.5)


@pytest.mark.parametrize("kind", ["sample", "all"])
def test_an_import_that_is_looked_at_first_is_stored_and_not_started(
    office: Client, officer: User, far_end: Sandbox, kind: str
) -> None:
    imported = handed_in(office, tokens(far_end, 60), look=kind)
    assert imported.state == ImportState.STAGED
    look = Look.objects.get()
    assert (look.kind, look.state, look.asked_by) == (kind, LookState.ASKING, officer)
    event = AuditEvent.objects.get(deed="import.look_started")
    assert (event.actor, event.details["kind"]) == (officer, kind)


def test_each_row_is_chosen_and_the_import_starts(office: Client, far_end: Sandbox) -> None:
    imported = handed_in(office, tokens(far_end, 2), look="each")
    assert (imported.state, imported.staged_count) == (ImportState.RUNNING, 2)
    assert "Each row is looked at before it is sent" in page_of(office, imported)


def test_rows_with_documents_requested_can_be_left_out_from_the_start(
    office: Client, far_end: Sandbox
) -> None:
    contents = tokens(far_end, 2, outcome("documents_requested"))
    imported = handed_in(office, contents, look="each", leave_documents="on")
    assert "nor are those that would end in Documents requested" in page_of(office, imported)
    ask()
    assert states(imported) == {S.CANCELLED: 2}


def test_a_stored_import_can_leave_out_documents_requested_too(
    office: Client, far_end: Sandbox
) -> None:
    imported = stored(tokens(far_end, 1, outcome("documents_requested")))
    assert 'name="leave_documents"' in page_of(office, imported)
    office.post(f"/imports/{imported.pk}/look/", {"kind": "each", "leave_documents": "on"})
    assert not Look.objects.get().documents_pass


def test_the_same_file_again_is_not_started_by_a_look_at_each_row(
    office: Client, far_end: Sandbox
) -> None:
    contents = tokens(far_end, 2)
    first = handed_in(office, contents, look="all")
    office.post(f"/imports/{first.pk}/cancel/")
    again = handed_in(office, contents, look="each")
    assert again.state == ImportState.STAGED
    assert not Look.objects.filter(pk=again.pk).exists()


def test_a_file_without_a_row_to_send_is_finished_and_not_looked_at(
    office: Client, far_end: Sandbox
) -> None:
    contents = tokens(far_end, 2)
    handed_in(office, contents, look="all")
    again = handed_in(office, contents + b"\n", look="all", again="on")
    assert again.duplicate_count == 2
    assert again.state == ImportState.FINISHED


# ---- on the import's page ---------------------------------------------------------------------


def test_a_stored_import_offers_a_look_and_what_it_costs(
    office: Client, settings: Settings
) -> None:
    settings.SUMSUB_GET_LIMIT = "300/5s"
    imported = make_import(*[S.STAGED] * 120, state=ImportState.STAGED)
    page = page_of(office, imported)
    assert "Look first?" in page
    assert "A sample of 50" in page
    assert "about 2\u00a0s" in page


def test_while_sumsub_is_asked_the_page_says_how_far_it_is(
    office: Client, far_end: Sandbox
) -> None:
    imported = stored(tokens(far_end, 3))
    begin(imported.pk, LookKind.ALL, by=None)
    page = page_of(office, imported)
    assert "0 of 3 rows asked" in page
    assert "Nothing is sent and no share token is used." in page
    assert "Import all now" in page


def test_after_the_look_the_three_ways_are_there(office: Client, far_end: Sandbox) -> None:
    imported = stored(mixed(far_end))
    looked(imported)
    page = page_of(office, imported)
    assert "What would become of the rows" in page
    for button in ("Import only those that will pass", "Import all 5", "Stop"):
        assert button in page
    assert "2 rows stay unsent." in page
    assert "2 would be imported as they are, and 1 with documents requested" in page


def test_equal_forecasts_are_one_card_with_who_acts_and_a_better_level(
    office: Client, far_end: Sandbox
) -> None:
    imported = stored(mixed(far_end))
    looked(imported)
    page = page_of(office, imported)
    assert "Document type not accepted at this level" in page
    assert "10513 reusable-kyc-not-compatible-doc-type" in page
    assert re.search(r"At level <b>[\w-]+</b> 2 of 2 tried would pass", page)
    assert "Try another level" in page


def test_rows_can_be_shown_by_forecast(office: Client, far_end: Sandbox) -> None:
    imported = stored(mixed(far_end))
    looked(imported)
    assert lines(page_of(office, imported, "?forecast=refused&order=file")) == [5, 6]
    assert lines(page_of(office, imported, "?forecast=documents")) == [4]
    key = "refused.rule.10513.reusable-kyc-not-compatible-doc-type."
    assert lines(page_of(office, imported, f"?forecast={key}&order=file")) == [5, 6]
    assert lines(page_of(office, imported, "?forecast=nonsense")) == []
    told = "Sumsub's preview: would be refused. Document type not accepted at this level."
    assert told in page_of(office, imported, "?forecast=refused")


def test_after_a_sample_only_all_or_the_rest_is_offered(office: Client, far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 60, outcome("approved")))
    looked(imported, LookKind.SAMPLE)
    page = page_of(office, imported)
    assert "What would become of a sample" in page
    assert "Look at the rest" in page
    assert 'data-dialog-open="import-passing"' not in page


def test_a_look_that_stopped_says_why_and_can_be_taken_again(
    office: Client, far_end: Sandbox, settings: Settings
) -> None:
    imported = stored(tokens(far_end, 2, outcome("approved")))
    right, settings.SUMSUB_SECRET_KEY = settings.SUMSUB_SECRET_KEY, "wrong"
    looked(imported)
    page = page_of(office, imported)
    assert "The look stopped" in page
    assert "Sumsub rejects our credentials." in page
    settings.SUMSUB_SECRET_KEY = right
    office.post(f"/imports/{imported.pk}/look/", {"kind": "all"})
    ask()
    assert "What would become of the rows" in page_of(office, imported)


# ---- deciding ----------------------------------------------------------------------------------


def test_only_those_that_pass_are_imported_and_the_rows_say_why_not(
    office: Client, far_end: Sandbox
) -> None:
    imported = stored(mixed(far_end))
    looked(imported)
    office.post(f"/imports/{imported.pk}/only-passing/", {"with_documents": "on"})
    assert drain_to_the_end(imported) == {S.IMPORTED: 3, S.CANCELLED: 2}
    not_sent = (
        "Not sent: Sumsub's preview spoke against it. Document type not accepted at this level."
    )
    assert not_sent in page_of(office, imported, "?state=cancelled")
    assert not_sent in words(office.get(f"/imports/{imported.pk}/rows/5/"))
    listed = "".join(rows_csv(imported))
    assert listed.count(not_sent) == 2
    assert listed.count('"10513"') == 2
    assert "What Sumsub’s preview said before" in page_of(office, imported)


def test_without_the_tick_documents_requested_does_not_pass(
    office: Client, far_end: Sandbox
) -> None:
    imported = stored(mixed(far_end))
    looked(imported)
    office.post(f"/imports/{imported.pk}/only-passing/")
    assert states(imported) == {S.PENDING: 2, S.CANCELLED: 3}


def test_a_second_press_is_told_that_it_was_started(office: Client, far_end: Sandbox) -> None:
    imported = stored(mixed(far_end))
    looked(imported)
    for _ in range(2):
        answer = office.post(f"/imports/{imported.pk}/only-passing/", follow=True)
    assert "was started or cancelled already" in words(answer)
    assert AuditEvent.objects.filter(deed="import.started").count() == 1


def test_another_level_is_chosen_on_a_page_that_tells_what_a_few_rows_found(
    office: Client, far_end: Sandbox
) -> None:
    imported = stored(mixed(far_end))
    looked(imported)
    why = "refused.rule.10513.reusable-kyc-not-compatible-doc-type."
    address = f"/imports/{imported.pk}/look/level/?why={why}"
    page = words(office.get(address))
    assert "Look at 2 rows again at another level" in page
    assert "2 of 2 would pass" in page
    chosen = re.search(r'value="([\w-]+)" selected', page)
    assert chosen is not None
    office.post(address, {"level": chosen[1]})
    assert Row.objects.of(imported).filter(level_name=chosen[1]).count() == 2
    ask()
    assert Look.objects.get().refused_count == 0


def test_a_level_that_is_not_offered_changes_nothing(office: Client, far_end: Sandbox) -> None:
    imported = stored(mixed(far_end))
    looked(imported)
    address = f"/imports/{imported.pk}/look/level/?why=refused"
    assert office.post(address, {"level": "no-such-level"}).status_code == 422
    assert Look.objects.get().refused_count == 2


def test_no_share_token_shows_on_any_of_these_pages(office: Client, far_end: Sandbox) -> None:
    contents = mixed(far_end)
    imported = stored(contents)
    looked(imported)
    pages = page_of(office, imported) + words(
        office.get(f"/imports/{imported.pk}/look/level/?why=refused")
    )
    assert not [token for token in contents.decode().split()[1:] if token in pages]


@pytest.mark.parametrize("deed", DEEDS)
def test_whoever_may_not_import_may_neither_look_nor_decide(
    viewer: User, client_for: SignIn, deed: str
) -> None:
    imported = make_import(S.STAGED, state=ImportState.STAGED)
    client = client_for(viewer)
    assert client.post(f"/imports/{imported.pk}/{deed}", {"kind": "all"}).status_code == 403
    assert not Look.objects.exists()
    assert "Look first?" not in page_of(client, imported)


# ---- live ---------------------------------------------------------------------------------------


def test_progress_of_a_look_is_news(office: Client, far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 3, outcome("approved")))
    begin(imported.pk, LookKind.ALL, by=None)
    address = f"/imports/{imported.pk}/updates/?after={imported.change}"
    assert "0 of 3 rows asked" in office.get(address).json()["parts"]["import-forecast"]
    ask()
    news = office.get(address).json()
    assert "What would become of the rows" in news["parts"]["import-forecast"]
    assert news["foretold"]
    assert not news["settled"]


def test_forecasts_are_told_once_to_who_polls_and_never_as_rows_that_were_missed(
    office: Client, far_end: Sandbox
) -> None:
    imported = stored(tokens(far_end, 3, outcome("approved")))
    looked(imported)
    address = f"/imports/{imported.pk}/updates/"
    first = office.get(address, {"after": imported.change}).json()
    assert (first["foretold"], first["missed"]) == (True, False)
    again = office.get(address, {"after": first["cursor"], "look": first["look"]}).json()
    assert (again["foretold"], again["missed"]) == (False, False)
    assert f'data-look="{first["look"]}"' in page_of(office, imported)
