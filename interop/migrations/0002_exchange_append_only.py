"""A line of the log of calls is never changed; old ones are erased by the sweep."""

from django.db import migrations

CREATE = """
CREATE FUNCTION interop_exchange_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of calls is append-only' USING ERRCODE = 'restrict_violation';
END;
$$;
CREATE TRIGGER exchange_append_only BEFORE UPDATE ON interop_exchange
    FOR EACH ROW EXECUTE FUNCTION interop_exchange_is_never_changed();
"""

DROP = """
DROP TRIGGER exchange_append_only ON interop_exchange;
DROP FUNCTION interop_exchange_is_never_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("interop", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
