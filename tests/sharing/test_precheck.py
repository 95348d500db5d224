"""What is said before a share token is minted."""

from datetime import UTC, timedelta

import pytest
from django.utils import timezone

from sharing import register
from sharing.applicant_lookup import look_up
from sharing.models import Applicant, IssuedToken, Partner
from sharing.precheck import Verdict, checks_for
from sumsub.sandbox.process import Sandbox


def _said(applicant: Applicant, partner: Partner | None = None) -> dict[str, Verdict]:
    return {check.sentence: check.verdict for check in checks_for(applicant, partner)}


def test_an_approved_applicant_with_documents_and_selfie_is_in_order(
    applicant: Applicant, recipient: Partner
) -> None:
    assert _said(applicant, recipient) == {
        "Approved at Sumsub and active.": Verdict.OK,
        "Identity document and selfie are there.": Verdict.OK,
    }


@pytest.mark.parametrize(
    ("external_id", "sentence"),
    [
        (
            "demo-10507-pending",
            "Not approved (Pending): the recipient would be refused (10507).",
        ),
        (
            "demo-10507-rejected",
            "Not approved (Rejected): the recipient would be refused (10507).",
        ),
        (
            "demo-10508-deactivated",
            "Deactivated at Sumsub: the recipient would be refused (10508).",
        ),
        (
            "demo-10510-nothing-left",
            "No identity document and no selfie: most levels would refuse (10510).",
        ),
    ],
)
def test_what_would_be_refused_is_told_before_minting(
    as_donor: Sandbox, db: None, external_id: str, sentence: str
) -> None:
    first = checks_for(look_up(external_id, by=None).applicant, None)[0]
    assert (first.verdict, first.sentence) == (Verdict.BAD, sentence)


@pytest.mark.parametrize(
    ("external_id", "beginning"),
    [
        ("demo-documents-no-selfie", "No selfie:"),
        ("demo-10504-company", "A company:"),
    ],
)
def test_what_may_go_wrong_is_a_warning(
    as_donor: Sandbox, db: None, external_id: str, beginning: str
) -> None:
    said = _said(look_up(external_id, by=None).applicant)
    [warning] = [sentence for sentence in said if sentence.startswith(beginning)]
    assert said[warning] is Verdict.WARN


def test_what_only_the_export_said_is_not_taken_for_sumsubs_word(exported: Applicant) -> None:
    assert _said(exported) == {
        "Never looked up: this is what the export said. Look up first.": Verdict.WARN,
        "Approved at Sumsub.": Verdict.OK,
    }


def test_old_knowledge_is_named_old(applicant: Applicant) -> None:
    applicant.looked_up_at = timezone.now() - timedelta(hours=25)
    assert "Last looked up more than a day ago. Look up again first." in _said(applicant)


def test_another_live_share_token_for_the_same_recipient_is_told(issued: IssuedToken) -> None:
    until = f"{issued.expires_at.astimezone(UTC):%H:%M} UTC"
    sentence = (
        f"Another live share token for Velmora Bank exists: f3a9·71c2 until {until}. "
        "Each works, and each works once."
    )
    assert _said(issued.applicant, issued.partner)[sentence] is Verdict.WARN
    IssuedToken.objects.update(expires_at=timezone.now())
    assert sentence not in _said(issued.applicant, issued.partner)


def test_a_partner_that_sumsub_contradicts_or_without_agreement_is_told(
    exported: Applicant, recipient: Partner
) -> None:
    register.record_contradiction(recipient.pk, timezone.now())
    Partner.objects.update(agreement_ends_on=timezone.now().date() - timedelta(days=1))
    recipient.refresh_from_db()
    said = _said(exported, recipient)
    contradiction = "Sumsub said that Velmora Bank and we are no sharing partners (10501)."
    assert said[contradiction] is Verdict.BAD
    ended = next(one for one in said if one.startswith("Agreement VB-2026-11 with Velmora Bank"))
    assert said[ended] is Verdict.BAD
