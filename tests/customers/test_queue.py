"""What the queue offers for sending: the same rows that the model claims."""

import itertools

import pytest
from django.utils import timezone

from customers.models import Row, RowState
from customers.timing import Timing
from tests.customers.model.engine import Engine
from tests.customers.model.facts import Facts, Life, Moment, Place
from tests.parts.import_maker import make_import

COMBINATIONS = list(itertools.product(RowState, (False, True), (False, True)))


@pytest.mark.django_db
def test_the_queue_offers_what_the_model_claims() -> None:
    imported = make_import(*(state for state, _, _ in COMBINATIONS))
    rows = list(Row.objects.of(imported).order_by("line"))
    place, life = Place(), Life(Moment.LATER, declared=False)
    claimed = set()
    for row, (state, look_first, cleared) in zip(rows, COMBINATIONS, strict=True):
        Row.objects.filter(pk=row.pk).update(look_first=look_first, resend_cleared=cleared)
        facts = Facts(state, look_first=look_first, cleared=cleared)
        if Engine().may_claim(facts, place, life):
            claimed.add(row.pk)
    mine = Row.objects.of(imported)
    now = timezone.now()
    offered = {*mine.sendable(now), *mine.cleared_for_resend(now, Timing())}
    assert {row.pk for row in offered} == claimed
    assert len(claimed) == 4
