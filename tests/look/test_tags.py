"""The words and figures of templates."""

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils import timezone

from accounts.look.charts import WIDTH, progress_bar
from accounts.look.states import STATES

TEATIME = datetime(2026, 11, 20, 14, 2, 7, tzinfo=UTC)


def drawn(source: str, **context: object) -> str:
    """A template's text; the look's tags are there without loading."""
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("{{ v|thousands }}", 2000, "2\u00a0000"),
        ("{{ v|thousands }}", 999, "999"),
        ("{{ v|thousands }}", None, "–"),
        ("{{ v|clock }}", TEATIME, "14:02:07"),
        ("{{ v|moment }}", TEATIME, "20 Nov 2026, 14:02"),
        ("{{ v|day }}", date(1988, 6, 4), "4 Jun 1988"),
        ("{{ v|duration }}", 38, "38\u00a0s"),
        ("{{ v|duration }}", 59.7, "1\u00a0min\u00a000\u00a0s"),
        ("{{ v|duration }}", 260, "4\u00a0min\u00a020\u00a0s"),
        ("{{ v|duration }}", 7500, "2\u00a0h\u00a005\u00a0min"),
        ("{{ v|duration }}", 3 * 86400, "3\u00a0days"),
        ("{{ v|duration }}", -5, "0\u00a0s"),
        ("{{ v|token_mark }}", "9c41e07b55aa", "9c41·e07b"),
        ("{{ v|token_mark }}", "", "–"),
        ("{{ v|sumsub_name }}", "OTHER_<DOCS>", "OTHER_<wbr>&lt;DOCS&gt;"),
        ("{{ v|deed_words }}", "import.created", "Import created"),
        ("{{ v|initials }}", "Ilse van Varnholt", "IV"),
    ],
)
def test_figure_is_written_the_house_way(source: str, value: object, text: str) -> None:
    assert drawn(source, v=value) == text


def test_state_has_shape_and_word_besides_its_tone() -> None:
    text = drawn('{% state "refused" %}')
    assert 'data-tone="bad"' in text
    assert "#i-refused" in text
    assert "Refused</span>" in text


def test_state_takes_another_word_and_escapes_it() -> None:
    assert "&lt;b&gt;" in drawn('{% state "pending" label=v %}', v="<b>")


def test_unknown_state_is_shown_under_its_own_name() -> None:
    assert "Something new" in drawn('{% state "something_new" %}')


def test_icon_is_decoration_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in drawn('{% icon "warn" %}')
    assert 'aria-label="Careful"' in drawn('{% icon "warn" label="Careful" %}')


def test_progress_bar_keeps_true_proportions() -> None:
    svg = ElementTree.fromstring(
        progress_bar([("imported", 998), ("refused", 1), ("pending", 1), ("expired", 0)])
    )
    widths = [float(rect.attrib["width"]) for rect in svg]
    assert widths == pytest.approx([998 - 1.5, 1, 1])
    assert sum(widths) <= WIDTH


def test_progress_bar_says_the_same_in_words() -> None:
    label = progress_bar([("imported", 1240), ("sending", 10), ("pending", 750)])
    assert "62 % done: 1\u00a0240 imported, 10 sending, 750 waiting" in label


def test_progress_bar_of_nothing_is_empty() -> None:
    assert "Nothing to do" in progress_bar([])


@pytest.mark.parametrize(
    ("seconds", "left"), [(1023, "ok"), (260, "soon"), (38, "last"), (-60, "over")]
)
def test_countdown_turns_urgent_in_time(seconds: int, left: str) -> None:
    text = drawn("{% countdown v %}", v=timezone.now() + timedelta(seconds=seconds))
    assert f'data-left="{left}"' in text


def test_no_deadline_draws_no_countdown() -> None:
    assert drawn("{% countdown v %}", v=None) == ""


def test_every_state_has_a_tone_of_the_stylesheet() -> None:
    assert {look.tone for look in STATES.values()} <= {"ok", "bad", "warn", "doubt", "move", "idle"}
