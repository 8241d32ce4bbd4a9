"""The audit trail is append-only: the database refuses UPDATE and DELETE. TRUNCATE stays, for `reset` and for tests."""

from django.db import migrations

CREATE = """
CREATE FUNCTION common_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation';
END;
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON common_auditevent
    FOR EACH ROW EXECUTE FUNCTION common_audit_is_append_only();
"""

DROP = """
DROP TRIGGER audit_append_only ON common_auditevent;
DROP FUNCTION common_audit_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
