"""A paper that is issued more than once, as a report is: each time one more edition (via)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_receipts_log")]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="edition",
            field=models.PositiveIntegerField(default=1, verbose_name="via"),
        ),
        migrations.RemoveConstraint(model_name="paper", name="paper_one_for_each_target"),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                fields=["kind", "target_type", "target_id", "edition"], name="paper_one_for_each_target"
            ),
        ),
    ]
