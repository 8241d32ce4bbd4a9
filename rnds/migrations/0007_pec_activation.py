"""How often a PEC was installed or updated with the contra-chave of the e-Gestor."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rnds", "0006_system_accesses"),
        ("territory", "0002_establishment_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="pecinstallation",
            name="activated_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="instalação ou atualização em"),
        ),
        migrations.AddField(
            model_name="pecinstallation",
            name="activations",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="instalações e atualizações feitas"),
        ),
        migrations.AddConstraint(
            model_name="pecinstallation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("activated_at__isnull", True), ("activations", 0)),
                    models.Q(("activated_at__isnull", False), ("activations__gt", 0)),
                    _connector="OR",
                ),
                name="pec_activated_has_instant",
            ),
        ),
    ]
