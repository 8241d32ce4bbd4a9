"""What was sent and answered in a call: never changed either."""

import django.db.models.deletion
from django.db import migrations, models

CREATE = """
CREATE TRIGGER message_append_only BEFORE UPDATE ON interop_message
    FOR EACH ROW EXECUTE FUNCTION interop_exchange_is_never_changed();
"""
DROP = "DROP TRIGGER message_append_only ON interop_message;"


class Migration(migrations.Migration):
    dependencies = [("interop", "0002_exchange_append_only")]

    operations = [
        migrations.RemoveIndex(model_name="exchange", name="exchange_request"),
        migrations.AddConstraint(
            model_name="exchange",
            constraint=models.UniqueConstraint(fields=("request_id",), name="exchange_named_once"),
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "exchange",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="message",
                        to="interop.exchange",
                        to_field="request_id",
                        verbose_name="chamada",
                    ),
                ),
                ("link", models.CharField(max_length=32, verbose_name="código do endereço")),
                ("again_of", models.CharField(blank=True, max_length=36, verbose_name="reenvio de")),
                ("sealed", models.BinaryField(verbose_name="conteúdo cifrado")),
            ],
            options={
                "verbose_name": "mensagem",
                "verbose_name_plural": "mensagens",
                "indexes": [
                    models.Index(
                        condition=models.Q(("again_of", ""), _negated=True), fields=["again_of"], name="message_again"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("link",), name="message_one_link")],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
