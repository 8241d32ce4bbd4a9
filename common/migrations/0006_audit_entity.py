"""What happened with an entity is read by an index; that of the details, which no query reads, goes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0005_audit_office"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="auditevent", name="audit_details"),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(("entity_id__isnull", False)),
                fields=["entity_id", "-at", "-id"],
                name="audit_entity",
            ),
        ),
    ]
