from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0004_outbox_attempts"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditevent",
            name="by_substitution",
            field=models.BooleanField(default=False, verbose_name="por substituição"),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="office",
            field=models.CharField(blank=True, max_length=80, verbose_name="função"),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="role",
            field=models.CharField(blank=True, max_length=160, verbose_name="papel"),
        ),
    ]
