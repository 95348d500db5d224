"""Triggers that refuse what no row may do, whoever asks: see `customers.models.row_states`.

A state changes only along the table below and with the next version; the mark of doubt goes only
where something is known.
"""

from django.db import migrations

from accounts.statements import run_statements

TABLE = "customers_row"
ALLOWED = {
    "staged": "pending cancelled",
    "pending": "sending checking imported refused expired cancelled needs_person",
    "sending": "pending checking imported refused expired cancelled needs_person",
    "checking": "sending imported refused not_imported needs_person",
    "needs_person": "checking imported refused not_imported",
    "refused": "pending checking imported needs_person",
    "not_imported": "checking imported needs_person",
    "expired": "checking imported needs_person",
    "cancelled": "checking imported needs_person",
}
DOUBT_ENDS_IN = "'imported', 'refused', 'not_imported'"
REFUSAL = "a row may not go this way"
STEPS = ", ".join(
    f"'{leaves}>{enters}'" for leaves, ways in ALLOWED.items() for enters in ways.split()
)
# Doubt also keeps a row from waiting again: "back to pending" is "to checking" for it.
WRONG = f"""
    (OLD.state <> NEW.state AND (
        (OLD.state || '>' || NEW.state) NOT IN ({STEPS})
        OR NEW.version <> OLD.version + 1
        OR (OLD.doubt AND NEW.state = 'pending')))
    OR (OLD.doubt AND NOT NEW.doubt AND NEW.state NOT IN ({DOUBT_ENDS_IN}))
"""


def sqlite_triggers():
    return [
        f"""CREATE TRIGGER row_transition BEFORE UPDATE ON {TABLE} WHEN {WRONG}
            BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    ]


def postgresql_triggers():
    return [
        f"""CREATE FUNCTION row_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
            END $$""",
        f"""CREATE TRIGGER row_transition BEFORE UPDATE ON {TABLE} FOR EACH ROW
            WHEN ({WRONG}) EXECUTE FUNCTION row_refuse()""",
    ]


REMOVALS = {
    "sqlite": ["DROP TRIGGER row_transition"],
    "postgresql": [f"DROP TRIGGER row_transition ON {TABLE}", "DROP FUNCTION row_refuse()"],
}


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [
        run_statements({"sqlite": sqlite_triggers(), "postgresql": postgresql_triggers()}, REMOVALS)
    ]
