"""The receipts log, and the file of a paper apart from its numbers: it is registered before it is signed.

Log, checkpoints and files are append-only; an entry gets its place once. TRUNCATE stays, for `reset`.
"""

import django.db.models.deletion
from django.db import migrations, models

MOVE = """
ALTER TABLE documents_paper DISABLE TRIGGER paper_append_only;
UPDATE documents_paper SET signatories = (
    SELECT count(*) FROM documents_papersignature AS signature WHERE signature.paper_id = documents_paper.id
);
INSERT INTO documents_paperfile (paper_id, number, sha256, size, sealed_content)
    SELECT id, signatories, sha256, size, sealed_content FROM documents_paper;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE documents_paper ENABLE TRIGGER paper_append_only;
"""
TRIGGERS = """
CREATE FUNCTION documents_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.index IS NULL AND NEW.index IS NOT NULL
        AND NEW.id = OLD.id AND NEW.content = OLD.content THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the receipts log is append-only' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER log_append_only BEFORE UPDATE OR DELETE ON documents_logentry
    FOR EACH ROW EXECUTE FUNCTION documents_log_stays();
CREATE TRIGGER checkpoint_append_only BEFORE UPDATE OR DELETE ON documents_logcheckpoint
    FOR EACH ROW EXECUTE FUNCTION documents_paper_stays();
CREATE TRIGGER paper_file_append_only BEFORE UPDATE OR DELETE ON documents_paperfile
    FOR EACH ROW EXECUTE FUNCTION documents_paper_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_papers_stay")]

    operations = [
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "paper",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entry",
                        to="documents.paper",
                        verbose_name="papel",
                    ),
                ),
                ("content", models.TextField(verbose_name="conteúdo")),
                ("index", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="posição")),
                ("nodes", models.BinaryField(null=True, verbose_name="hashes")),
            ],
            options={
                "verbose_name": "entrada do registro de recibos",
                "verbose_name_plural": "registro de recibos",
                "ordering": ["index"],
                "indexes": [models.Index(condition=models.Q(("index", None)), fields=["id"], name="log_without_place")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("index", None), ("nodes", None)),
                            models.Q(("index__gte", 0), ("nodes__isnull", False)),
                            _connector="OR",
                        ),
                        name="log_place_comes_with_its_hashes",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LogCheckpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField(unique=True, verbose_name="registros")),
                ("root", models.BinaryField(verbose_name="raiz")),
                ("log", models.CharField(max_length=64, verbose_name="nome do registro")),
                ("address", models.CharField(max_length=200, verbose_name="endereço da sala")),
                ("at", models.DateTimeField(verbose_name="assinado em")),
                ("signature", models.BinaryField(verbose_name="assinatura")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pki.certificate",
                        verbose_name="certificado do selo",
                    ),
                ),
            ],
            options={
                "verbose_name": "ponto de controle",
                "verbose_name_plural": "pontos de controle",
                "ordering": ["size"],
            },
        ),
        migrations.CreateModel(
            name="PaperFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="assinaturas")),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="SHA-256 do arquivo")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("sealed_content", models.BinaryField(verbose_name="arquivo cifrado")),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="documents.paper",
                        verbose_name="papel",
                    ),
                ),
            ],
            options={
                "verbose_name": "arquivo de papel",
                "verbose_name_plural": "arquivos de papéis",
                "constraints": [
                    models.UniqueConstraint(fields=("paper", "number"), name="paper_file_once_for_each_signature")
                ],
            },
        ),
        migrations.AddField(
            model_name="paper",
            name="signatories",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="quantos assinam"),
            preserve_default=False,
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="paper", name="sha256"),
        migrations.RemoveField(model_name="paper", name="size"),
        migrations.RemoveField(model_name="paper", name="sealed_content"),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
    ]
