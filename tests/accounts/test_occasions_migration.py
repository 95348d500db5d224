"""Choices of notices of earlier versions come over: "anything else" holds for each new occasion."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = ("accounts", "0008_audit_filters"), ("accounts", "0009_occasions")
NEW = {"link.sent", "link.expired", "batch.ended", "export.taken", "partner.needs"}


@pytest.fixture
def earlier(transactional_db: None) -> Iterator[MigrationExecutor]:
    """The database as the version before had it; afterwards it is whole again."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    executor.migrate([BEFORE])
    yield MigrationExecutor(connection)
    MigrationExecutor(connection).migrate(leaves)


@pytest.mark.both_databases
def test_what_was_chosen_for_anything_else_holds_for_each_new_occasion(
    earlier: MigrationExecutor,
) -> None:
    old = earlier.loader.project_state([BEFORE]).apps
    people, choices = (old.get_model("accounts", name).objects for name in ("User", "NoticeChoice"))
    olga, oskar, mia = (people.create(email=f"{name}@x.example") for name in ("o", "k", "m"))
    choices.create(person=olga, occasion="other", in_app=True, by_mail=False)
    choices.create(person=olga, occasion="gate.closed", in_app=False, by_mail=True)
    # Chosen on its own already, it stays as it was chosen.
    choices.create(person=oskar, occasion="other", in_app=False, by_mail=False)
    choices.create(person=oskar, occasion="batch.ended", in_app=True, by_mail=True)
    choices.create(person=mia, occasion="import.done", in_app=False, by_mail=False)

    earlier.migrate([AFTER])

    new = MigrationExecutor(connection).loader.project_state([AFTER]).apps
    kept = new.get_model("accounts", "NoticeChoice").objects

    def chosen_by(person: int) -> dict[str, tuple[bool, bool]]:
        found = kept.filter(person=person).values_list("occasion", "in_app", "by_mail")
        return {occasion: (in_app, by_mail) for occasion, in_app, by_mail in found}

    assert chosen_by(olga.pk) == dict.fromkeys(NEW, (True, False)) | {"gate.closed": (False, True)}
    quiet = dict.fromkeys(NEW, (False, False))
    assert chosen_by(oskar.pk) == quiet | {"batch.ended": (True, True)}
    assert chosen_by(mia.pk) == {"import.done": (False, False)}
