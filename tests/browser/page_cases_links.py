"""The pages of applicants' links, on both sides."""

from tests.browser import page_deeds as deeds
from tests.browser.page_case import Case

LINK_CASES = (
    # What our people see of it.
    Case("application-linked", "/applications/{linked}/", then=deeds.unfolded),
    # Behind an applicant's link. The last of these ends the link of the others.
    Case("apply", "/apply/{link}/", "stranger"),
    Case("apply-fields", "/apply/{link}/address/", "stranger"),
    Case("apply-fields-left-out", "/apply/{link}/address/", "stranger", deeds.wrongly_answered),
    Case("apply-choices", "/apply/{link}/money/", "stranger"),
    Case("apply-number", "/apply/{link}/tax-number/", "stranger"),
    Case("apply-document", "/apply/{link}/identity-document/", "stranger", deeds.wrongly_answered),
    Case("apply-document-added", "/apply/{link}/proof-of-money/", "stranger"),
    Case("apply-sign", "/apply/{link}/sign/", "stranger", deeds.wrongly_answered),
    Case("apply-check", "/apply/{link}/check-your-answers/", "stranger"),
    Case("apply-ready", "/apply/{link_ready}/check-your-answers/", "stranger"),
    Case("apply-question", "/apply/{link_question}/your-answer/", "stranger"),
    Case("apply-not-asked", "/apply/{link}/nowhere/", "stranger", status=404),
    Case("apply-sent", "/apply/{link_sent}/", "stranger"),
    Case("apply-revoked", "/apply/{link_revoked}/", "stranger", status=410),
    Case("apply-unknown", "/apply/nothing/", "stranger", status=404),
    Case("link-made", "/applications/{linked}/", then=deeds.link_shown),
)
NO_LINK_PAGES = frozenset(
    {
        "customers:link",
        "customers:link_make",
        "customers:link_revoke",
        "customers:link_take_over",
        "customers:apply_open",
    }
)
