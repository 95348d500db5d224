"""Loaded by schemathesis: cases that the contract allows are about things that are there.

Without it nearly every address with an id answers 404, and what is behind it is never reached.
"""

import json
import os
from typing import Any

import schemathesis

from tests.fuzz.ids import put_ids

THINGS: dict[str, str] = json.loads(os.environ["FUZZ_THINGS"])


@schemathesis.hook
def before_call(context: Any, case: Any, **_: Any) -> None:
    """Before each call, in all phases."""
    put_ids(case, THINGS)
