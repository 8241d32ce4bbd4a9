"""«Acesso de sistemas»: users with a password, on behalf of a credential."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rnds", "0005_national_registry"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SystemAccess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("username", models.CharField(max_length=40, unique=True, verbose_name="usuário")),
                ("password_hash", models.CharField(max_length=64, verbose_name="resumo da senha")),
                ("created_at", models.DateTimeField(verbose_name="criado em")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revogado em")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="criado por",
                    ),
                ),
                (
                    "credential",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rnds.credential",
                        verbose_name="credencial",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="revogado por",
                    ),
                ),
            ],
            options={
                "verbose_name": "acesso de sistema",
                "verbose_name_plural": "acessos de sistemas",
                "ordering": ["username"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="system_access_revoked_has_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("password_hash__regex", "^[0-9a-f]{64}$")), name="system_access_is_hashed"
                    ),
                ],
            },
        ),
    ]
