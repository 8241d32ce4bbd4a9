"""The chamados are an app of their own; the tables are those of the SIOPS, renamed with all that was in them."""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("siops", "0006_tickets_leave"),
        ("territory", "0002_establishment_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="SupportTicket",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("subject", models.CharField(max_length=120, verbose_name="assunto")),
                        ("rule_code", models.CharField(blank=True, max_length=20, verbose_name="código da crítica")),
                        (
                            "status",
                            django_fsm.FSMField(
                                choices=[
                                    ("open", "ABERTO"),
                                    ("answered", "RESPONDIDO"),
                                    ("solved", "RESOLVIDO"),
                                    ("reopened", "REABERTO"),
                                ],
                                default="open",
                                max_length=10,
                                protected=True,
                                verbose_name="situação",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="aberto em")),
                        ("opened_by_substitution", models.BooleanField(default=False, verbose_name="por substituição")),
                        ("waiting_since", models.DateTimeField(verbose_name="aguardando resposta desde")),
                        ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="respondido em")),
                        ("solved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolvido em")),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="support_tickets",
                                to="territory.entity",
                                verbose_name="ente",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="aberto por",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "chamado",
                        "verbose_name_plural": "chamados",
                        "ordering": ["-opened_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status__in", ["answered", "solved"]), _negated=True),
                                    ("answered_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="ticket_answered_has_instant",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "solved"), _negated=True),
                                    ("solved_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="ticket_solved_has_instant",
                            ),
                        ],
                    },
                    bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
                ),
                migrations.CreateModel(
                    name="TicketMessage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("written_at", models.DateTimeField(verbose_name="escrita em")),
                        (
                            "written_by_substitution",
                            models.BooleanField(default=False, verbose_name="por substituição"),
                        ),
                        ("text", models.TextField(verbose_name="mensagem")),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="autor",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="tickets.supportticket",
                                verbose_name="chamado",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mensagem do chamado",
                        "verbose_name_plural": "mensagens do chamado",
                        "ordering": ["written_at", "pk"],
                    },
                ),
            ],
        ),
    ]
