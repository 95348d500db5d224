"""The ledger of share tokens on its page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from sharing.models import IssuedToken
from tests.parts.partners import make_partner
from tests.sharing.conftest import Browse

pytestmark = pytest.mark.both_databases


def test_a_line_says_for_whom_by_whom_and_until_when(
    issued: IssuedToken, donor_operator: User, client_for: Browse
) -> None:
    page = client_for(donor_operator).get("/share-tokens/").content.decode()
    for words in ("f3a9·71c2", "Henrike Valdamar", "Velmora Bank", "Doris Donor", "Live"):
        assert words in page
    assert f'data-deadline="{issued.expires_at.isoformat()}"' in page


def test_who_minted_on_the_command_line_is_called_so(
    issued: IssuedToken, donor_operator: User, client_for: Browse
) -> None:
    IssuedToken.objects.update(issued_by=None)
    client = client_for(donor_operator)
    for address in ("/share-tokens/", f"/applicants/{issued.applicant_id}/"):
        assert '">command line</td>' in client.get(address).content.decode()


def test_live_and_expired_are_told_apart_and_counted(
    issued: IssuedToken, donor_operator: User, client_for: Browse
) -> None:
    old = IssuedToken.objects.create(
        applicant=issued.applicant,
        partner=issued.partner,
        token_mark="a7c293ef0000",
        ttl_seconds=60,
        issued_at=timezone.now() - timedelta(hours=1),
        expires_at=timezone.now() - timedelta(minutes=59),
    )
    client = client_for(donor_operator)
    page = client.get("/share-tokens/")
    assert page.context["segments"] == [
        ("", "All", 2),
        ("live", "Live", 1),
        ("expired", "Expired", 1),
        ("redeemed", "Redeemed", 0),
        ("refused", "Refused", 0),
    ]
    assert client.get("/share-tokens/?state=live").context["page"].rows == [issued]
    assert client.get("/share-tokens/?state=expired").context["page"].rows == [old]


@pytest.mark.parametrize(
    ("words", "finds"),
    [("f3a9·71c2", True), ("F3A971", True), ("valdamar", True), ("004417", True), ("71c2", False)],
)
def test_search_finds_by_mark_name_and_id(
    issued: IssuedToken, donor_operator: User, client_for: Browse, words: str, finds: bool
) -> None:
    answer = client_for(donor_operator).get("/share-tokens/", {"q": words})
    assert (issued in answer.context["page"].rows) is finds
    assert ("No share token matches" in answer.content.decode()) is not finds


def test_a_recipient_narrows_the_ledger(
    issued: IssuedToken, donor_operator: User, client_for: Browse
) -> None:
    other = make_partner(name="Quillfen", client_id="q_1", is_recipient=True)
    client = client_for(donor_operator)
    assert not client.get(f"/share-tokens/?partner={other.pk}").context["page"].rows
    assert client.get(f"/share-tokens/?partner={issued.partner_id}").context["page"].rows == [
        issued
    ]


def test_a_foreign_filter_value_filters_nothing(
    issued: IssuedToken, donor_operator: User, client_for: Browse
) -> None:
    answer = client_for(donor_operator).get("/share-tokens/?partner=999&state=nonsense&before=x")
    assert answer.context["page"].rows == [issued]


def test_an_empty_ledger_says_what_to_do_first(donor_operator: User, client_for: Browse) -> None:
    page = client_for(donor_operator).get("/share-tokens/").content.decode()
    assert "First bring in applicants" in page
