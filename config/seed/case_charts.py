"""The charts (prontuários) of the special cases: each as a receptionist finds it, before or after what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from cadsus.decision import Record
from cadsus.models import Citizen, MicroArea
from cadsus.services.national import record_of
from registry.models import Person
from registry.models.tables import UNKNOWN, CnsKind, Sex
from registry.population.case_list import CASES
from registry.population.cases import Case, Chart
from registry.population.people import Cns
from registry.population.room import case_numbers

BY_KEY = {case.key: case for case in CASES}
NO_CHANGE = Chart()
STREET = "Rua das Palmeiras"


def plant_case_charts(cases: Iterable[Case], microarea: MicroArea, reference: date) -> dict[str, Citizen]:
    """A chart for each case but the absorbed ones, which the chart of their survivor answers for; by key."""
    with_chart = [case for case in cases if not case.survivor]
    charts = {case.key: _chart(case, microarea, reference) for case in with_chart}
    Citizen.objects.bulk_create(charts.values())
    for case in with_chart:
        if case.chart and case.chart.newborn_of:
            chart = charts[case.key]
            chart.kind, chart.mother_citizen = Citizen.Kind.NEWBORN, charts[case.chart.newborn_of]
            chart.save(update_fields=["kind", "mother_citizen"])
    return charts


def synchronized_before(charts: dict[str, Citizen]) -> Iterator[tuple[Citizen, Record]]:
    """Who was synchronized with a number that is the principal no more, and the record as it was then."""
    for key, chart in charts.items():
        case = BY_KEY[key]
        if case.chart and case.chart.cns_of:
            record = record_of(Person.objects.prefetch_related("cns_numbers").get(cns_numbers=chart.cns))
            yield chart, replace(record, identity=replace(record.identity, cns=chart.cns))


def _chart(case: Case, microarea: MicroArea, reference: date) -> Citizen:
    differs = case.chart or NO_CHANGE
    cpf, cns = _numbers(case, differs)
    return Citizen(
        name=differs.name or case.name,
        mother="" if case.mother == UNKNOWN else case.mother,
        birth_date=case.born_on(reference),
        sex=differs.sex or ("" if case.sex == Sex.UNKNOWN else case.sex),
        birth_city_id=differs.birth_city or None,
        cpf=cpf,
        cns=cns,
        # Nothing but the CADSUS says that a number is definitive.
        cns_kind=CnsKind.PROVISIONAL if cns else "",
        microarea=microarea,
        establishment=microarea.area.establishment,
        **_home(case, differs, microarea),
    )


def _numbers(case: Case, differs: Chart) -> tuple[str, str]:
    """CPF and CNS of the chart; the provisional CNS, where there is one, is what the unit wrote down."""
    if not differs.has_numbers:
        return "", ""
    if differs.cpf_of:
        return BY_KEY[differs.cpf_of].cpf or "", ""
    cpf, own = case_numbers(case)
    known: list[Cns] = BY_KEY[differs.cns_of].own_numbers if differs.cns_of else own
    found = sorted(known, key=lambda cns: cns.kind, reverse=True)
    return cpf or "", found[0].number if found else ""


def _home(case: Case, differs: Chart, microarea: MicroArea) -> dict[str, Any]:
    if not case.has_address:
        return {}
    district = microarea.area.establishment.district
    return {"street": differs.street or STREET, "number": str(case.number), "district": district}
