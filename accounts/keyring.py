"""The key ring: named 256-bit keys from RELAY_KEYS, one purpose each.

RELAY_KEYS is a comma-separated list of `name:key`, where key is 32 bytes in URL-safe base64 and
name is `encryption-1`, `encryption-2` … (new writes use the highest), `fingerprint`,
`external-id` or `audit`. The three others are never rotated lightly: fingerprints and external
ids must stay the same for the same share token, also after a restore.
"""

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.private_files import private_file

KEY_BYTES = 32
STABLE_KEYS = ("fingerprint", "external-id", "audit")


@dataclass(frozen=True)
class KeyRing:
    """All keys of the installation. Its `repr` shows names only."""

    encryption: Mapping[int, bytes] = field(repr=False)
    stable: Mapping[str, bytes] = field(repr=False)

    @property
    def newest(self) -> int:
        """The number of the encryption key that new writes use."""
        return max(self.encryption)

    def __str__(self) -> str:
        return f"KeyRing(encryption {sorted(self.encryption)}, {sorted(self.stable)})"


def parse_keys(text: str) -> KeyRing:
    """Read RELAY_KEYS.

    Raises ImproperlyConfigured, naming the entry but never its value, when an entry is
    malformed, not 32 bytes long, or missing.
    """
    entries = dict(_parse_entry(entry) for entry in text.replace("\n", ",").split(",") if entry)
    encryption = {
        int(name.removeprefix("encryption-")): key
        for name, key in entries.items()
        if name.startswith("encryption-")
    }
    if not encryption:
        raise ImproperlyConfigured("RELAY_KEYS holds no key named encryption-1.")
    missing = [name for name in STABLE_KEYS if name not in entries]
    if missing:
        raise ImproperlyConfigured(f"RELAY_KEYS lacks the keys {', '.join(missing)}.")
    return KeyRing(encryption=encryption, stable={name: entries[name] for name in STABLE_KEYS})


def _parse_entry(entry: str) -> tuple[str, bytes]:
    name, _, value = entry.strip().partition(":")
    try:
        key = base64.urlsafe_b64decode(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"RELAY_KEYS: {name} is not base64.") from error
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"RELAY_KEYS: {name} is not {KEY_BYTES} bytes long.")
    return name, key


def generate_keys() -> str:
    """A fresh RELAY_KEYS value with one key of each name."""
    return ",".join(
        f"{name}:{base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"
        for name in ("encryption-1", *STABLE_KEYS)
    )


@lru_cache(maxsize=4)
def _cached(text: str) -> KeyRing:
    return parse_keys(text)


def keyring() -> KeyRing:
    """The installation's key ring, from the setting RELAY_KEYS."""
    return _cached(settings.RELAY_KEYS)


def local_keys(data_dir: Path) -> str:
    """RELAY_KEYS of an installation that answers to this machine only; made once in DATA_DIR."""
    return _kept_file(data_dir / "keys" / "relay-keys", generate_keys())


def local_secret_key(data_dir: Path) -> str:
    """SECRET_KEY of an installation that answers to this machine only; made once in DATA_DIR."""
    return _kept_file(data_dir / "keys" / "secret-key", secrets.token_urlsafe(50))


def _kept_file(path: Path, fresh: str) -> str:
    """The contents of `path`; written first with `fresh`, readable by its owner only.

    Two processes may start at once: the hard link makes exactly one of them the author.
    """
    if not path.exists():
        draft = private_file(path.with_name(f"{path.name}.{os.getpid()}"))
        draft.write_text(fresh, encoding="utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()
