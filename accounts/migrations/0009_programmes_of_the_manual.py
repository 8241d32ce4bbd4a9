from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_second_factor"),
    ]

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="programme",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "–"),
                    ("implantacao_esus_aps", "IMPLANTAÇÃO E-SUS APS"),
                    ("gerencia_aps", "GERENCIA APS"),
                    ("informatiza_aps", "INFORMATIZA-APS"),
                    ("sisab", "SISAB"),
                    ("adesao_proteja", "ADESÃO-PROTEJA"),
                    ("eventos", "EVENTOS"),
                    ("pagamento_mais_medicos", "FORMULÁRIO - PAGAMENTO MAIS MÉDICOS"),
                ],
                default="",
                max_length=30,
                verbose_name="programa",
            ),
        ),
    ]
