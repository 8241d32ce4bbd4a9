"""Requester ids (ID SOLICITAÇÃO) are drawn from one sequence of the simulator, from 10001 on."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("rnds", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE rnds_requester_id AS integer START WITH 10001 MINVALUE 10001",
            "DROP SEQUENCE rnds_requester_id",
        )
    ]
