"""People are in the national registry (registry.Person); the keys stay the same."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_national_registry"),
        ("rnds", "0004_ended_tells_successor"),
    ]

    operations = [
        migrations.AlterField(
            model_name="credentialrequest",
            name="requester",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.person",
                verbose_name="pessoa solicitante",
            ),
        ),
        migrations.AlterField(
            model_name="credentialrequest",
            name="responsible",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.person",
                verbose_name="gestor responsável",
            ),
        ),
    ]
