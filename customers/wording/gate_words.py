"""Closed gates in full: what is wrong, what is safe, who acts, what opens it again."""

from collections.abc import Callable, Mapping

from customers.models import Gate, GateReason, GateScope
from sumsub.auth_codes import credential_code

_SAFE = "No row is sent and none is lost."
_SERVER = "Whoever runs the server"


def gate_sentence(gate: Gate) -> str:
    """The notice that a closed gate shows in place of one error for each row."""
    return _SENTENCES[GateReason(gate.reason)](gate)


def _credentials(gate: Gate) -> str:
    known = credential_code(gate.error_code)
    why = f" {known.title}." if known else ""
    return (
        f"Sumsub rejects our credentials{_code(gate)}.{why} {_SAFE} {_SERVER} renews the app token "
        "in its environment or file; Settings checks it again."
    )


def _clock(gate: Gate) -> str:
    return (
        f"Our clock and Sumsub's differ by more than a minute{_code(gate)}. {_SAFE} {_SERVER} sets "
        "its clock; Settings shows the difference and checks it again."
    )


def _permission(gate: Gate) -> str:
    return (
        f"Our app token may not make this call{_code(gate)}. {_SAFE} An admin of our Sumsub "
        "workspace gives the app token the permission, then the gate is opened here."
    )


def _address(gate: Gate) -> str:
    return (
        f"The address we call does not answer as Sumsub's API does{_code(gate)}. {_SAFE} {_SERVER} "
        "corrects SUMSUB_BASE_URL, then the gate is opened here."
    )


def _not_partners(gate: Gate) -> str:
    return (
        f"Sumsub does not know us and {_donor(gate)} as sharing partners{_code(gate)}. "
        f"{_held(gate)} Either side's admin enters the other's partner token in Sumsub's "
        "dashboard, then the gate is opened here."
    )


def _disabled(gate: Gate) -> str:
    feature = "Copy Applicant" if gate.scope == GateScope.COPY else "Reusable KYC"
    return (
        f"Sumsub has not enabled {feature} for our workspace{_code(gate)}. {_held(gate)} "
        "Ask Sumsub support to enable it, then open the gate here."
    )


def _parameters(gate: Gate) -> str:
    quoted = f" Its words: “{gate.detail}”." if gate.detail else ""
    return (
        f"Sumsub did not accept the level or another parameter of this import.{quoted} "
        f"{_held(gate)} Correct the level in Sumsub and open the gate, or cancel the import and "
        "start another with the right level."
    )


def _keys(gate: Gate) -> str:
    return (
        "The key that opens the share tokens of this import is missing here. "
        f"{_held(gate)} {_SERVER} puts the key back into RELAY_KEYS, then the gate is opened here."
    )


def _register(gate: Gate) -> str:
    return f"{gate.detail} {_held(gate)} They go on by themselves then."


def _code(gate: Gate) -> str:
    return f" ({gate.error_code})" if gate.error_code else ""


def _donor(gate: Gate) -> str:
    return "this donor" if gate.scope.startswith(GateScope.PARTNER) else "the donor of this import"


def _held(gate: Gate) -> str:
    whose = {
        GateScope.REUSE.value: "Rows of Reusable KYC wait and none is lost.",
        GateScope.COPY.value: "Rows of Copy Applicant wait and none is lost.",
        GateScope.PARTNER.value: "Rows of this donor wait and none is lost.",
        GateScope.REGISTER.value: "Rows of this donor wait and none is lost.",
        GateScope.IMPORT.value: "Rows of this import wait and none is lost.",
    }
    return whose.get(gate.scope.partition(":")[0], _SAFE)


_SENTENCES: Mapping[GateReason, Callable[[Gate], str]] = {
    GateReason.CREDENTIALS: _credentials,
    GateReason.CLOCK: _clock,
    GateReason.PERMISSION: _permission,
    GateReason.ADDRESS: _address,
    GateReason.NOT_PARTNERS: _not_partners,
    GateReason.DISABLED: _disabled,
    GateReason.PARAMETERS: _parameters,
    GateReason.KEYS: _keys,
    GateReason.REGISTER: _register,
}
