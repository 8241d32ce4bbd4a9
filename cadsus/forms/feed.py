"""What a system tells of somebody, judged as what an operator types: the form of the CADSUSWEB, without its screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cadsus.forms.fields import DigitsField
from cadsus.forms.homes import ADDRESS
from cadsus.forms.papers import MISSING, NEW_MODEL, NUMBERED, OLD_MODEL, REQUIRED, label_of
from cadsus.forms.people import PersonForm, initial_of
from cadsus.forms.web import BirthDateField, MunicipalityField
from cadsus.services.people import Record
from common.exceptions import RuleBroken, RulesBroken
from common.forms.fields import DateField, PhoneField
from registry.models import Document, Person
from registry.models.tables import UNKNOWN, DocumentKind
from territory.models import Municipality, Uf

UNKNOWN_CITY = "Município não encontrado: envie o código IBGE de 6 dígitos."
NO_DEATH_DAY = "Informe a data do óbito (deceasedTime)."
FUTURE_DEATH = "A data do óbito não pode ser futura."
RESTRICTED = "Confidencialidade informada por sistema (PIX)."
_DAYS = ("issued_on", "expires_on")


class CityField(MunicipalityField):
    """A municipality by its code, with or without the check digit; gives the row."""

    def clean(self, value: Any) -> Municipality | None:
        code = forms.CharField.clean(self, value)
        if not code:
            return None
        is_code = code.isascii() and code.isdecimal() and len(code) in (6, 7)
        found: Municipality | None = Municipality.objects.filter(pk__startswith=code).first() if is_code else None
        if found is None:
            raise ValidationError(UNKNOWN_CITY, code="unknown_city")
        return found


class FedPersonForm(PersonForm):
    """The record of a message, on top of what is known of the person."""

    phone = PhoneField(label="Telefone", required=False)
    birth_city = CityField(label="Município de nascimento", required=False)
    municipality = CityField(label="Município", required=False)
    # The table has some 300 codes; the screen offers the commonest.
    street_kind = DigitsField(  # type: ignore[assignment]  # typed, not chosen
        label="Tipo de logradouro", required=False, pattern=r"[0-9]{3}", length="3 dígitos"
    )
    civil_issued_on = DateField(label="Emissão da certidão", required=False)
    deceased_on = BirthDateField(label="Data do óbito", required=False)
    confidentiality = forms.ChoiceField(
        label="Confidencialidade", choices=[("N", "Normal"), ("R", "Restrita"), ("V", "Muito restrita")]
    )

    def __init__(self, told: Mapping[str, str], *, person: Person | None, is_dead: bool, today: date) -> None:
        super().__init__(_on_top(told, person), person=person)
        self.is_dead, self.today = is_dead, today

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        died = data.get("deceased_on")
        if self.is_dead and not died and "deceased_on" not in self.errors:
            self.add_error("deceased_on", NO_DEATH_DAY)
        if died and died > self.today:
            self.add_error("deceased_on", FUTURE_DEATH)
        return data

    def told(self, *, documents: Mapping[str, Mapping[str, str]], contacts: Mapping[str, str], is_vip: bool) -> Record:
        """What to write. Raises RuleBroken for each field and document that is wrong."""
        wrong = [
            RuleBroken(f"{self.fields[name].label}: {text}", code="field", field=name)
            for name, texts in self.errors.items()
            for text in texts
        ]
        papers: dict[str, dict[str, Any]] = {}
        for kind, said in documents.items():
            papers[kind], faults = _paper(kind, said)
            wrong += [RuleBroken(f"{DocumentKind(kind).label}: {fault}.", code="document") for fault in faults]
        if wrong:
            raise RulesBroken(wrong)
        record, data = self.record(), self.cleaned_data
        extra: dict[str, Any] = {"is_vip": True} if is_vip else {}
        if data["confidentiality"] != "N":
            extra |= {"is_protected": True, "protected_reason": RESTRICTED}
        if data["deceased_on"]:
            extra["deceased_on"] = data["deceased_on"]
        civil = record.civil_record and {**record.civil_record, "issued_on": data["civil_issued_on"]}
        return replace(
            record,
            person={**record.person, **extra},
            documents=papers,
            civil_record=civil,
            contacts={**record.contacts, **contacts},
        )


def _on_top(told: Mapping[str, str], person: Person | None) -> dict[str, str]:
    """What the form would show of the person, with what is told in its place; a whole address and certidão at once."""
    known = {name: _typed(value) for name, value in initial_of(person).items()} if person else {"father": UNKNOWN}
    if "home_country" in told:
        known |= dict.fromkeys(ADDRESS, "")
    if "civil_kind" in told:
        known |= dict.fromkeys((*NEW_MODEL, *OLD_MODEL, "civil_issued_on"), "")
    for parent in ("mother", "father"):
        if parent in told:
            known.pop(f"has_no_{parent}", None)
    # Documents are judged one by one, and those that are not told stay as they are.
    for name in NUMBERED:
        known.pop(name, None)
    return known | dict(told)


def _typed(value: Any) -> str:
    if isinstance(value, Municipality):
        return value.pk
    if isinstance(value, date):
        return value.isoformat()
    return "on" if value is True else str(value) if value else ""


def _paper(kind: str, said: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The columns of a document, and what is wrong with it."""
    columns: dict[str, Any] = dict(said)
    faults = [MISSING.format(what=label_of(name)) for name in REQUIRED.get(kind, ()) if not said.get(name)]
    for name in _DAYS:
        if name in columns:
            columns[name], is_good = _day(columns[name])
            faults += [] if is_good else [f"{label_of(name)} inválida"]
    if columns.get("uf"):
        columns["uf"] = Uf.objects.filter(acronym=columns["uf"].upper()).first()
        faults += [] if columns["uf"] else ["UF desconhecida"]
    columns = {name: value for name, value in columns.items() if value}
    try:
        Document(kind=kind, **columns).clean_fields(exclude=["person"])
    except ValidationError as error:
        faults += [f"{label_of(name)}: {' '.join(texts)}".rstrip(".") for name, texts in error.message_dict.items()]
    return columns, faults


def _day(text: str) -> tuple[date | None, bool]:
    if not text:
        return None, True
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])), True
    except ValueError:
        return None, False
