"""The look's vocabulary in templates: icons, states, figures, times, small charts.

Built in for every template (settings.TEMPLATES), so no template loads it.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.look import charts, figures
from accounts.look.marking import marked
from accounts.look.states import state_of
from accounts.trail.deeds import words_of

register = template.Library()

register.filter("thousands", figures.thousands)
register.filter("clock", figures.clock)
register.filter("moment", figures.moment)
register.filter("day", figures.day)
register.filter("duration", figures.duration)
register.filter("token_mark", figures.token_mark)
register.filter("deed_words", words_of)
register.filter("plain_name", figures.plain_name)
register.filter("initials", figures.initials)
register.filter("marked", marked)
register.simple_tag(charts.progress_bar, name="progress_bar")
register.simple_tag(charts.share_bar, name="share_bar")
register.simple_tag(charts.spark, name="spark")


@register.filter
def sumsub_name(name: str) -> SafeString:
    """Sumsub's name of something, such as PROOF_OF_RESIDENCE, which may break at `_`."""
    return format_html_join(SafeString("_<wbr>"), "{}", ((part,) for part in name.split("_")))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A symbol of the sprite, e.g. `{% icon "refused" %}`; decoration unless it has a label."""
    return _icon(str(name), str(label))


# A page of rows shows the same few symbols and states a hundred times.
@lru_cache(maxsize=512)
def _icon(name: str, label: str) -> SafeString:
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="#i-{}"/></svg>', label, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def state(name: str, label: str = "", pill: bool = False) -> SafeString:
    """A state as icon and word, e.g. `{% state row.state row.get_state_display pill=True %}`.

    Without a label the state's usual word is used. Pills are for page heads.
    """
    return _state(str(name), str(label), pill)


@lru_cache(maxsize=512)
def _state(name: str, label: str, pill: bool) -> SafeString:
    known = state_of(name)
    return format_html(
        '<span class="state{}" data-state="{}" data-tone="{}">{}{}</span>',
        " pill" if pill else "",
        name,
        known.tone,
        _icon(known.icon, ""),
        label or known.label,
    )


@register.simple_tag
def state_word(name: str) -> str:
    """A state's usual word within a sentence: "too late"."""
    return state_of(str(name)).label.lower()


@register.simple_tag
def countdown(deadline: datetime | None) -> SafeString:
    """How long until `deadline`; `countdown.js` keeps it true. Nothing without a deadline."""
    if deadline is None:
        return SafeString("")
    seconds = (deadline - timezone.now()).total_seconds()
    return format_html(
        '<time class="countdown" datetime="{0}" data-deadline="{0}" data-left="{1}"'
        ' title="{2} UTC">{3}<span>{4}</span></time>',
        deadline.isoformat(),
        figures.urgency(seconds),
        figures.moment(deadline),
        icon("timer"),
        figures.duration(seconds) if seconds > 0 else f"died {figures.clock(deadline)[:5]}",
    )


@register.simple_tag
def when(value: datetime | date | None) -> SafeString:
    """A moment as `<time>`: 20 Nov 2026, 14:02; a dash for none."""
    if value is None:
        return SafeString("–")
    text = figures.moment(value) if isinstance(value, datetime) else figures.day(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.simple_tag
def control(field: BoundField, **attributes: Any) -> SafeString:
    """A form field's widget in our class; Django adds the invalid mark and the description's ids.

    `_partials/field.html` draws label, hint and error around it. Further attributes take `_` for
    `-`: `{% control form.q data_shortcut="f" %}`.
    """
    attrs: dict[str, Any] = {name.replace("_", "-"): text for name, text in attributes.items()}
    if not isinstance(field.field.widget, CheckboxInput | RadioSelect):
        attrs.setdefault("class", "input")
    if str(field.field.widget.attrs.get("placeholder", "-")).lower() in field.label.lower():
        attrs["placeholder"] = False  # allauth repeats the label there; Django omits False
    return field.as_widget(attrs=attrs)


@register.simple_tag(takes_context=True)
def querystring_of(context: template.RequestContext, name: str, value: object) -> str:
    """This page's query with one parameter, named by a variable, set or (with None) removed."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    if value is not None:
        query[name] = str(value)
    return f"?{query.urlencode()}"
