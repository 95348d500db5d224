"""What makes two people look like one: keyed hashes of documents, and of name with birth date.

Names are compared without case, accents, signs and order, in their own script and in the Latin one
that Sumsub supplies. Hashes are keyed, so whoever reads the database cannot try out document
numbers; the key is derived from one of the ring that never changes.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from accounts.keyring import KeyRing
from customers.models.duplicates import Ground
from sumsub.identity import IdDoc, Identity

HEX_DIGITS = 32
# A shorter one, or one of a single repeated sign, stands for "none" somewhere.
_SHORTEST_NUMBER = 4
# Letters that are one with their accent, and lose it only in people's spelling.
_SPELT = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_NO_LETTER = re.compile(r"[^\w]|[\d_]")
_HYPHEN = re.compile(r"[-\u2010-\u2015/]")


@dataclass(frozen=True)
class Mark:
    """One thing that a person is known by, hashed."""

    ground: Ground
    key: str


@dataclass(frozen=True)
class FullName:
    """A name in its parts, in one script."""

    first: str
    middle: str
    last: str


def marks_of(identity: Identity, ring: KeyRing) -> list[Mark]:
    """Everything that an identity from Sumsub is known by, each once."""
    names = [
        FullName(identity.first_name, identity.middle_name, identity.last_name),
        FullName(identity.first_name_en, identity.middle_name_en, identity.last_name_en),
    ]
    return [*_documents(identity.id_docs, ring), *name_marks(names, identity.dob, ring)]


def name_marks(names: Iterable[FullName], born: date | None, ring: KeyRing) -> list[Mark]:
    """Names with a birth date; nothing without one, for too many people share a name.

    With the middle name and without it, since one document has it and another has not.
    """
    if born is None:
        return []
    # Most people's names are the same in both scripts.
    spelt = dict.fromkeys(text for name in dict.fromkeys(names) for text in _spellings(name))
    day = born.isoformat()
    return [Mark(Ground.NAME, _hashed(ring, f"name:{text}:{day}")) for text in spelt]


def plain(text: str) -> list[str]:
    """The words of a name in small letters, without accents and signs."""
    if text.isascii() and text.isalpha():
        # Most names are one plain word, and so cost a twentieth.
        return [text.lower()]
    small = unicodedata.normalize("NFKD", _HYPHEN.sub(" ", text.casefold()).translate(_SPELT))
    bare = "".join(sign for sign in small if not unicodedata.combining(sign))
    return [word for part in bare.split() if (word := _NO_LETTER.sub("", part))]


def _spellings(name: FullName) -> Iterator[str]:
    outer, middle = plain(name.first) + plain(name.last), plain(name.middle)
    if len(outer) < 2:
        # One word alone is no name to go by.
        return
    yield " ".join(sorted(outer))
    if middle:
        yield " ".join(sorted(outer + middle))


def _documents(docs: Iterable[IdDoc], ring: KeyRing) -> Iterator[Mark]:
    seen = set()
    for doc in docs:
        number = "".join(sign for sign in doc.number.upper() if sign.isalnum())
        if len(number) >= _SHORTEST_NUMBER and len(set(number)) > 1 and doc.country:
            seen.add(f"document:{doc.country.upper()}:{number}")
    yield from (Mark(Ground.DOCUMENT, _hashed(ring, text)) for text in sorted(seen))


def _hashed(ring: KeyRing, text: str) -> str:
    digest = _keyed(ring.stable["fingerprint"]).copy()
    digest.update(text.encode())
    return digest.finalize().hex()[:HEX_DIGITS]


@lru_cache(maxsize=4)
def _keyed(stable_key: bytes) -> HMAC:
    """The hash of this purpose, ready to be copied; its key serves no other."""
    derive = HMAC(stable_key, SHA256())
    derive.update(b"the same person")
    return HMAC(derive.finalize(), SHA256())
