"""Receipts: a row for each act of delivery, append-only, its number from a sequence. TRUNCATE stays, for `reset`."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE SEQUENCE declarations_receipt_number START 1 OWNED BY declarations_receipt.sequence;
CREATE FUNCTION declarations_receipt_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'receipts are append-only' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER receipt_append_only BEFORE UPDATE OR DELETE ON declarations_receipt
    FOR EACH ROW EXECUTE FUNCTION declarations_receipt_stays();
"""
BACKWARD = """
DROP TRIGGER receipt_append_only ON declarations_receipt;
DROP FUNCTION declarations_receipt_stays();
DROP SEQUENCE declarations_receipt_number;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("declarations", "0001_initial"),
        ("documents", "0003_receipts_log"),
    ]

    operations = [
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("transmission", "TRANSMISSÃO"),
                            ("homologation", "HOMOLOGAÇÃO"),
                            ("rectification", "RETIFICAÇÃO"),
                        ],
                        max_length=16,
                        verbose_name="tipo",
                    ),
                ),
                ("sequence", models.PositiveIntegerField(unique=True, verbose_name="sequencial")),
                ("number", models.CharField(max_length=27, unique=True, verbose_name="número")),
                ("content_hash", models.CharField(max_length=64, verbose_name="resumo do conteúdo")),
                ("typed_hash", models.CharField(max_length=64, verbose_name="resumo do digitado")),
                ("rules", models.CharField(max_length=24, verbose_name="conjunto de regras")),
                ("warnings", models.PositiveIntegerField(verbose_name="avisos")),
                ("released", models.CharField(blank=True, max_length=400, verbose_name="críticas liberadas")),
                ("committed_percent", models.IntegerField(null=True, verbose_name="percentual empenhado")),
                ("settled_percent", models.IntegerField(null=True, verbose_name="percentual liquidado")),
                ("paid_percent", models.IntegerField(null=True, verbose_name="percentual pago")),
                ("actor_name", models.CharField(max_length=120, verbose_name="quem enviou")),
                ("actor_cpf", models.CharField(max_length=14, verbose_name="CPF mascarado")),
                ("actor_role", models.CharField(max_length=120, verbose_name="função")),
                ("by_substitution", models.BooleanField(default=False, verbose_name="por substituição")),
                ("received_at", models.DateTimeField(verbose_name="recebido em")),
                (
                    "declaration",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="declarations.declaration",
                        verbose_name="declaração",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipt",
                        to="documents.logentry",
                        verbose_name="entrada no registro",
                    ),
                ),
            ],
            options={
                "verbose_name": "recibo",
                "verbose_name_plural": "recibos",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("declaration", "kind"), name="receipt_once_for_each_act"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["transmission", "homologation", "rectification"])),
                        name="receipt_kind_exists",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^SIM-[0-9]{4}[1-6]-[0-9]{7}-[0-9]{6}-[0-9]{2}$")),
                        name="receipt_number_has_its_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sequence__gte", 1), ("sequence__lte", 999999)),
                        name="receipt_sequence_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("content_hash__regex", "^[0-9a-f]{64}$"), ("typed_hash__regex", "^[0-9a-f]{64}$")
                        ),
                        name="receipt_says_of_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("actor_cpf__regex", "^\\*{3}\\.[0-9]{3}\\.[0-9]{3}-\\*{2}$")),
                        name="receipt_cpf_is_masked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor_name", ""), _negated=True), models.Q(("actor_role", ""), _negated=True)
                        ),
                        name="receipt_says_who",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
