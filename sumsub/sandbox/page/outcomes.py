"""What a reuse makes of somebody, in words."""

from __future__ import annotations

from html import escape

from sumsub.sandbox.page.html import option
from sumsub.sandbox.problems import Code
from sumsub.sandbox.records import Recheck
from sumsub.sandbox.rules import Verdict

_STEPS = {
    "IDENTITY": "identity document",
    "SELFIE": "selfie",
    "PROOF_OF_RESIDENCE": "proof of address",
    "QUESTIONNAIRE": "questionnaire",
}
_REASONS = {
    Code.NOT_PARTNERS: "the two workspaces are not partners",
    Code.PARTNER_ID: "the client id in the share token is not known",
    Code.SHARE_TOKEN: "the share token leads nowhere any more",
    Code.TOKEN_KIND: "the share token is not for reuse: a company",
    Code.REUSE_DISABLED: "reuse is switched off in one workspace",
    Code.NOT_REUSABLE: "the donor only recorded this approval",
    Code.NOT_APPROVED: "the donor has not approved this applicant",
    Code.NOT_ACTIVE: "the applicant is deactivated",
    Code.NOT_KYC_REVIEW: "the donor's review was not a KYC review",
    Code.NOTHING_TO_REUSE: "neither selfie nor document is left",
    Code.NO_LIVENESS: "the selfie has no liveness check",
    Code.NO_OVERLAP: "the two levels have no step in common",
    Code.DOCUMENT_TYPE: "type or country of the document is not accepted",
    Code.IDENTITY_DATE: "the identity document is too old",
    Code.ADDRESS_DATE: "the proof of address is too old",
    Code.AGE: "the age is outside the level's limits",
    Code.CAPTURE: "the document was uploaded, not taken live",
    Code.EMAIL_MISMATCH: "the recipient knows this phone with another e-mail",
    Code.PHONE_MISMATCH: "the recipient knows this e-mail with another phone",
    Code.SUMSUB_ID_EMPTY: "the Sumsub ID account is empty",
}

_THEN = {
    Recheck.WATCH_LIST: "The review then stops on hold: on a watch list",
    Recheck.FORGED: "The review then ends rejected for good: a forged document",
    Recheck.BLURRED: "The review then asks again: a blurred document",
    Recheck.USER_MUST_ACT: "The review then waits for the user",
}


def step_name(kind: str) -> str:
    """A step type in plain words."""
    return _STEPS.get(kind, kind.replace("_", " ").lower())


def verdict_html(verdict: Verdict, recheck: Recheck) -> str:
    """State and reason of a verdict; of an approval, how the review that follows really ends."""
    if verdict.refusal is not None:
        reason = _REASONS.get(verdict.refusal, verdict.refusal.wire_name)
        state = f"Refused {verdict.refusal.number}"
        return _state("refused", "✕", state, f"{reason[:1].upper()}{reason[1:]}")
    if verdict.missing:
        asked = ", ".join(step_name(kind.value) for kind in verdict.missing)
        return _state("documents", "◐", "Documents requested", f"Still asked for: {asked}")
    then = _THEN.get(recheck, "")
    return _state(
        "documents" if then else "approved", "✓", "Taken over" if then else "Approved", then
    )


def outcome_options(chosen: str) -> str:
    """The choices of a filter by outcome."""
    choices = [("", "Any outcome"), ("approved", "Approved")]
    choices += [("documents_requested", "Documents requested"), ("refused", "Refused, any code")]
    choices += [(f"refused:{code.number}", f"{code.number}: {_REASONS[code]}") for code in _REASONS]
    return "".join(option(value, label, chosen=value == chosen) for value, label in choices)


def _state(name: str, sign: str, text: str, more: str) -> str:
    reason = f'<span class="reason">{escape(more)}</span>' if more else ""
    return (
        f'<span class="state {name}"><span class="sign" aria-hidden="true">{sign}</span>'
        f"{escape(text)}</span>{reason}"
    )
