"""What Sumsub's preview said, before anything was sent."""

from collections.abc import Mapping

from customers.models import Forecast, GateReason, Look, Outlook, Row, RowState
from customers.models.looks import NO_ANSWER
from customers.models.row_needs import another_level_helps
from customers.reasons import Reason
from customers.wording.refusals import cause
from customers.wording.telling import NOTHING_TO_DO, Told
from sharing.document_words import step_word

_LABELS: Mapping[str, str] = {
    Outlook.WAITING: "Not asked yet",
    Outlook.PASSES: "Would be imported",
    Outlook.DOCUMENTS: "Would be imported, documents requested",
    Outlook.UNANSWERED: "No answer from Sumsub",
}
_DOCUMENTS_NEXT = "Import it and the person is asked for what is missing, or try another level."
_UPLOAD_AGAIN = "To import it after all, upload the share token again while it lives."
_AT_ANOTHER_LEVEL = (
    "For another level upload the share token again while it lives, or ask the donor for a new one."
)
_SERVER = "Whoever runs the server"
_STOPPED: Mapping[str, str] = {
    GateReason.CREDENTIALS: f"Sumsub rejects our credentials. {_SERVER} renews the app token.",
    GateReason.CLOCK: "Our clock and Sumsub's differ by more than a minute. "
    f"{_SERVER} sets its clock.",
    GateReason.PERMISSION: "Our app token may not ask for a preview. An admin of our Sumsub "
    "workspace gives it the permission.",
    GateReason.ADDRESS: "The address we call does not answer as Sumsub's API does. "
    f"{_SERVER} corrects SUMSUB_BASE_URL.",
    GateReason.NOT_PARTNERS: "Sumsub does not know us and the donor as sharing partners. Either "
    "side's admin enters the other's partner token in Sumsub's dashboard.",
    GateReason.DISABLED: "Sumsub has not enabled this kind of sharing for our workspace. "
    "Ask Sumsub support to enable it.",
    GateReason.PARAMETERS: "Sumsub did not accept the level of this import. Look at it at another.",
    GateReason.KEYS: "The key that opens the share tokens of this import is missing here. "
    f"{_SERVER} puts it back into RELAY_KEYS.",
    NO_ANSWER: "Sumsub does not answer. Look again later.",
}


def outlook_label(outlook: str, reason: str, error_code: int | None, error_name: str) -> str:
    """A forecast in a few words; a refusal by its cause."""
    return _LABELS.get(outlook) or _cause(reason, error_code, error_name)[0]


def outlook_sentence(forecast: Forecast) -> str:
    """ "Sumsub's preview: would be refused. Document type not accepted at this level." """
    if forecast.outlook == Outlook.REFUSED:
        title = _cause(forecast.reason, forecast.error_code, forecast.error_name)[0]
        return f"Sumsub's preview: would be refused. {title}."
    if forecast.outlook == Outlook.UNANSWERED:
        return "Sumsub's preview gave no answer."
    if forecast.outlook == Outlook.WAITING:
        return "Sumsub is asked about it."
    asked = steps_words(forecast.steps) if forecast.outlook == Outlook.DOCUMENTS else ""
    label = _LABELS[forecast.outlook]
    return f"Sumsub's preview: {label[0].lower()}{label[1:]}{f' ({asked})' if asked else ''}."


def outlook_story(
    outlook: str, reason: str, error_code: int | None, error_name: str, steps: str
) -> Told:
    """Many rows with one forecast: title, what it means, who does what."""
    if outlook == Outlook.REFUSED:
        title, next_step = _cause(reason, error_code, error_name)
        return Told(title, "", next_step)
    if outlook == Outlook.UNANSWERED:
        what = "Sumsub gave no answer about these rows. Nothing speaks against them."
        return Told("No answer", what, "Look again, or import them: sending shows.")
    asked = steps_words(steps)
    what = f"Not covered: {asked}." if asked else "Sumsub does not say which; often it is a selfie."
    return Told("Documents would be requested", what, _DOCUMENTS_NEXT)


def steps_words(steps: str) -> str:
    """Sumsub's names of steps as "Questionnaire, Proof of address"; empty for none."""
    return ", ".join(step_word(name) for name in steps.split(",") if name)


def stopped_sentence(look: Look) -> str:
    """Why Sumsub could not be asked any further."""
    code = f" ({look.stopped_code})" if look.stopped_code else ""
    quoted = f" Its words: “{look.stopped_detail}”." if look.stopped_by in _QUOTED else ""
    return f"{_STOPPED.get(look.stopped_by, _STOPPED[NO_ANSWER])}{code}{quoted}"


_QUOTED = (GateReason.PARAMETERS,)


def not_sent(row: Row, forecast: Forecast | None) -> Told:
    """A row given up because of its forecast, which may be loaded beside it."""
    kept = "Its share token was not used and is no longer kept here."
    if forecast is not None and forecast.outlook != Outlook.REFUSED:
        said = outlook_sentence(forecast)
        return Told("Not sent after the look", f"Not sent. {said} {kept}", _UPLOAD_AGAIN)
    reason = forecast.reason if forecast else Reason.RULE if row.error_code else ""
    if not reason:
        said = "Sumsub's preview did not speak for it"
        return Told("Not sent after the look", f"Not sent: {said}. {kept}", _UPLOAD_AGAIN)
    why, next_step = _cause(reason, row.error_code, row.error_name)
    if reason == Reason.TOKEN_DEAD:
        kept = "Nothing was sent, and the share token is no longer kept here."
    elif another_level_helps(row.error_code):
        next_step = f"{next_step} {_AT_ANOTHER_LEVEL}"
    return Told(why, f"Not sent: Sumsub's preview spoke against it. {why}. {kept}", next_step)


def beside(forecast: Forecast | None) -> str:
    """The forecast as a sentence with a blank before it; empty without one."""
    return f" {outlook_sentence(forecast)}" if forecast is not None else ""


def staged_before_turn(forecast: Forecast | None) -> Told:
    """A row of a running import that is looked at before it is sent."""
    what = f"Sumsub's preview is asked before it is sent.{beside(forecast)}"
    return Told("", what, NOTHING_TO_DO)


def _cause(reason: str, error_code: int | None, error_name: str) -> tuple[str, str]:
    return cause(
        Row(state=RowState.REFUSED, reason=reason, error_code=error_code, error_name=error_name)
    )
