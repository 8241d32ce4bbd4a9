"""What systems tell of people (PIX): their own identifiers, and unifications that they asked for."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cadsus", "0005_wire"),
        ("registry", "0003_populated_blocks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LocalIdentifier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("holder", models.CharField(max_length=80, verbose_name="sistema")),
                ("root", models.CharField(max_length=200, verbose_name="raiz")),
                ("extension", models.CharField(max_length=200, verbose_name="identificador")),
                ("known_since", models.DateTimeField(verbose_name="conhecido desde")),
            ],
            options={
                "verbose_name": "identificador local",
                "verbose_name_plural": "identificadores locais",
            },
        ),
        migrations.RemoveConstraint(
            model_name="suspectedpair",
            name="suspected_pair_decided_has_who",
        ),
        migrations.AddField(
            model_name="unification",
            name="unified_by_system",
            field=models.CharField(blank=True, max_length=80, verbose_name="unificado pelo sistema"),
        ),
        migrations.AlterField(
            model_name="unification",
            name="unified_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="unificado por",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspectedpair",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                        ("reason", ""),
                        ("status", "suspected"),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("status", "not_duplicate"),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(("decided_at__isnull", False), ("status", "unified")),
                    _connector="OR",
                ),
                name="suspected_pair_decided_has_who",
            ),
        ),
        migrations.AddConstraint(
            model_name="unification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("unified_by__isnull", False), ("unified_by_system", "")),
                    models.Q(("unified_by__isnull", True), models.Q(("unified_by_system", ""), _negated=True)),
                    _connector="OR",
                ),
                name="unification_is_of_somebody",
            ),
        ),
        migrations.AddField(
            model_name="localidentifier",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="local_identifiers",
                to="registry.person",
                verbose_name="pessoa",
            ),
        ),
        migrations.AddConstraint(
            model_name="localidentifier",
            constraint=models.UniqueConstraint(fields=("holder", "root", "extension"), name="local_identifier_once"),
        ),
        migrations.AddConstraint(
            model_name="localidentifier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("holder", ""), _negated=True),
                    models.Q(("root", ""), _negated=True),
                    models.Q(("extension", ""), _negated=True),
                ),
                name="local_identifier_is_whole",
            ),
        ),
    ]
