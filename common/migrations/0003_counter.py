from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("common", "0002_audit_append_only")]

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("key", models.CharField(max_length=120, primary_key=True, serialize=False, verbose_name="chave")),
                ("times", models.PositiveIntegerField(verbose_name="vezes")),
                ("ends_at", models.DateTimeField(db_index=True, verbose_name="lembrado até")),
            ],
            options={"verbose_name": "contador", "verbose_name_plural": "contadores"},
        ),
    ]
