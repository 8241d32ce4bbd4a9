"""A database of before the national registry is migrated: everybody is still there, by the same keys."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from registry import keys
from tests.clock import NOON
from tests.factories import make_cns, make_cpf
from tests.former_world import migrate, settle, stand_at

BEFORE = [
    ("accounts", "0004_staff_role"),
    ("common", "0005_audit_office"),
    ("egestor", "0001_initial"),
    ("rnds", "0004_ended_tells_successor"),
    ("siops", "0003_attendant"),
]
AFTER = [("accounts", "0006_delete_person")]
FIRST, SECOND = 7, 12


def people_of_before(apps: Any) -> None:
    """One person with account, profile, office and trail; one with nothing of these."""
    model = apps.get_model
    user = model("accounts", "User").objects.create(login="conta", kind="person", name="Ana Souza")
    people = [
        model("accounts", "Person").objects.create(
            pk=key, cpf=make_cpf(key), cns=make_cns(key), name=name, birth_date=date(1980, 1, key), user=account
        )
        for key, name, account in ((FIRST, "Ana Souza", user), (SECOND, "B" * 80, None))
    ]
    uf = model("territory", "Uf").objects.create(ibge="35", acronym="SP", name="São Paulo", time_zone="UTC")
    entity = model("territory", "Entity").objects.create(kind="state", uf=uf)
    dates = {"granted_at": NOON, "last_access_at": NOON}
    model("accounts", "Membership").objects.create(person=people[0], entity=entity, role="ab_manager", **dates)
    office = {"email": "a@ensaio.example", "phone": "1132145678", "position": "Prefeita", "registered_at": NOON}
    model("siops", "HealthManager").objects.create(
        person=people[0], entity=entity, role="head", starts_on=NOON.date(), **office
    )
    trail = {"verb": "person.contact_changed", "at": NOON, "system_actor": "ensaio", "target_label": "Ana Souza"}
    model("common", "AuditEvent").objects.create(target_type="accounts.person", target_id=str(FIRST), **trail)


@pytest.mark.django_db
def test_people_move_with_everything_that_refers_to_them() -> None:
    trail = import_module("common.migrations.0002_audit_append_only").CREATE
    people_of_before(stand_at(BEFORE, statements=[trail]))
    settle()
    apps = migrate(AFTER)

    person = apps.get_model("registry", "Person").objects.get(pk=FIRST)
    assert (person.cpf, person.cns, person.name) == (make_cpf(FIRST), make_cns(FIRST), "Ana Souza")
    assert (person.birth_date, person.phonetic) == (date(1980, 1, FIRST), keys.key("Ana Souza"))
    assert person.user.login == "conta"
    assert [row.pk for row in person.memberships.all()] == [apps.get_model("accounts", "Membership").objects.get().pk]
    assert apps.get_model("siops", "HealthManager").objects.get().person_id == FIRST
    assert apps.get_model("common", "AuditEvent").objects.get().target_type == "registry.person"

    numbers = (
        apps.get_model("registry", "Cns").objects.order_by("person").values_list("person", "number", "is_principal")
    )
    assert list(numbers) == [(key, make_cns(key), True) for key in (FIRST, SECOND)]
    newcomer = apps.get_model("registry", "Person").objects.create(name="Caio", birth_date=date(1980, 1, 1))
    assert newcomer.pk > SECOND
    assert "accounts_person" not in connection.introspection.table_names()
