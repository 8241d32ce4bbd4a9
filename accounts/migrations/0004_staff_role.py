"""Each member of the team has one role; before, a group and «administrador» told three apart."""

from typing import Any

from django.db import migrations, models


def tell_roles(apps: Any, schema_editor: Any) -> None:
    """Nobody gains a queue: who was the ministry at large is the analyst of the RNDS, until told otherwise."""
    users = apps.get_model("accounts", "User").objects
    users.exclude(kind="staff").filter(is_staff=True).update(is_staff=False, is_superuser=False)
    staff = users.filter(kind="staff")
    staff.filter(groups__name="Certificadora").update(staff_role="certifier")
    staff.filter(staff_role="", is_superuser=True).update(staff_role="administrator")
    staff.filter(staff_role="").update(staff_role="rnds_analyst")
    staff.update(is_staff=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_person_search_name"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="staff_role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("rnds_analyst", "Analista da RNDS (DATASUS)"),
                    ("siops_coordination", "Coordenação do SIOPS"),
                    ("fns_checker", "Conferente do FNS/SECON"),
                    ("saps", "Equipe da SAPS (e-Gestor APS)"),
                    ("certifier", "Atendente de certificadora"),
                    ("trainer", "Instrutor"),
                    ("auditor", "Auditor"),
                    ("administrator", "Administrador do simulador"),
                ],
                default="",
                max_length=20,
                verbose_name="papel na equipe",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(tell_roles, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_staff", True), ("kind", "staff"), models.Q(("staff_role", ""), _negated=True)),
                    models.Q(models.Q(("kind", "staff"), _negated=True), ("is_staff", False), ("staff_role", "")),
                    _connector="OR",
                ),
                name="user_staff_has_one_role",
            ),
        ),
    ]
