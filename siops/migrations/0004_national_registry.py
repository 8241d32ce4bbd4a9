"""People are in the national registry (registry.Person); the keys stay the same."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_national_registry"),
        ("siops", "0003_attendant"),
    ]

    operations = [
        migrations.AlterField(
            model_name="certificationrequest",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certification_requests",
                to="registry.person",
                verbose_name="gestor",
            ),
        ),
        migrations.AlterField(
            model_name="healthmanager",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="health_manager_records",
                to="registry.person",
                verbose_name="pessoa",
            ),
        ),
        migrations.AlterField(
            model_name="technician",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="technician_records",
                to="registry.person",
                verbose_name="pessoa",
            ),
        ),
    ]
