"""The help page: what it says is what the code does and what the screens show."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from customers import handbook
from customers.management.commands.import_tokens import Command
from customers.models import ImportState, Row, RowState
from customers.models.row_states import TRANSITIONS
from customers.progress import LABELS
from customers.reasons import Reason
from customers.token_csv.columns import Column, read_header
from sharing.command_line import Exit
from sumsub.codes import REFUSAL_CODES
from tests.parts.import_maker import make_import
from tests.parts.pages import words

SignIn = Callable[[User], Client]
S = RowState
ADDRESS = "/help/importing-share-tokens/"
# What people read on a screen as the name of a part or of an act.
NAMED = re.compile(r"<(h[1-4]|a|button|summary|legend|b)\b[^>]*>(.*?)</\1>", re.DOTALL)


def help_page(client: Client) -> str:
    """The page as it is sent."""
    return client.get(ADDRESS).content.decode()


def names_on(client: Client, address: str) -> set[str]:
    """The names of parts and acts on a screen."""
    page = client.get(address).content.decode()
    return {_plain(text) for _, text in NAMED.findall(page)}


def _plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_everybody_who_is_signed_in_may_read_it(viewer: User, client_for: SignIn) -> None:
    reader = client_for(viewer)
    assert reader.get(ADDRESS).status_code == 200
    assert f'href="{ADDRESS}" aria-current="page"' in help_page(reader)


def test_its_steps_name_what_the_screens_show(office: Client) -> None:
    running = make_import(S.IMPORTED, S.PENDING)
    repair = make_import(S.IMPORTED, S.NOT_IMPORTED, state=ImportState.FINISHED)
    screens = {
        "list": "/customers/",
        "add": "/customers/add/",
        "import": f"/imports/{repair.pk}/",
        "running": f"/imports/{running.pk}/",
        "new-tokens": f"/imports/{repair.pk}/new-tokens/",
    }
    told = re.findall(r'<b data-on="([\w-]+)">(.*?)</b>', help_page(office))
    assert {screen for screen, _ in told} == set(screens)
    shown = {screen: names_on(office, address) for screen, address in screens.items()}
    begins = [(s, n) for s, n in told if not any(one.startswith(_plain(n)) for one in shown[s])]
    assert begins == []


def test_every_name_it_gives_a_column_is_understood(office: Client) -> None:
    page = words(office.get(ADDRESS))
    for column in handbook.columns():
        for name in (column.name, *column.others):
            assert name in page
            cells = [name] if column.name == Column.TOKEN else ["token", name]
            header = read_header(",".join(cells))
            assert header.place(Column(column.name)) == len(cells) - 1


def test_every_label_and_every_refusal_is_explained(office: Client) -> None:
    page = help_page(office)
    assert {state for label in LABELS for state in label.states} == set(TRANSITIONS)
    for label in handbook.labels():
        assert f'id="label-{label.key}"' in page
    for code in REFUSAL_CODES:
        assert f'id="reason-{code.name}"' in page
        assert code.next_step in unescape(page)


def test_links_inside_it_lead_somewhere(office: Client) -> None:
    page = help_page(office)
    wanted = set(re.findall(r'<li><a href="#([\w-]+)"', page))
    assert len(wanted) == 12
    assert wanted <= set(re.findall(r'<section id="([\w-]+)"', page))


@pytest.mark.parametrize("state", RowState)
def test_every_row_links_to_its_explanation(office: Client, state: RowState) -> None:
    imported = make_import(state, state=ImportState.FINISHED)
    page = office.get(f"/imports/{imported.pk}/rows/2/").content.decode()
    (anchor,) = re.findall(rf'href="{ADDRESS}#([\w-]+)">What this means', page)
    assert f'id="{anchor}"' in help_page(office)


@pytest.mark.parametrize(
    ("columns", "anchor"),
    [
        ({"reason": Reason.RULE, "error_code": 10510, "error_name": "x"}, "label-refused"),
        ({"reason": Reason.TOKEN_DEAD}, "reason-token-dead"),
        ({"reason": Reason.TOKEN_DEAD, "error_name": "invalid-share-token"}, "reason-token-dead"),
    ],
)
def test_a_refusal_leads_to_its_own_reason(columns: dict[str, str], anchor: str) -> None:
    assert handbook.anchor_of(Row(state=S.REFUSED, **columns)) == anchor


def test_it_names_every_option_and_ending_of_the_command(office: Client) -> None:
    page = words(office.get(ADDRESS))
    section = page[page.index('id="command-line"') :]
    actions = Command().create_parser("manage.py", "import_tokens")._actions
    ours = actions[[action.dest for action in actions].index("file") :]
    options = [action.option_strings[0] for action in ours if action.option_strings]
    own = options[: options.index("--version")] if "--version" in options else options
    assert [option for option in own if option not in section] == []
    assert [ending for ending in Exit if not re.search(rf"\b{ending.value}\b", section)] == []
