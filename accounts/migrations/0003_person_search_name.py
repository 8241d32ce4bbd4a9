"""Names folded for search; the database fills the column of every row at once."""

from django.db import migrations, models
from django.db.models.functions import Upper

MARKED = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿ\u0300\u0301\u0302\u0303\u0308\u030a\u0327"
PLAIN = "AAAAAACEEEEIIIINOOOOOUUUUYaaaaaaceeeeiiiinooooouuuuyy"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_password_link"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="search_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=Upper(
                    models.Func(models.F("name"), models.Value(MARKED), models.Value(PLAIN), function="TRANSLATE")
                ),
                output_field=models.CharField(max_length=120),
            ),
        ),
    ]
