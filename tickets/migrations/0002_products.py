"""One machine for several products: those that exist are of the SIOPS."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("siops", "0007_tickets_below"),
        ("tickets", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="supportticket",
            name="product",
            field=models.CharField(
                choices=[("siops", "SIOPS"), ("egestor", "e-Gestor/Gerencia APS")],
                default="siops",
                max_length=8,
                verbose_name="produto",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="supportticket",
            name="topic",
            field=models.CharField(
                blank=True,
                choices=[
                    ("egestor", "e-Gestor AB/APS"),
                    ("gerencia", "Gerencia APS"),
                ],
                default="",
                max_length=8,
                verbose_name="sobre",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="supportticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("product", "egestor"), ("rule_code", ""), models.Q(("topic", ""), _negated=True)),
                    models.Q(("product", "siops"), ("topic", "")),
                    _connector="OR",
                ),
                name="ticket_says_what_its_product_asks",
            ),
        ),
    ]
