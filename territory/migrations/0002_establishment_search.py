"""Names folded for search; the database fills the column of every row at once."""

from django.db import migrations, models
from django.db.models.functions import Upper

MARKED = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿ\u0300\u0301\u0302\u0303\u0308\u030a\u0327"
PLAIN = "AAAAAACEEEEIIIINOOOOOUUUUYaaaaaaceeeeiiiinooooouuuuyy"


class Migration(migrations.Migration):
    dependencies = [
        ("territory", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="establishment",
            name="search_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=Upper(
                    models.Func(models.F("name"), models.Value(MARKED), models.Value(PLAIN), function="TRANSLATE")
                ),
                output_field=models.CharField(max_length=120),
            ),
        ),
        migrations.AddField(
            model_name="establishment",
            name="search_type",
            field=models.GeneratedField(
                db_persist=True,
                expression=Upper(
                    models.Func(models.F("unit_type"), models.Value(MARKED), models.Value(PLAIN), function="TRANSLATE")
                ),
                output_field=models.CharField(max_length=80),
            ),
        ),
    ]
