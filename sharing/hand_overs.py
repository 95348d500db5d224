"""Handing a file of share tokens over without e-mail: making, opening, taking, revoking.

The link's secret is in its path (`sharing.secret_links` says why, and what keeps it). So it is
worth little by itself: the passphrase goes another way, ten wrong ones lock the hand-over, the file
is there once, and every wrong, used, expired or revoked link answers alike.
"""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Final, Protocol

from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from sharing.minting import MintRefused, refuse_unless_sharing
from sharing.models import HandedOver, HandOver, IssuedToken, MintRow, Partner, Way
from sharing.sealing import CannotOpen, open_bytes, seal_bytes
from sharing.secret_links import digest_of, new_secret

PASSPHRASE_LETTERS: Final = 20
_GROUP = 5
# Without letters that look like others in some typeface.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz"
# Between the right passphrase and the download.
TICKET_SECONDS: Final = 600
_TICKET_SALT = "sharing.hand_over"
# A link whose first share token dies sooner would be dead before anybody opened it.
LEAST_LIFE: Final = timedelta(minutes=3)
DIES_TOO_SOON: Final = (
    "The first share token of this file dies within three minutes: a link would be dead before "
    "anybody opens it. Take the file yourself, or mint those anew that die first."
)
# A link works this long at most, and never beyond the death of the first share token behind it.
LINK_LIVES: Final = timedelta(hours=24)
SOURCE = "hand-over link"


class Takeable(Protocol):
    """Something that yields a file of share tokens once, and lets go of them with it."""

    @property
    def subject(self) -> str:
        """How the audit trail names it, `batch:12`."""

    @property
    def file_name(self) -> str:
        """What the recipient's file is called."""

    @property
    def token_count(self) -> int:
        """How many share tokens the file holds; asked for once it was taken."""

    @property
    def redeem_by(self) -> datetime | None:
        """When the first of them dies."""

    def take(self) -> Iterator[bytes]:
        """The file in pieces, inside the caller's transaction."""


@dataclass(frozen=True)
class Made:
    """A fresh hand-over with what opens it: both exist in this value only."""

    hand_over: HandOver
    secret: str = field(repr=False)
    passphrase: str = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """A hand-over that the right passphrase opened, and the ticket that takes it."""

    hand_over: HandOver
    ticket: str = field(repr=False)


@transaction.atomic
def make(
    source: Takeable,
    partner: Partner,
    *,
    lives: timedelta,
    by: User,
    request: HttpRequest | None = None,
) -> Made:
    """Move the file of `source` into a hand-over for `partner`; both or neither happens.

    It lives no longer than the first share token in it. Raises `minting.MintRefused` when nothing
    may be shared with the partner, or when that one dies too soon for anybody to fetch it.
    """
    refuse_unless_sharing(partner)
    secret, passphrase = new_secret(), _new_passphrase()
    passphrase_hash = make_password(_plain(passphrase))
    now = timezone.now()
    redeem_by = source.redeem_by
    if redeem_by is not None and redeem_by < now + LEAST_LIFE:
        raise MintRefused(DIES_TOO_SOON)
    content = b"".join(source.take())
    hand_over = HandOver(
        partner=partner,
        subject=source.subject,
        file_name=source.file_name,
        token_count=source.token_count,
        redeem_by=redeem_by,
        secret_sha256=digest_of(secret),
        passphrase_hash=passphrase_hash,
        made_by=by,
        expires_at=min(now + lives, redeem_by) if redeem_by else now + lives,
    )
    hand_over.sealed = seal_bytes(content, context=hand_over.context)
    hand_over.save()
    _audit("made", hand_over, by=by, request=request, tokens=hand_over.token_count)
    return Made(hand_over, secret, passphrase)


def open_with(secret: str, passphrase: str, *, request: HttpRequest) -> Opened | None:
    """What the link and the passphrase open; None for anything that is not right or too late.

    A wrong passphrase is counted before it is compared, so that no two at once get one try for
    free. Takes as long for a link that is not there.
    """
    found = HandOver.objects.waiting(timezone.now()).with_secret(digest_of(secret)).first()
    counted = found is not None and _count_try(found)
    right = check_password(_plain(passphrase), found.passphrase_hash if found else _nobodys())
    if found is None or not counted:
        return None
    if not right:
        _note_wrong(found, request)
        return None
    if not found.partner.may_share(Way.OUT):
        return None
    _note_opened(found, request)
    return Opened(found, signing.dumps(found.pk, salt=_TICKET_SALT))


@transaction.atomic
def take(secret: str, ticket: str, *, request: HttpRequest) -> tuple[HandOver, bytes] | None:
    """The file, once; None when the ticket is too old or the hand-over does not wait any more."""
    try:
        pk = signing.loads(ticket, salt=_TICKET_SALT, max_age=TICKET_SECONDS)
    except signing.BadSignature:
        return None
    waiting = HandOver.objects.waiting(timezone.now()).with_secret(digest_of(secret))
    found = waiting.select_for_update(of=("self",)).select_related("partner").first()
    if found is None or found.pk != pk or found.sealed is None:
        return None
    if not found.partner.may_share(Way.OUT):
        return None
    try:
        content = open_bytes(bytes(found.sealed), context=found.context)
    except CannotOpen:
        return None
    found.sealed, found.taken_at = None, timezone.now()
    found.taken_address = audit.client_address(request)
    found.save(update_fields=["sealed", "taken_at", "taken_address"])
    _audit("taken", found, by=None, request=request, tokens=found.token_count)
    return found, content


@transaction.atomic
def revoke(hand_over: HandOver, *, by: User, request: HttpRequest | None = None) -> bool:
    """Erase the file and let nothing open it any more; False when it did not wait any more."""
    now = timezone.now()
    waiting = HandOver.objects.waiting(now).filter(pk=hand_over.pk)
    if not waiting.update(sealed=None, revoked_at=now, revoked_by=by):
        return False
    _note_unfetched(hand_over)
    _audit("revoked", hand_over, by=by, request=request)
    return True


@transaction.atomic
def erase_what_nothing_opens() -> int:
    """Erase files of hand-overs that expired or were locked; returns how many."""
    found = list(HandOver.objects.kept_in_vain(timezone.now()).select_related("partner"))
    for hand_over in found:
        HandOver.objects.filter(pk=hand_over.pk).update(sealed=None)
        _note_unfetched(hand_over)
        _audit("erased", hand_over, by=None, request=None, state=hand_over.state.value)
    return len(found)


def _note_unfetched(hand_over: HandOver) -> None:
    """Nobody fetched the file, so its share tokens were handed over to nobody."""
    kind, _, number = hand_over.subject.partition(":")
    if kind == "mint_batch" and number.isdigit():
        rows = MintRow.objects.of(int(number))
        IssuedToken.objects.of_rows(rows).handed_over_by(HandedOver.LINK).note_kept()


def _count_try(hand_over: HandOver) -> bool:
    waiting = HandOver.objects.waiting(timezone.now()).filter(pk=hand_over.pk)
    return bool(waiting.update(wrong_tries=F("wrong_tries") + 1))


@transaction.atomic
def _note_wrong(hand_over: HandOver, request: HttpRequest) -> None:
    hand_over.refresh_from_db(fields=["wrong_tries"])
    _audit("refused", hand_over, by=None, request=request, wrong_tries=hand_over.wrong_tries)


@transaction.atomic
def _note_opened(hand_over: HandOver, request: HttpRequest) -> None:
    """The right passphrase: tries are forgiven, and the first opening is remembered."""
    mine = HandOver.objects.filter(pk=hand_over.pk)
    mine.update(wrong_tries=0)
    address = audit.client_address(request)
    mine.filter(opened_at=None).update(opened_at=timezone.now(), opened_address=address)
    _audit("opened", hand_over, by=None, request=request)


def _new_passphrase() -> str:
    letters = [secrets.choice(_ALPHABET) for _ in range(PASSPHRASE_LETTERS)]
    groups = range(0, PASSPHRASE_LETTERS, _GROUP)
    return "-".join("".join(letters[start : start + _GROUP]) for start in groups)


def _plain(passphrase: str) -> str:
    """As it is compared: whoever types it may leave out or add what only groups the letters."""
    return re.sub(r"[\s\-‐-―]", "", passphrase).lower()[:200]


@cache
def _nobodys() -> str:
    """A hash that no passphrase has, for links that are not there."""
    return make_password(new_secret())


def _audit(
    deed: str,
    hand_over: HandOver,
    *,
    by: User | None,
    request: HttpRequest | None,
    tokens: int | None = None,
    wrong_tries: int | None = None,
    state: str | None = None,
) -> None:
    audit.record(
        f"hand_over.{deed}",
        actor=by,
        subject=f"hand_over:{hand_over.pk}",
        request=request,
        source="" if by is not None or request is None else SOURCE,
        partner=hand_over.partner.client_id,
        of=hand_over.subject,
        tokens=tokens,
        wrong_tries=wrong_tries,
        state=state,
    )
