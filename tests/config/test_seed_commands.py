"""The commands `seed`, `reset` and `personas`."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Membership, User
from accounts.personas import demo_personas
from common import audit
from common.models import AuditEvent
from config.personas import PERSONAS, personas_for_sign_in
from config.seed.entities import ENTITIES
from lots.classification import visits_table
from pki.models import Authority, Medium
from registry.models import Person
from rnds.models import PecInstallation, TermsText
from siops.models import HealthManager
from territory.models import Establishment, Municipality
from tests.actors import acting
from tests.factories import NOON

LATE_LOT = 987_654
FIELDS = {
    "key",
    "role",
    "name",
    "cpf",
    "cnpj",
    "login_kind",
    "login",
    "email",
    "password",
    "pin",
    "puk",
    "door",
    "place",
    "uf",
    "ibge",
    "cnes",
    "can",
    "system",
    "way",
    "barred",
    "about",
}


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_seed_brings_everything_and_the_second_time_nothing() -> None:
    first = run("seed")
    assert "27 UFs e 5571 municípios" in first
    assert "10 entes" in first
    assert Authority.objects.exists()
    assert TermsText.objects.exists()
    models = (Authority, TermsText, Person, Membership, HealthManager, Medium, AuditEvent)
    counts = [m.objects.count() for m in models]
    assert f"{Medium.objects.count()} certificados em mídia" in first
    second = run("seed")
    assert "já estava completo; nada mudou" in second
    assert [m.objects.count() for m in models] == counts


@pytest.mark.django_db(transaction=True)
def test_reset_forgets_what_people_did_and_only_that() -> None:
    run("seed")
    people = list(Person.objects.order_by("cpf", "cns").values_list("cpf", "cns", "name", "email", "phone"))
    keys = sorted(PecInstallation.objects.values_list("counter_key", flat=True))
    types = ContentType.objects.count()
    user = User.objects.get(login="analista")
    audit.record("sign_in.succeeded", target=user, by=acting(user), at=NOON)
    Session.objects.create(session_key="x", session_data="", expire_date=NOON + timedelta(days=1))
    Person.objects.filter(cpf="99900100212").update(name="Outro Nome")
    Establishment.objects.filter(cnes="9010017").update(is_active=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        migrations = cursor.fetchone()

    assert "A sala aberta voltou ao começo" in run("reset")

    assert list(Person.objects.order_by("cpf", "cns").values_list("cpf", "cns", "name", "email", "phone")) == people
    assert sorted(PecInstallation.objects.values_list("counter_key", flat=True)) == keys
    assert Establishment.objects.get(cnes="9010017").is_active
    assert not Session.objects.exists()
    assert not AuditEvent.objects.filter(verb="sign_in").exists()
    assert Municipality.objects.count() == 5571
    assert ContentType.objects.count() == types
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone() == migrations
    assert acting(User.objects.get(login="auditor")).has_perm("accounts.read_admin")


@pytest.mark.django_db(transaction=True)
def test_reset_starts_every_counter_again() -> None:
    run("seed")
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE of_no_column START 10001")
        cursor.execute("SELECT nextval('of_no_column'), nextval('of_no_column')")
        assert cursor.fetchone() == (10001, 10002)
        cursor.execute(f"CREATE TABLE {visits_table(LATE_LOT)} PARTITION OF lots_visit FOR VALUES IN ({LATE_LOT})")
        run("reset")
        cursor.execute("SELECT nextval('of_no_column')")
        assert cursor.fetchone() == (10001,)
        cursor.execute("DROP SEQUENCE of_no_column")
        # Or the first lot after it would find the log of the former first one.
        cursor.execute("SELECT to_regclass(%s)", [visits_table(LATE_LOT)])
        assert cursor.fetchone() == (None,)
    assert min(Person.objects.values_list("pk", flat=True)) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("seeded")
def test_reset_is_refused_outside_the_demonstration(settings: Any) -> None:
    Person.objects.filter(cpf="99900100212").update(name="Outro Nome")
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        run("reset")
    assert Person.objects.filter(name="Outro Nome").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("seeded")
def test_the_personas_are_the_people_of_the_world() -> None:
    people = {p.cpf: p for p in Person.objects.select_related("user")}
    accounts = {u.login: u for u in User.objects.all()}
    for persona in PERSONAS:
        if persona.login_kind == "pf":
            assert people[persona.cpf].name == persona.name
            assert persona.login == persona.cpf
        else:
            assert accounts[persona.login].name == persona.name
            assert accounts[persona.login].check_password(persona.password)
    units = set(Establishment.objects.open().values_list("cnes", flat=True))
    assert {persona.cnes for persona in PERSONAS if persona.cnes} <= units


def test_personas_as_json_have_exactly_the_agreed_fields() -> None:
    personas = json.loads(run("personas", "--json"))
    assert all(set(persona) == FIELDS for persona in personas)
    assert len({persona["key"] for persona in personas}) == len(personas) == len(PERSONAS)
    for persona in personas:
        assert persona["login_kind"] in {"pf", "pj", "staff"}
        assert bool(persona["cpf"]) is (persona["login_kind"] == "pf")
        assert bool(persona["cnpj"]) is (persona["login_kind"] == "pj")
        enters_by_password = persona["key"].endswith("-envio") or persona["door"] == "cadsus:sisrede_sign_in"
        assert bool(persona["password"]) is (persona["login_kind"] != "pf" or enters_by_password)
        assert bool(persona["pin"]) is (persona["login_kind"] == "pf")
        assert bool(persona["puk"]) is (persona["door"] == "siops:sign_in_virtual")
        assert persona["can"]
        assert all(isinstance(sentence, str) and sentence.endswith(".") for sentence in persona["can"])


def test_the_table_names_every_persona_once() -> None:
    lines = run("personas").splitlines()
    assert len(lines) == len(PERSONAS) + 2
    for persona, line in zip(PERSONAS, lines[2:], strict=True):
        assert line.startswith(f"{persona.key} ")
        assert persona.login in line


def test_the_sign_in_page_gets_the_personas_without_the_database(settings: Any) -> None:
    # Without the django_db mark any query fails.
    assert personas_for_sign_in() == PERSONAS
    assert tuple(demo_personas()) == PERSONAS
    settings.DEMO = False
    assert demo_personas() == []


def test_every_entity_has_its_cast() -> None:
    keys = {persona.key for persona in PERSONAS}
    for plan in ENTITIES:
        cast = ("fundo", "gestor-ab", "programa", "tecnico", "pec-municipal", "pec-instalacao")
        assert {f"{plan.key}-{name}" for name in cast} <= keys
    assert {f"{plan.key}-envio" for plan in ENTITIES} - keys == {"boaesperanca-envio"}
    siops = {"aracatuba-prefeita", "aracatuba-secretario", "bahia-governador", "riobranco-secretaria", "certificadora"}
    assert siops <= keys
    assert {"aracatuba-inativo", "aracatuba-sem-perfil", "ministerio-analista", "ministerio-administrador"} <= keys


def test_synthetic_people_have_unmistakable_names() -> None:
    """Nobody shares a name, and no name is a bare first name and surname."""
    names = [person.name for plan in ENTITIES for person in plan.people]
    assert len(names) == len(set(names)) == 115
    assert all(len(name.split()) >= 3 for name in names)
