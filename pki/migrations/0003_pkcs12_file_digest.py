"""The digest by which a container put elsewhere is known again as one of the house."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pki", "0002_medium"),
    ]

    operations = [
        migrations.AddField(
            model_name="pkcs12file",
            name="sha256",
            field=models.CharField(
                blank=True, db_index=True, default="", max_length=64, verbose_name="SHA-256 do arquivo"
            ),
        ),
    ]
