"""Triggers that keep the audit trail as it was written.

An update may fill seq, previous_hash and hash, once and all three; nothing else ever changes.
Deletion (and TRUNCATE, where the database knows it) is refused.
"""

from django.db import migrations

from accounts.statements import run_statements

TABLE = "accounts_auditevent"
KEPT = (
    "id",
    "at",
    "actor_id",
    "actor_label",
    "deed",
    "subject",
    "outcome",
    "details",
    "source",
    "address",
    "request_id",
)
SEAL = ("seq", "previous_hash", "hash")
REFUSAL = "audit events are append-only"


def sqlite_triggers():
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT)
    unfilled = " OR ".join(f"NEW.{name} IS NULL" for name in SEAL)
    return [
        f"""CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE}
            WHEN OLD.seq IS NOT NULL OR {unfilled} OR {changed}
            BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
        f"""CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE}
            BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    ]


def postgresql_triggers():
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in KEPT)
    unfilled = " OR ".join(f"NEW.{name} IS NULL" for name in SEAL)
    return [
        f"""CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
            END $$""",
        f"""CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE} FOR EACH ROW
            WHEN (OLD.seq IS NOT NULL OR {unfilled} OR {changed})
            EXECUTE FUNCTION audit_refuse()""",
        f"""CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE} FOR EACH ROW
            EXECUTE FUNCTION audit_refuse()""",
        f"""CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT
            EXECUTE FUNCTION audit_refuse()""",
    ]


REMOVALS = {
    "sqlite": ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
    "postgresql": [
        f"DROP TRIGGER audit_no_update ON {TABLE}",
        f"DROP TRIGGER audit_no_delete ON {TABLE}",
        f"DROP TRIGGER audit_no_truncate ON {TABLE}",
        "DROP FUNCTION audit_refuse()",
    ],
}


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        run_statements({"sqlite": sqlite_triggers(), "postgresql": postgresql_triggers()}, REMOVALS)
    ]
