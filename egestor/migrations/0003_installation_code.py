"""The 24-hour code with which a PEC is installed or updated (código de instalação)."""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_second_factor"),
        ("egestor", "0002_national_registry"),
        ("registry", "0003_populated_blocks"),
        ("territory", "0002_establishment_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InstallationCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value_hash", models.CharField(max_length=64, unique=True, verbose_name="resumo do token")),
                ("last4", models.CharField(max_length=4, verbose_name="final do token")),
                ("sealed_value", models.BinaryField(null=True, verbose_name="token cifrado")),
                (
                    "status",
                    django_fsm.FSMField(
                        choices=[
                            ("generated", "GERADO"),
                            ("used", "USADO"),
                            ("cancelled", "CANCELADO"),
                            ("expired", "EXPIRADO"),
                        ],
                        default="generated",
                        max_length=20,
                        protected=True,
                        verbose_name="situação",
                    ),
                ),
                ("generated_at", models.DateTimeField(verbose_name="gerado em")),
                ("expires_at", models.DateTimeField(verbose_name="válido até")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="usado em")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="cancelado em")),
                (
                    "reason",
                    models.CharField(
                        choices=[("installation", "Instalação"), ("update", "Atualização")],
                        max_length=20,
                        verbose_name="motivo",
                    ),
                ),
                ("installation_key", models.CharField(blank=True, max_length=19, verbose_name="chave da instalação")),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="cancelado por",
                    ),
                ),
                (
                    "entity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="installation_codes",
                        to="territory.entity",
                        verbose_name="ente",
                    ),
                ),
                (
                    "manager",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="installation_codes",
                        to="registry.person",
                        verbose_name="gestor",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="installation_codes",
                        to="accounts.organisation",
                        verbose_name="fundo",
                    ),
                ),
            ],
            options={
                "verbose_name": "código de instalação",
                "verbose_name_plural": "códigos de instalação",
                "ordering": ["-generated_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "generated")), fields=["expires_at", "id"], name="code_due"
                    ),
                    models.Index(fields=["entity", "-generated_at"], name="code_of_entity"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "generated")),
                        fields=("entity", "manager"),
                        name="code_one_generated_per_manager",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sealed_value__isnull", False), ("status", "generated")),
                            models.Q(models.Q(("status", "generated"), _negated=True), ("sealed_value__isnull", True)),
                            _connector="OR",
                        ),
                        name="code_value_kept_only_while_generated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "used"), ("used_at__isnull", False)),
                            models.Q(models.Q(("status", "used"), _negated=True), ("used_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="code_used_has_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at__isnull", False), ("status", "cancelled")),
                            models.Q(models.Q(("status", "cancelled"), _negated=True), ("cancelled_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="code_cancelled_has_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "used"), models.Q(("installation_key", ""), _negated=True)),
                            models.Q(models.Q(("status", "used"), _negated=True), ("installation_key", "")),
                            _connector="OR",
                        ),
                        name="code_used_has_key",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
    ]
