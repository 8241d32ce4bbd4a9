"""What Django has no words for: keys that refer to more than one column, and a history that is never changed.

`yes` is a column that is always true, for the keys below to refer to a row *in a given state*:

- the CNS of a person is a number of that person, and the principal one; told at the end of the transaction, because the
  number refers to the person as well;
- who absorbed somebody was not absorbed: no chain can exist.

The index for LIKE that Django makes beside a key of text goes: nobody asks for a part of a CNS, and there are millions.
"""

from django.db import migrations

GUARDS = """
DROP INDEX IF EXISTS registry_cns_number_5b826f26_like;
ALTER TABLE registry_person ADD COLUMN yes boolean NOT NULL GENERATED ALWAYS AS (true) STORED;
ALTER TABLE registry_person ADD CONSTRAINT person_cns_is_the_principal
    FOREIGN KEY (id, cns, yes) REFERENCES registry_cns (person_id, number, is_principal)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE registry_person ADD CONSTRAINT person_survivor_stands
    FOREIGN KEY (survivor_id, yes) REFERENCES registry_person (id, is_standing);

CREATE FUNCTION registry_transaction_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a record is append-only' USING ERRCODE = 'restrict_violation';
END;
$$;
CREATE TRIGGER transaction_append_only BEFORE UPDATE OR DELETE ON registry_transaction
    FOR EACH ROW EXECUTE FUNCTION registry_transaction_is_append_only();
"""

FREE = """
DROP TRIGGER transaction_append_only ON registry_transaction;
DROP FUNCTION registry_transaction_is_append_only();
ALTER TABLE registry_person DROP CONSTRAINT person_survivor_stands;
ALTER TABLE registry_person DROP CONSTRAINT person_cns_is_the_principal;
ALTER TABLE registry_person DROP COLUMN yes;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [migrations.RunSQL(GUARDS, FREE)]
