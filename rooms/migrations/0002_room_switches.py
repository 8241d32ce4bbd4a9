from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rooms", "0001_salas")]

    operations = [
        migrations.AddField(
            model_name="room",
            name="switches",
            field=models.JSONField(default=dict, verbose_name="interruptores"),
        ),
    ]
