"""The generated people, whatever the seed."""

from __future__ import annotations

import pytest

from sumsub.sandbox.engine import Engine, Options
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.sharing import forecast
from sumsub.sandbox.token_file import token_file


def outcomes(seed: str) -> dict[str, str]:
    engine = Engine(Options(seed=seed, applicants=60))
    recipient = engine.directory.recipient
    found = {
        person.external_user_id: forecast(engine, person, recipient, recipient.levels[0]).outcome
        for population in engine.world.populations.values()
        for number in population.numbers()
        if (person := engine.world.find(population.id_of(number)))
        if engine.directory.by_client_id[person.client_id].sandbox
    }
    engine.store.close()
    return found


@pytest.mark.parametrize("seed", [f"seed-{number}" for number in range(40)])
def test_a_demo_applicants_name_tells_its_outcome(seed: str) -> None:
    words = {"approved": "approved", "review": "approved", "documents": "documents_requested"}
    for external_id, outcome in outcomes(seed).items():
        kind, _, rest = external_id.partition("-")
        if kind == "demo":
            word = rest.partition("-")[0]
            assert outcome == words.get(word, f"refused:{word}"), external_id


def test_a_million_people_are_made_only_when_asked_for() -> None:
    engine = Engine(Options(applicants=1_000_000))
    assert engine.donors.count == 1_000_000
    last = engine.donors.id_of(999_999)
    person = engine.world.find(last)
    assert person is not None
    assert person.external_user_id == "user-999999"
    assert engine.world.find_external(person.client_id, "user-999999") == person
    assert engine.world.find(engine.donors.id_of(1_000_000)) is None
    assert engine.world.find(engine.donors.id_of(-1)) is None
    assert engine.world.find_external(person.client_id, "user-1000000") is None
    engine.store.close()


def test_a_search_for_the_rarest_lets_others_call_and_comes_to_an_end() -> None:
    engine = Engine(Options(applicants=1_000_000))
    with pytest.raises(Problem):
        token_file(engine, {"outcome": "refused:10502"}, 1)
    pieces = list(token_file(engine, {"outcome": "refused:10519"}, 7))
    assert b"".join(pieces).count(b"\n") == 8
    assert b"" in pieces, "no turn for others while nobody was found"
    engine.store.close()
