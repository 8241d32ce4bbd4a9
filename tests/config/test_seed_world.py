"""The synthetic world: what it holds, that its numbers are right, and that planting it again touches nothing."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, ForeignKey, Model
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organisation, ProfessionalLink, User
from cadsus.models import Area, Citizen, MicroArea, Operator, OperatorAccess, Posting
from common import documents, switches
from common.models import AuditEvent, OutboxMessage
from config.seed.civil import seeded_people
from config.seed.entities import ENTITIES
from config.seed.establishments import DISTRICTS
from config.seed.offices import CERTIFIERS
from config.seed.plans import TECHNICIAN
from config.seed.room import MUNICIPALITY
from config.seed.siops import offices, plant_media
from config.seed.sisrede import plant_sisrede
from config.seed.world import plant
from declarations.engine.beginnings import BEGINNINGS
from declarations.engine.declaration import Table
from declarations.models import Cell, Declaration, EntityReference, ReportingPeriod, UfReference
from declarations.services.beginning import tables_of
from declarations.services.contents import cells_of
from declarations.services.grid import judged
from declarations.services.knowledge import context_of
from declarations.services.packing import completed_content
from pki.models import Medium
from pki.services import ensure_authorities, open_with_pin, unblock_with_puk
from registry.models import Address, CivilRecord, Cns, Contact, Document, Person, PopulatedBlock, TaxRecord
from registry.population.case_list import CASES
from registry.population.room import PEOPLE
from rnds.models import PecInstallation
from siops.models import Certifier, HealthManager, ServicePoint, Technician
from territory.models import Entity, Establishment
from tests.actors import acting
from tests.databases import kept
from tests.factories import NOON
from tests.small_territory import load_small_territory

pytestmark = pytest.mark.django_db

WORLD: tuple[type[Model], ...] = (
    Entity,
    Establishment,
    User,
    Organisation,
    Person,
    Cns,
    Address,
    TaxRecord,
    PopulatedBlock,
    Membership,
    ProfessionalLink,
    PecInstallation,
    HealthManager,
    Technician,
    Certifier,
    ServicePoint,
    Posting,
    Area,
    MicroArea,
    Operator,
    OperatorAccess,
    Declaration,
    Cell,
    EntityReference,
    UfReference,
)


@pytest.fixture(autouse=True)
def world(db: None, _copies: None) -> Iterator[None]:
    """Only the municipalities that the world uses: the whole list has its own tests."""
    with kept("planted", _plant):
        yield


def _plant() -> None:
    load_small_territory()
    plant(at=NOON)


def snapshot() -> dict[str, list[tuple[object, ...]]]:
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in WORLD}


def entity(ibge: str) -> Entity:
    (found,) = [row for row in Entity.objects.all() if row.ibge == ibge]
    return found


def test_the_registry_knows_everybody_whole() -> None:
    people = list(seeded_people())
    assert {person.sex for person in people} == {"M", "F"}
    for person in people:
        surnames = {name.split()[-1] for name in (person.name, person.mother, person.father)}
        assert (len(surnames), person.birth_city is None, person.race == "99") == (1, False, False)
    principal = Cns.objects.filter(is_principal=True, kind="D", person__in=people).values_list("number", flat=True)
    assert set(principal) == {person.cns for person in people}


def test_who_holds_a_post_is_of_age() -> None:
    births = seeded_people().values_list("birth_date", flat=True)
    assert max(births) < date(NOON.year - 18, 1, 1)
    assert min(births) > date(NOON.year - 80, 1, 1)


def test_planting_again_writes_nothing() -> None:
    before = snapshot()
    assert not any(plant(at=NOON + timedelta(days=30)))
    assert snapshot() == before


def test_planting_again_keeps_what_people_did() -> None:
    person = Person.objects.get(cpf="99900100212")
    Person.objects.filter(pk=person.pk).update(phone="18988887777", email="novo@saude.aracatuba.example")
    membership = person.memberships.get()
    membership.exclude(at=NOON)
    membership.save()
    fund = User.objects.get(login="12ABC34501DE35")
    fund.set_password("Outra-Senha-9")
    fund.save()

    assert not any(plant(at=NOON + timedelta(days=1)))

    person = Person.objects.get(pk=person.pk)
    assert person.phone == "18988887777"
    assert [m.status for m in person.memberships.all()] == [Membership.Status.EXCLUDED]
    assert User.objects.get(pk=fund.pk).check_password("Outra-Senha-9")


def test_what_somebody_removed_comes_back_and_only_that() -> None:
    PecInstallation.objects.filter(entity=entity("2605459")).delete()
    planted = plant(at=NOON)
    assert planted.pec_installations == 1
    assert sum(planted) == 1


def test_planting_costs_few_queries() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        plant(at=NOON)
    assert len(queries) < 36


def test_every_row_passes_the_checks_of_its_own_fields() -> None:
    """But for what a reference points to, which the database asks when the world is written."""
    broken = []
    for model in WORLD:
        references = [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
        assert not any(field.get_limit_choices_to() for field in references)
        for row in model._default_manager.all():
            held = {field.name for field in references if field.value_from_object(row) is not None}
            try:
                row.full_clean(exclude={"status", *held}, validate_unique=False, validate_constraints=False)
            except ValidationError as error:
                broken.append((row, error))
    assert broken == []


def test_cnes_of_the_synthetic_scnes_have_the_usual_check_digit() -> None:
    for cnes in Establishment.objects.values_list("cnes", flat=True):
        rest = 11 - sum(int(d) * w for d, w in zip(cnes[:6], range(7, 1, -1), strict=True)) % 11
        assert int(cnes[6]) == (0 if rest > 9 else rest)
        assert cnes.startswith("90")


def test_numbers_follow_the_pattern_that_gives_them_away() -> None:
    planned = {plan.cpf(person) for plan in ENTITIES for person in plan.people}
    of_the_room = Person.objects.exclude(cpf__in=planned).exclude(cpf=None).values_list("cpf", flat=True)
    assert all(cpf.startswith("9990") for cpf in planned)
    assert all(str(cpf).startswith("9991") for cpf in of_the_room)
    assert all(str(cns).startswith("70999") for cns in seeded_people().values_list("cns", flat=True))
    others_cns = Cns.objects.exclude(person__in=seeded_people()).values_list("number", flat=True)
    assert all(number.startswith(("70989", "89809")) for number in others_cns)
    others = Organisation.objects.exclude(cnpj="12ABC34501DE35").values_list("cnpj", flat=True)
    assert all(cnpj.startswith("998") for cnpj in others)
    assert len(set(Establishment.objects.values_list("cnpj", flat=True))) == Establishment.objects.count()


def test_addresses_are_of_reserved_domains() -> None:
    emails = [*User.objects.values_list("email", flat=True), *seeded_people().values_list("email", flat=True)]
    assert emails
    assert all(email.endswith(".example") for email in emails)
    assert all(documents.is_phone(phone) for phone in seeded_people().values_list("phone", flat=True))


def planned_entities() -> list[Entity]:
    """Those in which people work; the state of a Tribunal de Contas is there as well, empty."""
    return [entity(plan.ibge) for plan in ENTITIES]


def test_the_entities_stand_in_every_zone_of_the_country() -> None:
    at = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("UTC"))
    offsets = {}
    for row in Entity.objects.all():
        delta = at.astimezone(row.time_zone).utcoffset()
        assert delta is not None
        offsets[row.ibge] = int(delta / timedelta(hours=1))
    assert offsets == {
        "3502804": -3,
        "1200401": -5,
        "2605459": -2,
        "1301407": -5,
        "5101837": -4,
        "29": -3,
        "53": -3,
        "3106200": -3,
        "1300144": -4,
        # The state of whoever comes from the Tribunal de Contas.
        "12": -5,
    }
    assert Counter(Entity.objects.values_list("kind", flat=True)) == {
        "municipality": 7,
        "state": 2,
        "federal_district": 1,
    }


def test_the_main_municipality_has_pages_of_establishments_and_one_inactive() -> None:
    own = Establishment.objects.filter(entity=entity("3502804"))
    assert own.open().count() >= 45
    assert own.filter(is_active=False).count() == 1
    assert max(len(name) for name in own.values_list("name", flat=True)) > 100


def test_every_entity_has_a_central_unit_a_fund_and_an_installation() -> None:
    for row in planned_entities():
        centrals = row.establishments.filter(unit_type="CENTRAL DE GESTÃO EM SAÚDE", is_active=True)
        assert centrals.count() == 1
        assert row.fund.kind == ("fms" if row.kind == Entity.Kind.MUNICIPALITY else "fes")
        assert 1 <= row.pec_installations.count() <= 2
        assert row.pec_installations.filter(establishment=centrals.get()).count() == 1


def test_every_installation_named_after_a_unit_carries_that_units_cnes() -> None:
    units = {unit.cnes: unit.name for unit in Establishment.objects.all()}
    named = [row for row in PecInstallation.objects.select_related("entity") if row.name.startswith("PEC da ")]
    assert len(named) == PecInstallation.objects.count() > len(ENTITIES)
    for row in named:
        assert row.name.startswith(f"PEC da {units[row.establishment_id]} – ")
    assert any("UBS Parque dos Jequitibás" in row.name for row in named)


def test_a_unit_named_after_a_district_lies_in_it() -> None:
    named = [
        (unit, district) for unit in Establishment.objects.all() for district in DISTRICTS if district in unit.name
    ]
    assert len(named) > len(DISTRICTS)
    assert not [unit.name for unit, district in named if unit.district != district]


def test_establishments_lie_in_the_uf_of_their_entity() -> None:
    rows = Establishment.objects.select_related("entity", "municipality")
    assert all(row.municipality.uf_id == row.entity.uf_id for row in rows)


def test_every_role_is_held_in_every_entity() -> None:
    for row in planned_entities():
        held = row.memberships.active().values_list("role", flat=True)
        assert set(held) == set(Membership.Role.values)
    managers = Membership.objects.filter(role=Membership.Role.PROGRAMME_MANAGER)
    assert {m.programme for m in managers} == {Membership.Programme.DEPLOYMENT, Membership.Programme.GERENCIA_APS}


def test_one_profile_fell_idle_and_one_person_has_none() -> None:
    (idle,) = Membership.objects.filter(status=Membership.Status.INACTIVE).select_related("person")
    assert idle.person.cpf_text == "99900100646"
    assert idle.last_access_at < NOON - timedelta(days=switches.now().membership_idle_days)
    active = Membership.objects.active()
    assert not active.idle_at(NOON, days=switches.now().membership_idle_days).exists()
    assert not Person.objects.get(cpf="99900100727").memberships.exists()


def test_professionals_work_where_and_as_what_they_say() -> None:
    physician = ProfessionalLink.objects.get(person__cpf="99900100808")
    nurse = ProfessionalLink.objects.get(person__cpf="99900100999")
    assert (physician.cbo, nurse.cbo) == ("225142", "223565")
    assert physician.establishment.entity == entity("3502804")


def test_counter_keys_are_eight_groups_of_four_capitals_and_never_change() -> None:
    keys = dict(PecInstallation.objects.values_list("name", "counter_key"))
    pattern = r"[0-9A-Z]{4}(-[0-9A-Z]{4}){7}"
    assert PecInstallation.objects.filter(counter_key__regex=f"^{pattern}$").count() == len(keys)
    assert keys["PEC da Central de Gestão em Saúde – Araçatuba/SP"] == "8656-4A89-2B36-E151-99AF-29FF-8DE2-8E68"


def test_each_fund_enters_with_its_cnpj_and_its_case_sensitive_password() -> None:
    for plan in ENTITIES:
        account = User.objects.get(login=plan.cnpj)
        assert account.kind == User.Kind.ORGANISATION
        assert account.check_password(plan.password)
        assert not account.check_password(plan.password.lower())


def test_the_alphanumeric_fund_is_of_boa_esperanca_do_norte() -> None:
    fund = Organisation.objects.get(cnpj="12ABC34501DE35")
    assert str(fund.entity) == "Boa Esperança do Norte/MT"
    units = fund.entity.establishments.values_list("cnpj", flat=True)
    assert all(cnpj.startswith("12ABC345") and documents.is_cnpj(cnpj) for cnpj in units)


def test_the_team_of_the_ministry() -> None:
    analyst, administrator = User.objects.get(login="analista"), User.objects.get(login="administrador")
    assert analyst.is_staff
    assert acting(analyst).has_perm("rnds.review_request")
    assert not acting(administrator).has_perm("rnds.review_request")
    assert set(User.objects.filter(kind="staff").values_list("staff_role", flat=True)) == set(User.StaffRole.values)


def test_only_technicians_of_the_siops_and_workers_of_the_sisrede_have_a_password() -> None:
    people = User.objects.filter(kind=User.Kind.PERSON)
    with_password = {user.login: user for user in people if user.has_usable_password()}
    planned = {
        plan.cpf(person): plan.person_password(person)
        for plan in ENTITIES
        for person in plan.people
        if (person.office and person.office.role == TECHNICIAN) or (person.posting and person.posting.functions)
    }
    assert set(with_password) == set(planned)
    assert all(with_password[login].check_password(password) for login, password in planned.items())


def test_each_entity_has_its_head_and_the_stories_that_a_class_needs() -> None:
    in_office = HealthManager.objects.in_office_at(NOON)
    by_entity = {
        row.ibge: set(in_office.filter(entity=row).values_list("role", flat=True)) for row in planned_entities()
    }
    assert by_entity.pop("5101837") == {"head"}
    assert by_entity.pop("1200401") == {"head", "secretary", "secretary_substitute", "council"}
    assert by_entity.pop("1300144") == {"head", "secretary", "council"}
    assert set(map(frozenset, by_entity.values())) == {frozenset({"head", "secretary"})}
    waiting = Technician.objects.get(entity=entity("3502804"))
    assert waiting.status == Technician.Status.TO_REGISTER_AGAIN
    assert waiting.secretary.status == HealthManager.Status.SUBSTITUTED
    assert Technician.objects.able().count() == 7
    substitute = HealthManager.objects.get(role="secretary_substitute")
    assert substitute.is_in_office_at(NOON + timedelta(days=30))
    assert not substitute.is_in_office_at(NOON + timedelta(days=31))


def test_a_replaced_secretary_does_not_come_back() -> None:
    record = HealthManager.objects.get(entity=entity("1200401"), role="secretary")
    record.substitute(at=NOON)
    record.save()
    assert not any(plant(at=NOON + timedelta(days=1)))


def test_the_certifier_is_no_analyst() -> None:
    attendants = User.objects.filter(staff_role="certifier")
    assert set(attendants.values_list("attendant__certifier__name", flat=True)) == set(CERTIFIERS)
    for attendant in map(acting, attendants):
        assert attendant.has_perm("siops.issue_certificate")
        assert not attendant.has_perm("siops.answer_ticket")
        assert not attendant.has_perm("accounts.enter_admin")
    assert not acting(User.objects.get(login="analista")).has_perm("siops.issue_certificate")
    assert {point.certifier.name for point in ServicePoint.objects.all()} == set(CERTIFIERS)


def test_planting_is_nobodys_act() -> None:
    assert not AuditEvent.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_certificates_on_media_open_with_the_pin_of_the_persona_and_are_never_shipped_expired() -> None:
    ensure_authorities(at=NOON)
    planned = {record.plan.cpf(record.person): record for record in offices() if record.office.medium}

    assert plant_media(at=NOON) == len(planned) == 19
    assert plant_media(at=NOON + timedelta(days=364)) == 0

    for medium in Medium.objects.select_related("certificate"):
        record = planned.pop(medium.certificate.holder_document)
        pin, puk = record.plan.pin(record.person), record.plan.puk(record.person)
        assert open_with_pin(medium_id=medium.pk, pin=pin, at=NOON).is_accepted
        for _ in range(3):
            open_with_pin(medium_id=medium.pk, pin="0000", at=NOON)
        assert unblock_with_puk(medium_id=medium.pk, puk=puk, new_pin=pin, at=NOON).is_accepted
    assert planned == {}
    # One is an A1, which lasts a year; the A3 last five.
    assert plant_media(at=NOON + timedelta(days=365)) == 1
    assert plant_media(at=NOON + timedelta(days=1825)) == 19


def test_belo_horizonte_has_who_works_in_its_units() -> None:
    postings = Posting.objects.in_force_at(NOON).filter(link__establishment__entity=entity("3106200"))
    assert set(postings.values_list("function", flat=True)) == set(Posting.Function.values)
    by_unit = Counter(postings.filter(function="manager").values_list("link__establishment__name", flat=True))
    assert set(by_unit.values()) == {1}
    # One unit waits for the municipal TI.
    assert "Centro de Saúde Jardim Mulungu" not in by_unit
    assert any("CREAB" in name for name in by_unit)
    agents = MicroArea.objects.exclude(agent=None)
    assert agents.exclude(agent__link__establishment=F("area__establishment")).count() == 0 < agents.count()
    assert Area.objects.filter(is_low_risk=True).count() == 1
    accesses = OperatorAccess.objects.in_force_at(NOON)
    assert set(accesses.values_list("profile", flat=True)) == {"registrar", "consultant"}


def test_the_special_cases_are_charts_of_the_unit_of_most_personas() -> None:
    """And of one that has a manager, who reads the report."""
    plant_sisrede(at=NOON)
    charts = Citizen.objects.filter(name__in=["HELENA BATISTA DE ANDRADE", "VÂNIA FERRAZ CALDEIRA"])
    places = set(charts.values_list("establishment__name", "microarea__area__code", "microarea__code"))
    assert places == {("Centro de Saúde Vila Jatobá", "0101", "01")}


def test_a_link_that_ended_is_not_planted_again() -> None:
    link = ProfessionalLink.objects.get(person__name="Luciene Barbosa Tamboril")
    link.ended_on = NOON.date() - timedelta(days=1)
    link.save()
    assert not any(plant(at=NOON + timedelta(days=1)))


def test_every_world_has_the_people_of_a_room_with_the_special_cases() -> None:
    people = Person.objects.exclude(pk__in=seeded_people())
    assert people.count() == PEOPLE
    assert PopulatedBlock.objects.get().reference == NOON.date()
    assert people.filter(is_protected=True, protected_reason="MEDIDA PROTETIVA").count() == 1
    suspended = TaxRecord.objects.get(situation="SUSPENSA")
    assert suspended.name == "TÂNIA SAMPAIO BRAGA"
    assert TaxRecord.objects.count() == sum(bool(case.tax) for case in CASES)
    absorbed = Person.objects.get(is_standing=False)
    assert Cns.objects.filter(person=absorbed.survivor_id).count() == 2
    assert people.get(name="JORGE LUIZ DA SILVA").addresses.count() == 0
    assert people.get(name="HELENA BATISTA DE ANDRADE").addresses.get().municipality_id == MUNICIPALITY


def test_a_record_of_the_room_that_was_absorbed_is_not_planted_again() -> None:
    one, other = Person.objects.filter(name__in=["MARGARIDA TEIXEIRA DE FREITAS", "MARGARIDA T DE FREITAS"])
    survivor, gone = (one, other) if one.cpf else (other, one)
    Person.objects.filter(pk=gone.pk).update(cns=None, survivor=survivor)
    Cns.objects.filter(person=gone).update(person=survivor, is_principal=False)
    assert not any(plant(at=NOON + timedelta(days=1)))


def test_a_case_that_a_later_version_brings_is_counted_from_the_first_day() -> None:
    newborn = Person.objects.get(name="AURORA ESTEVES MARINHO")
    for detail in (Address, CivilRecord, Contact, Document):
        detail._default_manager.filter(person=newborn).delete()
    with transaction.atomic():
        Person.objects.filter(pk=newborn.pk).update(cns=None)
        Cns.objects.filter(person=newborn).delete()
        newborn.delete()
    assert plant(at=NOON + timedelta(days=30)).room_people == 1
    assert Person.objects.get(name="AURORA ESTEVES MARINHO").birth_date == NOON.date()
    assert Document.objects.filter(person__name="AURORA ESTEVES MARINHO").exists()


def test_what_was_declared_before_the_room_began_is_as_its_machine_left_it() -> None:
    rows = Declaration.objects.select_related("period", "entity__municipality__uf")
    by_entity: dict[str, list[Declaration]] = {}
    for row in rows.order_by("period__year", "period__bimester"):
        by_entity.setdefault(row.entity.ibge, []).append(row)
        # Above the minimum, within the term, and by its people.
        assert row.percent is not None
        assert row.percent >= 1500
        assert row.homologated_at is None or row.homologated_at < row.period.closes_at <= NOON
    # NOON is within the term of the 5º of 2026: all of 2025, and four of 2026.
    assert {ibge: len(found) for ibge, found in by_entity.items() if ibge != "1200401"} == dict.fromkeys(
        ("3502804", "2605459", "1301407", "3106200", "1300144"), 10
    )
    assert {row.status for ibge, found in by_entity.items() for row in found if ibge != "3502804"} == {"homologated"}
    assert [row.status for row in by_entity["3502804"]] == ["homologated"] * 9 + ["transmitted"]
    late = by_entity["1200401"][-1]
    assert (late.period.year, late.period.bimester) == (2026, 3)
    # The very file that was sent can be made again, and is judged as it was.
    # Belo Horizonte has a Lei Orgânica of 20 %, and is above it as well.
    assert not any(row.warnings for row in by_entity["3106200"])
    for row in (late, by_entity["1300144"][5], by_entity["3502804"][-1], by_entity["3106200"][-1]):
        assert row.packed_at
        assert completed_content(row, row.packed_at).content_hash == row.content_hash
        found = judged(row, row.packed_at)
        assert (found.blocking, found.warnings) == (0, row.warnings)


def test_the_rules_of_former_years_work_from_what_was_declared() -> None:
    late, apui = entity("1200401"), entity("1300144")
    due = ReportingPeriod.objects.get(year=2026, bimester=4)
    account = Technician.objects.get(entity=late).person.user
    made = Declaration.objects.create(entity=late, period=due, opened_by=account, opened_at=NOON)
    known = context_of(made, NOON)
    assert known.former
    assert known.former_base
    assert (known.population, known.organic_rate) == (365_000, None)
    assert set(known.openings or {}) == {"RP.2024", "RP.2025"}

    def found(tables: dict[str, Table]) -> set[str]:
        made.cells.all().delete()
        Cell.objects.bulk_create(cells_of(made, tables, by_id=None, at=NOON))
        return {finding.code for group in judged(made, NOON).groups for finding in group.findings}

    right = tables_of(made, BEGINNINGS["coerente"])
    assert found(right) == {"SIM-A13"}
    less = right | {"receitas": {**right["receitas"], ("FPM",): (1, 1, 1), ("ISS",): (1, 1, 1)}}
    # It fell, it is not what was «published», and the base is far from that of last year.
    assert found(less) == {"SIM-A08", "SIM-A09", "SIM-A13", "SIM-I19"}
    assert found(right | {"restos_a_pagar": {}}) == {"SIM-A13", "SIM-I20"}
    more = right | {"receitas_adicionais": {**right["receitas_adicionais"], ("UNIAO",): (1, 1, 10**13)}}
    assert found(more) == {"SIM-A10", "SIM-A13"}
    dear = {**right["despesas"], ("301", "C", "3", "", ""): (10**13, 10**13, 10**13, 10**13, 10**13, 0)}
    assert found(right | {"despesas": dear}) == {"SIM-A11", "SIM-A13"}

    # The published figures are those of the bimestre at hand.
    now = ReportingPeriod.objects.get(year=2026, bimester=5)
    real = Declaration.objects.create(entity=apui, period=now, opened_by=account, opened_at=NOON)
    Cell.objects.bulk_create(cells_of(real, tables_of(real, BEGINNINGS["apui"]), by_id=None, at=NOON))
    report = judged(real, NOON)
    assert (report.blocking, report.case and report.case.values["PCT:liquidada"]) == (0, 1787)
    assert "SIM-A09" not in {group.cause.code for group in report.groups}
