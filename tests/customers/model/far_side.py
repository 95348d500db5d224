"""Sumsub's side: what it makes of a request that arrives."""

from collections.abc import Iterator

from tests.customers.model.facts import Moment
from tests.customers.model.world import Holder, Kind, Token, World

_E, _F = Kind.ENGINE, Kind.FAULT
# 429 among them: it is treated as “not delivered”.
_ANYTIME = ("not delivered", "permission missing", "wrong request", "no clear answer")
_IF_GOOD = ("refused by a rule", "refused at this level", "refused by an unknown rule")
_IF_CREATED = ("created, but unreadable", "no clear answer")


def landings(world: World) -> Iterator[tuple[Kind, str, World]]:
    """What Sumsub may make of a request that arrives now, and say."""
    for result in _ANYTIME:
        yield _F, result, world
    dead = world._replace(token=Token.DEAD)
    if world.token is Token.GOOD:
        may_be_dead = not world.life.declared or world.life.until <= Moment.PASSED
        if may_be_dead:
            yield _E, "token refused", dead
    else:
        yield _E, "token refused", world
    if world.token is Token.GOOD and not (world.life.declared and world.life.until == Moment.GONE):
        yield from _executed(world)


def _executed(world: World) -> Iterator[tuple[Kind, str, World]]:
    for result in _IF_GOOD:
        if result != "refused at this level" or not world.row.other_level:
            yield _E, result, world
    made = world._replace(token=Token.USED, holder=Holder.OURS)
    yield _E, "created", made
    for result in _IF_CREATED:
        yield _F, result, made
