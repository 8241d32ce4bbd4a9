"""A professional link has its first and last day, and a password link says which door sent it."""

from datetime import date
from typing import Any

from django.db import migrations, models


def tell_doors(apps: Any, schema_editor: Any) -> None:
    """Until now the kind of account said it: a person had one password door."""
    apps.get_model("accounts", "PasswordLink").objects.filter(user__kind="person").update(door="person")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_delete_person")]

    operations = [
        migrations.RemoveConstraint(model_name="professionallink", name="professional_link_once"),
        migrations.AddField(
            model_name="professionallink",
            name="started_on",
            field=models.DateField(default=date(2024, 1, 1), verbose_name="início"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="professionallink",
            name="ended_on",
            field=models.DateField(
                blank=True, help_text="Último dia do vínculo, inclusive.", null=True, verbose_name="fim"
            ),
        ),
        migrations.AddConstraint(
            model_name="professionallink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)),
                fields=("person", "establishment", "cbo"),
                name="professional_link_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="professionallink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_on__isnull", True), ("ended_on__gte", models.F("started_on")), _connector="OR"
                ),
                name="professional_link_dates_in_order",
            ),
        ),
        migrations.RemoveConstraint(model_name="passwordlink", name="password_link_one_open_per_mailbox"),
        migrations.AddField(
            model_name="passwordlink",
            name="door",
            field=models.CharField(default="portal", max_length=20, verbose_name="porta"),
            preserve_default=False,
        ),
        migrations.RunPython(tell_doors, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="passwordlink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("used_at__isnull", True), ("withdrawn_at__isnull", True)),
                fields=("user", "sent_to", "door"),
                name="password_link_one_open_per_mailbox",
            ),
        ),
    ]
