"""One rule in two forms: each person of a lot ends as at the desk (cadsus.decision)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django_fsm import can_proceed

from cadsus.comparison import Situation, compare, merged
from cadsus.decision import Doubt, Step, Verdict, decide, is_adult
from cadsus.models import Citizen
from cadsus.services import national
from cadsus.services.consulting import SETTLES, digest_of
from common.folding import fold, folded_sql
from common.switch_choices import CadsusRules
from config.seed.room import MUNICIPALITY, plant_room_people
from lots.classification import BITS, _first_word, _fold_name, majority_limit
from lots.models import Outcome, Visit
from registry import keys
from registry.models import Cns, Person, TaxRecord
from registry.models.tables import CnsKind, TaxSituation
from registry.population import load
from territory.services import load_reference_data
from tests.cadsus.sisrede import Network
from tests.clock import now, today
from tests.lots.night import begin, it_of, work
from tests.switches import Switch

Status = Citizen.Status
PEOPLE = 150
OF_STEP = {
    Step.CHOOSE: Outcome.SEVERAL,
    Step.NO_CNS: Outcome.NO_CNS,
    Step.UNIFICATION: Outcome.UNIFICATION,
    Step.CPF: Outcome.CPF,
    Step.REVENUE: Outcome.REVENUE,
}


@dataclass(frozen=True)
class Expected:
    outcome: Outcome
    mask: int
    status: str
    finding: str
    text: str


def verdict_of(citizen: Citizen) -> Verdict:
    answer = national.ask(citizen, entity_id=citizen.entity_id, at=now())
    return decide(answer, citizen.identity(), today=today())


def expected(citizen: Citizen) -> Expected:
    """What the desk would say and do."""
    verdict = verdict_of(citizen)
    mask = 0
    if verdict.record is not None and verdict.step is not Step.CHOOSE:
        rows = compare(citizen.identity(), verdict.record.identity)
        mask = sum(BITS[row.field] for row in rows if row.situation is Situation.UPDATED)
    outcome = OF_STEP.get(verdict.step) or _of_ready(citizen, verdict, mask)
    status, finding, text = citizen.status, citizen.finding, citizen.finding_text
    if verdict.step in SETTLES and verdict.reason and status != Status.JUSTIFIED:
        if can_proceed(getattr(citizen, SETTLES[verdict.step])):
            status, finding, text = Status(verdict.step.value), verdict.reason.code, verdict.reason.text
    elif verdict.step is Step.READY and status == Status.SYNCHRONIZED and citizen.digest != digest_of(verdict):
        # The desk also shows a field that the CADSUS emptied; with nothing to copy, a lot leaves the chart in order.
        status = Status.STALE if mask or Doubt.DEATH in verdict.doubts else Status.SYNCHRONIZED
    return Expected(outcome, mask, status, finding, text)


def _of_ready(citizen: Citizen, verdict: Verdict, mask: int) -> Outcome:
    if Doubt.DEATH in verdict.doubts:
        return Outcome.DECEASED
    if citizen.status not in (Status.SYNCHRONIZED, Status.STALE):
        return Outcome.TO_SYNCHRONIZE
    return Outcome.DIFFERENT if mask else Outcome.EQUAL


def chart(network: Network, person: Person, way: int, other: Person) -> None:
    """The chart of a person, as carelessly kept as charts are."""
    whole: dict[str, Any] = {
        "name": person.name, "mother": person.mother if not keys.is_unknown(person.mother) else "",
        "birth_date": person.birth_date, "sex": person.sex, "birth_city": person.birth_city,
        "cpf": person.cpf_text, "cns": person.cns or "", "cns_kind": CnsKind.DEFINITIVE if person.cns else "",
        "establishment": network.unit, "microarea": network.microarea if way % 3 else None,
    }  # fmt: skip
    numbers = list(person.cns_numbers.order_by("number"))
    without = {"cpf": "", "cns": "", "cns_kind": ""}
    provisional = next((cns.number for cns in numbers if cns.kind == CnsKind.PROVISIONAL), "")
    ways: list[dict[str, Any]] = [
        {},
        {"cns": "", "cns_kind": ""},
        without,
        without | {"birth_date": None},
        without | {"name": "NINGUÉM COM ESTE NOME"},
        {"cpf": ""},
        {"cns": provisional or whole["cns"]},
        {"name": f"{person.name}  "[:70], "mother": person.mother.lower()},
        {"cpf": other.cpf_text},
        {"cns": "", "cns_kind": "", "cpf": other.cpf_text},
        {"birth_date": person.birth_date + timedelta(days=1), "sex": "M"},
        {"status": Status.JUSTIFIED, "finding": "J01", "finding_text": "Pessoa em situação de rua"},
        {"status": Status.PENDING_NO_CNS, "finding": "M12", "finding_text": "antes", "found_at": now()},
    ]
    given = whole | ways[way % len(ways)]
    Citizen.objects.create(**given)


def synchronize(network: Network, citizen: Citizen) -> None:
    """As the confirmation leaves it, for who can be synchronized now."""
    verdict = verdict_of(citizen)
    if verdict.step is not Step.READY or verdict.record is None:
        return
    if Citizen.objects.filter(person=verdict.record.person_id).exists():
        return
    at = now() - timedelta(days=30)
    citizen.take(merged(citizen.identity(), verdict.record.identity))
    citizen.synchronize(
        person_id=verdict.record.person_id, digest=digest_of(verdict), module="reception", by=network.actor(), at=at
    )
    citizen.save()


@pytest.fixture
def many(db: None) -> Network:
    """The special cases, the neighbours and a population, each with a chart; then the national base goes on."""
    load_reference_data()
    network = Network()
    plant_room_people(now())
    population = load.plan(people=PEOPLE, seed=1, municipality=MUNICIPALITY, reference=today())
    list(load.populate(population))
    people = list(Person.objects.filter(user=None).order_by("pk").prefetch_related("cns_numbers"))
    for way, person in enumerate(people):
        chart(network, person, way, people[way - 1])
    for citizen in Citizen.objects.select_related("establishment").order_by("pk"):
        if citizen.pk % 2 and citizen.status == Status.NOT_SYNCHRONIZED:
            synchronize(network, citizen)
    _meanwhile()
    return network


def _meanwhile() -> None:
    """What the national base learned since."""
    rows = list(Person.objects.filter(citizens__status=Status.SYNCHRONIZED).order_by("pk"))
    for place, person in enumerate(rows):
        match place % 9:
            case 0:
                person.name = f"{person.name[:60]} NUBENTE"
            case 1:
                person.deceased_on = today()
            case 2:
                person.is_active, person.inactive_reason = False, "prova"
            case 3 if person.cpf:
                TaxRecord.objects.update_or_create(
                    cpf=person.cpf,
                    defaults={
                        "name": f"DE {person.name[:58]} CASADA", "mother": person.mother.replace("A", "Á"),
                        "sex": person.sex, "birth_date": person.birth_date, "situation": TaxSituation.PENDING,
                    },
                )  # fmt: skip
            case 4 if person.cpf:
                TaxRecord.objects.update_or_create(
                    cpf=person.cpf,
                    defaults={
                        "name": f"OUTRA {person.name[:60]}", "mother": "OUTRA MÃE", "sex": person.sex,
                        "birth_date": person.birth_date + timedelta(days=place % 2),
                        "situation": list(TaxSituation)[place % 6],
                        "death_year": 2020 if place % 6 == list(TaxSituation).index(TaxSituation.DECEASED) else None,
                    },
                )  # fmt: skip
            case 5:
                person.cpf = None
        person.save()


def test_every_person_of_a_lot_ends_as_at_the_desk(many: Network, switch: Switch) -> None:
    """By either rule set."""
    wanted = _agreed(many)
    # Every kind of end was there to be compared.
    assert {each.outcome for each in wanted.values()} == set(Outcome)
    assert {each.finding for each in wanted.values()} >= {"M09", "M12", "M13", "M14", "M16", "M17", "M40", "J01"}

    switch(cadsus_rules=CadsusRules.OF_2025)
    without_cpf = Person.objects.filter(cpf=None, cns__isnull=False).order_by("pk")
    assert without_cpf.filter(nationality="E").exists()
    Cns.objects.filter(
        person__in=without_cpf.filter(pk__in=list(without_cpf.values_list("pk", flat=True))[::2])
    ).update(assigned_on=today() - timedelta(days=365))
    by_2025 = _agreed(many)
    assert {each.finding for each in by_2025.values()} >= {"M51"}
    cpf = [{pk for pk, each in ends.items() if each.outcome == Outcome.CPF} for ends in (wanted, by_2025)]
    assert cpf[0] - cpf[1]
    assert cpf[1] - cpf[0]


def _agreed(many: Network) -> dict[int, Expected]:
    """A lot over everybody, each compared with what the desk would say and do, which it returns."""
    citizens = Citizen.objects.select_related("establishment").order_by("pk")
    wanted = {citizen.pk: expected(citizen) for citizen in citizens}
    untouched = {c.pk: c.identity() for c in citizens}
    lot = begin(many, it_of(many))
    assert work(lot) == len(wanted)

    rows = {row.citizen_id: row for row in Visit.objects.filter(lot=lot)}
    after = {citizen.pk: citizen for citizen in Citizen.objects.order_by("pk")}
    found = {
        pk: Expected(Outcome(rows[pk].outcome), rows[pk].mask, c.status, c.finding, c.finding_text)
        for pk, c in after.items()
    }
    differ = {pk: (found[pk], wanted[pk]) for pk in wanted if found[pk] != wanted[pk]}
    assert differ == {}
    # Nothing of the seven fields is copied.
    assert {pk: c.identity() for pk, c in after.items()} == untouched
    return wanted


@pytest.mark.parametrize(
    "name",
    [
        "MARIA D'ÁVILA",
        "Sá-Nogueira  e Dó",
        "J. P. NETO",
        "DOS SANTOS",
        "DE",
        "",
        "SEM INFORMAÇÃO",
        "  ana  ",
        "E DA LUZ",
    ],
)
@pytest.mark.django_db
def test_a_name_is_folded_alike_in_sql(name: str) -> None:
    with connection.cursor() as cursor:
        folded = folded_sql("%(name)s::text")
        cursor.execute(f"SELECT {folded}, {_fold_name(folded)}, {_first_word(folded)}", {"name": name})
        plain, names, first = cursor.fetchone()
    assert (plain, names) == (fold(name), keys.fold_name(name))
    if keys.words(name):
        assert first == keys.words(name)[0]


def test_of_age_from_the_same_day_on() -> None:
    leap = today().replace(year=2028, month=2, day=29)
    for day in (today(), leap, leap - timedelta(days=1), leap + timedelta(days=1), leap + timedelta(days=366)):
        limit = majority_limit(day)
        assert is_adult(limit, day)
        assert not is_adult(limit + timedelta(days=1), day)
