"""Files of the folder "chaves" that nobody opened leave it within the hour; those enabled were opened already."""

from django.db import migrations, models


def clear_enabled_files(apps, schema_editor):
    installations = apps.get_model("rnds", "PecInstallation").objects.exclude(enabled_file=None)
    files = apps.get_model("rnds", "PecKeyFile").objects
    files.filter(pk__in=installations.values("enabled_file")).update(cleared_at=models.F("uploaded_at"))


class Migration(migrations.Migration):
    dependencies = [("rnds", "0002_requester_id_sequence")]

    operations = [
        migrations.AddField(
            model_name="peckeyfile",
            name="cleared_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="conferido em"),
        ),
        migrations.RunPython(clear_enabled_files, migrations.RunPython.noop),
    ]
