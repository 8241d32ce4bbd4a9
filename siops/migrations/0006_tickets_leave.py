"""The chamados move to an app of their own, below the products that answer them: first their tables."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("siops", "0005_watchers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable(name="supportticket", table="tickets_supportticket"),
                migrations.AlterModelTable(name="ticketmessage", table="tickets_ticketmessage"),
            ],
        ),
    ]
