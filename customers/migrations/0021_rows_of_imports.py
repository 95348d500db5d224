"""That each row belongs to an import, on PostgreSQL seen once for a statement and not for each row.

A foreign key asks for every row; for a file of a million that is a sixth of all the work of storing
it. These triggers keep what the key kept: rows come only to imports that are there (at the end of
the statement, not of the transaction), stay there, and an import with rows is not removed, nor
emptied away. SQLite keeps its key, which costs next to nothing there.
"""

from django.db import migrations

from accounts.statements import run_statements

ROWS, IMPORTS = "customers_row", "customers_import"
KEY = "customers_row_import_id_57f303a1_fk_customers_import_id"
REFUSAL = "a row may not go this way"


# Workers may run on while this does. To queue for one table while holding the other would close a
# ring with those that hold the one and want the other; so both are taken in a free moment.
TAKE_BOTH_TABLES = f"""DO $$ BEGIN
    LOOP
        BEGIN
            LOCK TABLE {IMPORTS}, {ROWS} IN ACCESS EXCLUSIVE MODE NOWAIT;
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(0.05);
        END;
    END LOOP;
END $$"""


FORWARDS = {
    "sqlite": [
        f"""CREATE TRIGGER row_stays_in_import BEFORE UPDATE OF import_id ON {ROWS}
            WHEN OLD.import_id <> NEW.import_id
            BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    ],
    "postgresql": [
        TAKE_BOTH_TABLES,
        f"ALTER TABLE {ROWS} DROP CONSTRAINT {KEY}",
        # The lock keeps the import from being removed before these rows are there for all to see.
        f"""CREATE FUNCTION row_of_import() RETURNS trigger LANGUAGE plpgsql
            SET search_path FROM CURRENT AS $$
            DECLARE wanted bigint;
            BEGIN
                FOR wanted IN SELECT DISTINCT import_id FROM added LOOP
                    PERFORM 1 FROM {IMPORTS} WHERE id = wanted FOR KEY SHARE;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'there is no import %', wanted
                            USING ERRCODE = 'foreign_key_violation';
                    END IF;
                END LOOP;
                RETURN NULL;
            END $$""",
        f"""CREATE TRIGGER row_of_import AFTER INSERT ON {ROWS} REFERENCING NEW TABLE AS added
            FOR EACH STATEMENT EXECUTE FUNCTION row_of_import()""",
        f"""CREATE TRIGGER row_stays_in_import BEFORE UPDATE OF import_id ON {ROWS} FOR EACH ROW
            WHEN (OLD.import_id <> NEW.import_id) EXECUTE FUNCTION row_refuse()""",
        f"""CREATE FUNCTION import_keeps_rows() RETURNS trigger LANGUAGE plpgsql
            SET search_path FROM CURRENT AS $$
            BEGIN
                IF NOT EXISTS (SELECT 1 FROM {IMPORTS} WHERE id = OLD.id)
                    AND EXISTS (SELECT 1 FROM {ROWS} WHERE import_id = OLD.id)
                THEN
                    RAISE EXCEPTION 'import % has rows', OLD.id
                        USING ERRCODE = 'foreign_key_violation';
                END IF;
                RETURN NULL;
            END $$""",
        # As a foreign key is, it is looked at when the transaction ends.
        f"""CREATE CONSTRAINT TRIGGER import_keeps_rows AFTER DELETE OR UPDATE OF id ON {IMPORTS}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION import_keeps_rows()""",
        f"""CREATE FUNCTION imports_keep_rows() RETURNS trigger LANGUAGE plpgsql
            SET search_path FROM CURRENT AS $$
            BEGIN
                IF EXISTS (SELECT 1 FROM {ROWS}) THEN
                    RAISE EXCEPTION 'imports have rows' USING ERRCODE = 'foreign_key_violation';
                END IF;
                RETURN NULL;
            END $$""",
        f"""CREATE TRIGGER imports_keep_rows AFTER TRUNCATE ON {IMPORTS}
            FOR EACH STATEMENT EXECUTE FUNCTION imports_keep_rows()""",
    ],
}
BACKWARDS = {
    "sqlite": ["DROP TRIGGER row_stays_in_import"],
    "postgresql": [
        TAKE_BOTH_TABLES,
        f"DROP TRIGGER imports_keep_rows ON {IMPORTS}",
        "DROP FUNCTION imports_keep_rows()",
        f"DROP TRIGGER import_keeps_rows ON {IMPORTS}",
        "DROP FUNCTION import_keeps_rows()",
        f"DROP TRIGGER row_stays_in_import ON {ROWS}",
        f"DROP TRIGGER row_of_import ON {ROWS}",
        "DROP FUNCTION row_of_import()",
        f"""ALTER TABLE {ROWS} ADD CONSTRAINT {KEY} FOREIGN KEY (import_id)
            REFERENCES {IMPORTS} (id) DEFERRABLE INITIALLY DEFERRED""",
    ],
}


class Migration(migrations.Migration):
    dependencies = [("customers", "0020_people_by_index")]

    operations = [run_statements(FORWARDS, BACKWARDS)]
