"""Taking share tokens out of texts that come from Sumsub, before anybody keeps them."""

import re
from urllib.parse import quote

from sumsub.fields import storable

_TOKEN_LIKE = re.compile(r"_act-[\w.~+/=%-]+|eyJ[\w.~+/=%-]+")
_REMOVED = "[removed]"
_LONGEST = 500


def safe_text(text: str, share_token: str | None = None) -> str:
    """The text without anything that looks like a share token, at most 500 characters.

    Share tokens are opaque, so the one that was sent is removed by its value as well, both plain
    and as it stood in the query.
    """
    if share_token:
        text = text.replace(share_token, _REMOVED).replace(quote(share_token, safe=""), _REMOVED)
    return storable(_TOKEN_LIKE.sub(_REMOVED, text))[:_LONGEST]
