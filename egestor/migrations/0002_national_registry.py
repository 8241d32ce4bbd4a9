"""People are in the national registry (registry.Person); the keys stay the same."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("egestor", "0001_initial"),
        ("accounts", "0005_national_registry"),
    ]

    operations = [
        migrations.AlterField(
            model_name="deploymenttoken",
            name="responsible",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tokens",
                to="registry.person",
                verbose_name="responsável",
            ),
        ),
    ]
