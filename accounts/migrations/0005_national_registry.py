"""People move to the national registry (registry.Person), with their keys: who referred to one refers to the same.

The account points to its person from here on. The old table goes in the next migration, when nobody refers to it.
"""

import django.db.models.deletion
from django.db import migrations, models

from registry import keys

NAME = 70

LINK = "UPDATE accounts_user SET person_id = p.id FROM accounts_person AS p WHERE p.user_id = accounts_user.id"
# Deferred keys are told here: the tables are altered next, in the same transaction.
SETTLE = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
SEQUENCE = (
    "SELECT setval(pg_get_serial_sequence('registry_person', 'id'), max(id)) FROM registry_person HAVING count(*) > 0"
)

# Who has an account was not absorbed by a unification: the account would be of nobody.
GUARD = """
ALTER TABLE accounts_user ADD COLUMN yes boolean NOT NULL GENERATED ALWAYS AS (true) STORED;
ALTER TABLE accounts_user ADD CONSTRAINT user_person_stands
    FOREIGN KEY (person_id, yes) REFERENCES registry_person (id, is_standing);
"""
FREE = "ALTER TABLE accounts_user DROP COLUMN yes"


def move_people(apps, schema_editor):
    """What was never asked of anybody gets the standard value: mother unknown, sex and race unknown."""
    person_model, cns_model = apps.get_model("registry", "Person"), apps.get_model("registry", "Cns")
    fields = ("id", "cpf", "cns", "name", "birth_date", "email", "phone")
    former = list(apps.get_model("accounts", "Person").objects.order_by("pk").values(*fields))
    for row in former:
        row["name"] = row["name"][:NAME]
    person_model.objects.bulk_create(
        [person_model(**row, phonetic=keys.key(row["name"]), mother_phonetic="") for row in former], batch_size=2000
    )
    cns_model.objects.bulk_create(
        [cns_model(number=row["cns"], person_id=row["id"], kind="D", is_principal=True) for row in former],
        batch_size=2000,
    )
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SEQUENCE)
        cursor.execute(SETTLE)


def points_to_registry(related_name, verbose_name="pessoa"):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to="registry.person",
        verbose_name=verbose_name,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_staff_role"),
        ("registry", "0002_guards"),
    ]

    operations = [
        migrations.RunPython(move_people),
        migrations.AddField(
            model_name="user",
            name="person",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="user",
                to="registry.person",
                verbose_name="pessoa",
            ),
        ),
        migrations.RunSQL(f"{LINK}; {SETTLE}"),
        migrations.RemoveField(model_name="person", name="user"),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", None), ("kind", "person"), _connector="OR"),
                name="user_person_is_of_a_person",
            ),
        ),
        migrations.RunSQL(GUARD, FREE),
        migrations.AlterField(model_name="membership", name="person", field=points_to_registry("memberships")),
        migrations.AlterField(
            model_name="professionallink",
            name="person",
            field=points_to_registry("professional_links", "profissional"),
        ),
    ]
