"""What the donor's people do at the desk. Imported once Django is set up, and not before."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from accounts.models import User
from sharing import mint_csv, register
from sharing.minting import MintRefused
from sharing.minting_many import deeds, drafts
from sharing.minting_many.files import Preset
from sharing.minting_many.storing import Order, store_file
from sharing.minting_many.taking import FileGone, take_file
from sharing.models import BatchState, MintBatch, MintSource, Partner, PartnerState
from tests.parts.partners import make_partner


def _doris() -> User:
    return User.objects.get_or_create(email="doris@relay.example")[0]


def _register(client_id: str) -> int:
    return make_partner(name="Velmora Bank", client_id=client_id, is_recipient=True).pk


def _mint(file: str, ttl: int) -> int:
    """Store a file and start its batch."""
    contents = io.BytesIO(Path(file).read_bytes())
    order = Order(Partner.objects.get(), ttl, MintSource.FILE, mints_refusable=True)
    with transaction.atomic():
        stored = store_file(mint_csv.read(contents, max_rows=None), order)
        return drafts.start(stored.pk, by=None).pk


def _pause(batch: int) -> int:
    try:
        deeds.pause(batch, by=_doris())
    except MintRefused:
        return 0
    return batch


def _go_on() -> int:
    """Resume whatever is paused, unless the register bars the recipient."""
    paused = list(MintBatch.objects.filter(state=BatchState.PAUSED).values_list("pk", flat=True))
    for batch in paused:
        try:
            deeds.resume(batch, by=None)
        except MintRefused:
            return 0
    return len(paused)


def _set_partner(state: PartnerState) -> Callable[[], int]:
    return lambda: register.set_state(Partner.objects.get(), state, by=_doris())


def _take(batch: int, out: str) -> int:
    """Take a batch's one file: it is on the disk before the share tokens are let go."""
    try:
        with transaction.atomic():
            pieces = take_file(MintBatch.objects.get(pk=batch), Preset.FULL)
            Path(out).write_bytes(b"".join(pieces))
    except FileGone:
        return 0
    return batch


DEEDS: Final[dict[str, Callable[..., Any]]] = {
    "register": _register,
    "mint": _mint,
    "mint_pause": _pause,
    "mint_go_on": _go_on,
    "pause_partner": _set_partner(PartnerState.PAUSED),
    "activate_partner": _set_partner(PartnerState.ACTIVE),
    "take": _take,
}
