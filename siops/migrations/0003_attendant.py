import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("siops", "0002_acts_by_substitution"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attendant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "certifier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendants",
                        to="siops.certifier",
                        verbose_name="certificadora",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendant",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="conta",
                    ),
                ),
            ],
            options={
                "verbose_name": "atendente de certificadora",
                "verbose_name_plural": "atendentes de certificadora",
            },
        ),
    ]
