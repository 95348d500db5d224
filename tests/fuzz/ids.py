"""Puts ids of things that are there into the address of a case; of schemathesis's types only."""

from collections.abc import Mapping
from typing import Any

AGREEMENTS = "/agreement-documents/"


def put_ids(case: Any, things: Mapping[str, Any]) -> None:
    """Where the contract allows the case: one that breaks it keeps its own ids.

    Documents are an application's or an agreement's; addresses have one name for both, `things`
    has two.
    """
    if case.meta is None or case.meta.generation.mode.is_positive:
        kind = "agreement_" if AGREEMENTS in case.operation.path else ""
        for name in case.path_parameters:
            case.path_parameters[name] = things.get(f"{kind}{name}", case.path_parameters[name])
