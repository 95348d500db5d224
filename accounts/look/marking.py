"""Words with a little marking: `code` between back quotes, **strong** between stars, as HTML."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString

_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
_EMPHASIS = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")


def marked(text: str) -> SafeString:
    """The text escaped, its marks as elements; nothing else of it becomes one."""
    found = _CODE.sub(r"<code>\1</code>", str(escape(text)))
    found = _STRONG.sub(r"<b>\1</b>", found)
    return SafeString(_EMPHASIS.sub(r"<i>\1</i>", found))
