"""Choices of notices of earlier versions come over: "anything else" holds for each new occasion."""

from collections.abc import Iterator

import pytest
from django.db.migrations.state import StateApps

from tests.parts.earlier import earlier_models, migrated_to

BEFORE, AFTER = ("accounts", "0008_audit_filters"), ("accounts", "0009_occasions")
NEW = {"link.sent", "link.expired", "batch.ended", "export.taken", "partner.needs"}


@pytest.fixture
def earlier(transactional_db: None) -> Iterator[StateApps]:
    yield from earlier_models(BEFORE)


@pytest.mark.both_databases
def test_what_was_chosen_for_anything_else_holds_for_each_new_occasion(
    earlier: StateApps,
) -> None:
    people = earlier.get_model("accounts", "User").objects
    choices = earlier.get_model("accounts", "NoticeChoice").objects
    olga, oskar, mia = (people.create(email=f"{name}@x.example") for name in ("o", "k", "m"))
    choices.create(person=olga, occasion="other", in_app=True, by_mail=False)
    choices.create(person=olga, occasion="gate.closed", in_app=False, by_mail=True)
    # Chosen on its own already, it stays as it was chosen.
    choices.create(person=oskar, occasion="other", in_app=False, by_mail=False)
    choices.create(person=oskar, occasion="batch.ended", in_app=True, by_mail=True)
    choices.create(person=mia, occasion="import.done", in_app=False, by_mail=False)

    kept = migrated_to(AFTER).get_model("accounts", "NoticeChoice").objects

    def chosen_by(person: int) -> dict[str, tuple[bool, bool]]:
        found = kept.filter(person=person).values_list("occasion", "in_app", "by_mail")
        return {occasion: (in_app, by_mail) for occasion, in_app, by_mail in found}

    assert chosen_by(olga.pk) == dict.fromkeys(NEW, (True, False)) | {"gate.closed": (False, True)}
    quiet = dict.fromkeys(NEW, (False, False))
    assert chosen_by(oskar.pk) == quiet | {"batch.ended": (True, True)}
    assert chosen_by(mia.pk) == {"import.done": (False, False)}
